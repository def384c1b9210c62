"""Lists of goods that a company keeps under a name, and who changed what in them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class SavedList(models.Model):
    """A template: what is ordered time and again, for an object or a site.

    ``contract`` is the one whose prices its lines remember: under another one nobody is told that
    a price has changed, or what it was. ``changed_at`` is of the lines and the name.
    """

    counterparty = models.ForeignKey(
        "companies.Counterparty", models.CASCADE, related_name="saved_lists", db_index=False
    )
    contract = models.ForeignKey("contracts.Contract", models.SET_NULL, null=True, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=120)
    site = models.CharField(_("object or site"), max_length=200, blank=True)
    consignee = models.ForeignKey(
        "companies.Consignee", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_shared = models.BooleanField(_("seen by colleagues too"), default=False)
    num_lines = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    used_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(counterparty="counterparty")

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["-changed_at", "-pk"]
        indexes = [
            models.Index(fields=["counterparty", "-changed_at"], name="savedlist_of_company"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="savedlist_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class SavedLine(models.Model):
    """A product of a list; the quantity is in base units.

    ``article``, ``title`` and ``unit`` are as they were: they tell what it was when it is gone.
    ``was_excl`` and ``was_incl`` are the prices of a unit then.
    """

    saved_list = models.ForeignKey(SavedList, models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    product = models.ForeignKey(
        "catalogue.Product", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    article = models.CharField(max_length=255, blank=True)
    title = models.CharField(max_length=255, blank=True)
    unit = models.CharField(max_length=50, blank=True)
    quantity = models.DecimalField(max_digits=15, decimal_places=3)
    comment = models.CharField(max_length=255, blank=True)
    currency = models.CharField(max_length=12, blank=True)
    was_excl = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    was_incl = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("line of a template")
        verbose_name_plural = _("lines of templates")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["saved_list", "position"], name="savedline_in_its_place"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="savedline_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.article}: {self.quantity}"


class SavedEntry(models.Model):
    """Who did what to a list. Never edited. ``was`` and ``now`` are as they were shown."""

    class Kind(models.TextChoices):
        MADE = "made", _("template made")
        RENAMED = "renamed", _("renamed")
        SHARED = "shared", _("made common")
        KEPT = "kept", _("kept to himself")
        ARCHIVED = "archived", _("put into the archive")
        RESTORED = "restored", _("taken out of the archive")
        QUANTITY = "quantity", _("quantity")
        REPLACED = "replaced", _("replaced by another product")
        REMOVED = "removed", _("line removed")
        RETURNED = "returned", _("line put back")

    saved_list = models.ForeignKey(SavedList, models.CASCADE, related_name="journal")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    about = models.CharField(max_length=255, blank=True)
    was = models.CharField(max_length=200, blank=True)
    now = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("entry of a template's journal")
        verbose_name_plural = _("entries of a template's journal")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.about}"


class OrderDraft(models.Model):
    """An order that was put aside at the checkout: its very basket, which nothing else shows
    meanwhile, and what had been filled in (``choices``, by field of the form).

    The lines, their warehouses, comments and agreed prices stay where they are: in the basket.
    """

    basket = models.OneToOneField("basket.Basket", models.CASCADE, related_name="order_draft")
    name = models.CharField(_("name"), max_length=120)
    choices = models.JSONField(default=dict)
    made_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(counterparty="basket__contract__counterparty")

    class Meta:
        verbose_name = _("draft of an order")
        verbose_name_plural = _("drafts of orders")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.name
