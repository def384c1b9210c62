"""Rules of who sees which products, and labels that products wear."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

TERM_IS_FORWARD = (
    Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from"))
)


class Ruled(models.Model):
    """What holds of goods that meet ``conditions``, on days within a term.

    ``conditions`` is a list of ``{"kind", "values"}``; all must hold, and one holds if any of its
    values fits. Kinds of goods: product, brand, category (with all below it); of the buyer:
    counterparty, contract, segment, region.
    """

    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("works"), default=True)
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class AssortmentRule(Ruled):
    """Whom some goods are shown to.

    ``hide``: the audience does not see them. ``only``: the audience sees these alone; what several
    such rules name adds up. ``reserve``: nobody but the audience sees them. A rule without an
    audience is for everybody.
    """

    class Kind(models.TextChoices):
        HIDE = "hide", _("hide from them")
        ONLY = "only", _("show them only these")
        RESERVE = "reserve", _("show to nobody else")

    kind = models.CharField(_("what it does"), max_length=8, choices=Kind.choices)

    class Meta:
        verbose_name = _("assortment rule")
        verbose_name_plural = _("assortment rules")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=TERM_IS_FORWARD, name="assortment_term_is_forward")
        ]


class Label(Ruled):
    """A word on products: «Новинка», «Хит». Worn by goods that meet the conditions; with
    ``newer_than_days`` by those alone that came to the catalogue within so many days.
    """

    class Look(models.TextChoices):
        NEW = "new", _("novelty")
        OK = "ok", _("hit")
        WARN = "warn", _("sale")
        WORK = "work", _("promo")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    look = models.CharField(_("look"), max_length=8, choices=Look.choices, default=Look.NEW)
    position = models.PositiveSmallIntegerField(_("place"), default=100)
    newer_than_days = models.PositiveSmallIntegerField(_("newer than, days"), null=True, blank=True)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["position", "name", "pk"]
        constraints = [
            models.CheckConstraint(condition=TERM_IS_FORWARD, name="label_term_is_forward")
        ]


class RuledChange(models.Model):
    """Who did what to an assortment rule or a label; the journal is never edited.

    ``changes`` are ``[field, before, after]`` as they are stored; empty where it was made.
    """

    rule = models.ForeignKey(
        AssortmentRule, models.CASCADE, null=True, blank=True, related_name="changes"
    )
    marker = models.ForeignKey(Label, models.CASCADE, null=True, blank=True, related_name="changes")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_new = models.BooleanField(default=False)
    changes = models.JSONField(default=list, blank=True)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("change of the assortment")
        verbose_name_plural = _("history of the assortment")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rule__isnull=True) ^ Q(marker__isnull=True), name="ruled_change_of_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_id or self.marker_id}: {self.changed_at}"
