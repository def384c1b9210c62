"""Generations of the index, and the queue of changes that it has to take up."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from search.documents.slots import Slots
from search.querylog.models import LoggedQuery
from search.vocabulary.models import Pin, Synonym

__all__ = ["Change", "Generation", "LoggedQuery", "Pin", "Synonym"]


class Generation(models.Model):
    """An index from the first document to its end; one at most is live.

    ``version`` is that of the documents, ``slots`` which list and which warehouses stand where,
    ``day`` the day whose prices and receipts it holds. ``num`` of ``expected`` are written.
    """

    class State(models.TextChoices):
        WANTED = "wanted", _("asked for")
        BUILDING = "building", _("is being built")
        LIVE = "live", _("live")
        OLD = "old", _("replaced")
        FAILED = "failed", _("failed")

    name = models.CharField(_("name"), max_length=40, unique=True)
    engine = models.CharField(_("engine"), max_length=20, blank=True)
    version = models.PositiveIntegerField(default=0)
    slots = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WANTED)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    day = models.DateField(null=True)
    num = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(default=0)
    error = models.TextField(_("error"), blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("generation of the index")
        verbose_name_plural = _("generations of the index")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="live"), name="generation_live_is_one"
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(state="wanted"),
                name="generation_wanted_is_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def layout(self) -> Slots:
        """Its slots, read."""
        return Slots.from_json(self.slots)

    @property
    def percent(self) -> int:
        """How much of it is written."""
        return min(100, self.num * 100 // self.expected) if self.expected else 0


class Change(models.Model):
    """Something whose documents have to be made anew. Triggers write it, in the transaction of
    the change; nothing in it is unique, so that writers never wait for each other.
    """

    class Kind(models.IntegerChoices):
        PRODUCT = 1, _("product")
        SECTION = 2, _("section and all below it")
        OPTION = 3, _("value of an attribute")
        VAT_RATE = 4, _("VAT rate")
        PRICE_LIST = 5, _("price list")
        ATTRIBUTE = 6, _("attribute")
        FIGURES = 7, _("prices and stock of a product")

    kind = models.SmallIntegerField(choices=Kind.choices)
    ref = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("change to index")
        verbose_name_plural = _("changes to index")
        indexes = [
            # Those that stand for many products are few, and are looked for every time.
            models.Index(
                fields=["kind"], condition=~models.Q(kind__in=[1, 7]), name="change_of_many"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.ref}"
