"""Rules that change prices of a chain by what the product is and who buys (C5, C9)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from b2b_apps.pricing.models.imports import private_storage


class PriceRule(models.Model):
    """A sentence: change the price so, of these goods, for these buyers, in this term.

    ``conditions`` is a list of ``{"kind", "is_not", "values", "attribute"}``; all must hold, and
    one holds if any of its values fits. Kinds: brand, category (with all below it), attribute
    (``attribute`` is its id, values are texts), product, price_list, region, segment,
    counterparty, contract. Base prices stay untouched. Rules work in order of ``priority``, each
    on what the one before left, until one that ``is_final``. Agreed prices are touched only by a
    rule that names their list, or ``with_agreed``.
    """

    class Action(models.TextChoices):
        PERCENT = "percent", _("by per cent")
        STEP = "step", _("by a sum per unit")
        FIXED = "fixed", _("set the price")
        ON_REQUEST = "on_request", _("price on request")
        UNAVAILABLE = "unavailable", _("not for sale")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        LIVE = "live", _("live")
        OFF = "off", _("switched off")

    name = models.CharField(_("name"), max_length=255)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    priority = models.PositiveSmallIntegerField(_("place in the order"), default=100)
    action = models.CharField(
        _("action"), max_length=12, choices=Action.choices, default=Action.PERCENT
    )
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4, null=True, blank=True)
    currency = models.CharField(
        _("currency"), max_length=3, default="RUB", help_text=_("Of sums: step, price, cap.")
    )
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    valid_from = models.DateTimeField(_("from"), null=True, blank=True)
    valid_to = models.DateTimeField(_("until"), null=True, blank=True)
    round_to = models.DecimalField(
        _("round to"), max_digits=10, decimal_places=4, null=True, blank=True
    )
    max_change = models.DecimalField(
        _("no more than, per unit"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    floor_percent = models.DecimalField(
        _("not below purchase price, +%"), max_digits=7, decimal_places=3, null=True, blank=True
    )
    is_final = models.BooleanField(
        _("last rule"), default=False, help_text=_("Rules after it do not work.")
    )
    with_agreed = models.BooleanField(
        _("agreed prices too"),
        default=False,
        help_text=_("Prices agreed by contract or for a project change as well."),
    )
    promo_code = models.CharField(
        _("promo code"),
        max_length=40,
        blank=True,
        help_text=_("Works only in a basket with this code."),
    )
    replaces = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="drafts",
        help_text=_("Published, the draft takes this rule's place."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("price rule")
        verbose_name_plural = _("price rules")
        ordering = ["priority", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(action__in=["on_request", "unavailable"]) | Q(value__isnull=False),
                name="pricerule_has_its_value",
            ),
            models.CheckConstraint(
                condition=~Q(action="fixed") | Q(value__gte=0),
                name="pricerule_fixed_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(action="percent") | Q(value__gte=-100),
                name="pricerule_percent_leaves_a_price",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
                name="pricerule_term_is_forward",
            ),
            models.CheckConstraint(
                condition=Q(round_to__isnull=True) | Q(round_to__gt=0),
                name="pricerule_rounds_to_something",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RuleSheet(models.Model):
    """What a rule would make of all its goods under a contract, as XLSX: a worker writes it.

    ``mark`` is of the rule as it was asked for; one edited since is not written. ``num_done`` of
    ``num_goods`` were looked at.
    """

    class State(models.TextChoices):
        MAKING = "making", _("is being written")
        READY = "ready", _("ready")
        CHANGED = "changed", _("the rule was changed meanwhile")

    rule = models.ForeignKey(PriceRule, models.CASCADE, related_name="sheets")
    contract = models.ForeignKey("contracts.Contract", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    mark = models.CharField(max_length=40)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.MAKING)
    num_goods = models.PositiveIntegerField(default=0)
    num_done = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="rules/%Y/%m/", storage=private_storage, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("sheet of a price rule")
        verbose_name_plural = _("sheets of price rules")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.state}"


class RuleChange(models.Model):
    """Who did what to a rule; the journal is never edited.

    ``changes`` are ``[field, before, after]`` as they are stored. Edits of one draft by one person
    in a row are one entry.
    """

    class Event(models.TextChoices):
        MADE = "made", _("made")
        CHANGED = "changed", _("changed")
        PUBLISHED = "published", _("published")
        OFF = "off", _("switched off")
        REPLACED = "replaced", _("replaced by another version")

    rule = models.ForeignKey(PriceRule, models.CASCADE, related_name="changes")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    event = models.CharField(max_length=9, choices=Event.choices)
    changes = models.JSONField(default=list, blank=True)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("change of a price rule")
        verbose_name_plural = _("history of price rules")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.event}"
