"""Lists of fast entry: what a person wants to order, row by row, till it is in the basket."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


def private_storage() -> Storage:
    return storages["private"]


class EntryList(models.Model):
    """What a person is entering under a contract. One at a time; a draft, it expires.

    ``state`` is about the file it comes from, if any: ``reason`` says why that can't be read,
    ``details`` what is known of it (columns, a sample of its rows). ``steps`` are what can be
    undone, the last one last. Rows were looked up and priced at ``checked_at`` as of ``under``.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        READING = "reading", _("is being read")
        COLUMNS = "columns", _("columns are to be named")
        CHECKING = "checking", _("is being checked")
        FAILED = "failed", _("not read")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    contract = models.ForeignKey("contracts.Contract", models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    file = models.FileField(upload_to="entry/%Y/%m/", storage=private_storage, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict)
    num_read = models.PositiveIntegerField(default=0)
    steps = models.JSONField(default=list)
    under = models.CharField(max_length=80, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    objects = ScopedManager(counterparty="contract__counterparty")

    class Meta:
        verbose_name = _("list of fast entry")
        verbose_name_plural = _("lists of fast entry")
        constraints = [
            models.UniqueConstraint(fields=["user", "contract"], name="entrylist_one_per_contract")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class EntryRow(models.Model):
    """A row as it was given, and what it came to. Quantities are in base units.

    ``text`` is the row as it was pasted, or the cells of a file; ``article`` the part of it that
    was looked up. ``asked`` is the quantity before it was raised to the pack, ``typed`` what was
    written where that is none. ``how`` says how the product was found. ``details`` holds offers.
    """

    class State(models.TextChoices):
        FOUND = "found", _("found")
        FIXED = "fixed", _("corrected")
        SHORT = "short", _("not enough")
        CHOOSE = "choose", _("choose")
        UNKNOWN = "unknown", _("not found")
        REFUSED = "refused", _("can’t be ordered")
        SKIPPED = "skipped", _("no quantity")
        ADDED = "added", _("in the basket")

    class How(models.TextChoices):
        EXACT = "exact", _("as written")
        CODE = "code", _("by code")
        LAYOUT = "layout", _("in the other layout")
        NAME = "name", _("by name")
        CHOSEN = "chosen", _("chosen")

    entry_list = models.ForeignKey(EntryList, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    source_row = models.PositiveIntegerField(null=True, blank=True)
    text = models.CharField(max_length=1000)
    article = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=500, blank=True)
    comment = models.CharField(max_length=255, blank=True)
    product = models.ForeignKey(
        "catalogue.Product", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    how = models.CharField(max_length=8, choices=How.choices, blank=True)
    state = models.CharField(max_length=8, choices=State.choices)
    reason = models.CharField(max_length=12, blank=True)
    typed = models.CharField(max_length=64, blank=True)
    asked = models.DecimalField(max_digits=15, decimal_places=3, null=True, blank=True)
    quantity = models.DecimalField(max_digits=15, decimal_places=3, null=True, blank=True)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    weight = models.DecimalField(max_digits=16, decimal_places=6, null=True, blank=True)
    volume = models.DecimalField(max_digits=16, decimal_places=6, null=True, blank=True)
    details = models.JSONField(default=dict)
    removed_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("row of fast entry")
        verbose_name_plural = _("rows of fast entry")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["entry_list", "number"], name="entryrow_in_its_place")
        ]

    def __str__(self) -> str:
        return self.text


class EntryColumns(models.Model):
    """What the columns of a kind of file mean to a person; ``signature`` is of its heads."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    signature = models.CharField(max_length=64)
    columns = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("columns of a file")
        verbose_name_plural = _("columns of files")
        constraints = [
            models.UniqueConstraint(fields=["user", "signature"], name="entrycolumns_once")
        ]

    def __str__(self) -> str:
        return self.signature[:8]
