"""A file of prices that staff load into a list: read, shown, confirmed, loaded, perhaps undone."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def private_storage() -> Storage:
    return storages["private"]


class PriceImport(models.Model):
    """One file for one list; its rows stay as long as they can be looked at.

    ``reason`` is the code of why the file could not be read, ``details`` what it tells more.
    ``counts`` says how many rows were which, when read and, after the load, as loaded.
    """

    class State(models.TextChoices):
        READING = "reading", _("is being read")
        FAILED = "failed", _("not read")
        READY = "ready", _("waits for you")
        LOADING = "loading", _("is being loaded")
        LOADED = "loaded", _("loaded")
        UNDONE = "undone", _("undone")
        DROPPED = "dropped", _("dropped")

    price_list = models.ForeignKey("pricing.PriceList", models.CASCADE, related_name="imports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    file = models.FileField(upload_to="prices/%Y/%m/", storage=private_storage, blank=True)
    file_name = models.CharField(_("file"), max_length=200)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.READING)
    valid_from = models.DateField(
        _("valid from"),
        null=True,
        blank=True,
        help_text=_("For rows that name no date of their own."),
    )
    num_read = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    reason = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict)
    has_drifted = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    loaded_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("file of prices")
        verbose_name_plural = _("files of prices")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["price_list", "-id"], name="priceimport_of_list")]

    def __str__(self) -> str:
        return self.file_name


class PriceImportRow(models.Model):
    """A row of the file: what it says, and what would become of it."""

    class Kind(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        SAME = "same", _("unchanged")
        UNKNOWN = "unknown", _("article not known")
        BAD = "bad", _("not taken")

    imported = models.ForeignKey(PriceImport, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    article = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=255, blank=True)
    product = models.ForeignKey(
        "catalogue.Product", models.CASCADE, null=True, related_name="+", db_index=False
    )
    minimum_quantity = models.DecimalField(max_digits=15, decimal_places=3, default=0)
    pack_factor = models.DecimalField(max_digits=15, decimal_places=3, default=0)
    amount = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    old_amount = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    old_valid_to = models.DateField(null=True)
    # Per cent to what stands; empty where nothing stands or it costs nothing.
    shift = models.DecimalField(max_digits=12, decimal_places=1, null=True)
    reason = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["imported", "number"], name="priceimportrow_is_one_per_row"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["new", "changed", "same"])
                | Q(product__isnull=False, amount__isnull=False),
                name="priceimportrow_has_what_is_loaded",
            ),
        ]
        indexes = [
            models.Index(fields=["imported", "kind", "number"], name="priceimportrow_of_kind")
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.article}"
