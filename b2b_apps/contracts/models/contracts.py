"""Agreements of our organizations with counterparties: prices, currency, VAT, payment."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from b2b_apps.core.figures import quantity_text


class Contract(models.Model):
    """What one Organization and one Counterparty agreed on: prices, currency, VAT, payment."""

    class VatMode(models.TextChoices):
        INCLUDED = "included", _("VAT included")
        ON_TOP = "on_top", _("VAT on top")
        NONE = "none", _("without VAT")

    class PaymentKind(models.TextChoices):
        PREPAYMENT = "prepayment", _("prepayment")
        DEFERRAL = "deferral", _("deferral")
        STAGES = "stages", _("part in advance, the rest later")

    class RatePolicy(models.TextChoices):
        BANK = "bank", _("Bank of Russia, day of the order")
        FIXED = "fixed", _("fixed in the contract")

    organization = models.ForeignKey(
        "companies.Organization",
        models.PROTECT,
        related_name="contracts",
        verbose_name=_("organization"),
    )
    counterparty = models.ForeignKey(
        "companies.Counterparty",
        models.PROTECT,
        related_name="contracts",
        verbose_name=_("counterparty"),
    )
    number = models.CharField(_("number"), max_length=64)
    date = models.DateField(_("date"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=255, blank=True)
    price_type = models.ForeignKey(
        "pricing.PriceList", models.PROTECT, related_name="contracts", verbose_name=_("price type")
    )
    own_price_list = models.OneToOneField(
        "pricing.PriceList",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="own_contract",
        verbose_name=_("contract prices"),
    )
    refined_price_list = models.OneToOneField(
        "pricing.PriceList",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="refined_contract",
        verbose_name=_("prices refined in 1C"),
    )
    currency = models.CharField(_("currency"), max_length=3, default="RUB")
    vat_mode = models.CharField(
        _("VAT"), max_length=8, choices=VatMode.choices, default=VatMode.INCLUDED
    )
    payment_kind = models.CharField(
        _("payment"), max_length=12, choices=PaymentKind.choices, default=PaymentKind.PREPAYMENT
    )
    deferral_days = models.PositiveSmallIntegerField(_("days of deferral"), default=0)
    prepaid_percent = models.DecimalField(
        _("paid in advance, %"), max_digits=5, decimal_places=2, default=0
    )
    rate_policy = models.CharField(
        _("rate of currencies"), max_length=5, choices=RatePolicy.choices, default=RatePolicy.BANK
    )
    fixed_rate = models.DecimalField(
        _("fixed rate, roubles per unit"), max_digits=18, decimal_places=8, null=True, blank=True
    )
    rate_markup_percent = models.DecimalField(
        _("added to the rate, %"), max_digits=6, decimal_places=3, default=0
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    # Staff's decision and 1C's, each kept apart; what is read is ``is_active``.
    is_off_by_staff = models.BooleanField(_("switched off by us"), default=False)
    is_off_by_1c = models.BooleanField(_("switched off in 1C"), default=False, editable=False)
    # Who of the staff last switched it off or on again, and when.
    switched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    switched_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ScopedManager(counterparty="counterparty")

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["counterparty", "number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_from__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="contract_term_is_forward",
            ),
            models.CheckConstraint(
                condition=~models.Q(rate_policy="fixed") | models.Q(fixed_rate__gt=0),
                name="contract_fixed_rate_is_there",
            ),
            models.CheckConstraint(
                condition=models.Q(prepaid_percent__gte=0, prepaid_percent__lte=100),
                name="contract_prepaid_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(is_active=False)
                | models.Q(is_off_by_staff=False, is_off_by_1c=False),
                name="contract_off_stays_off",
            ),
        ]

    def __str__(self) -> str:
        return f"№ {self.number}"

    @property
    def payment_terms(self) -> str:
        """In words: "prepayment", "deferral of 30 days", "30 % in advance, …"."""
        if self.payment_kind == self.PaymentKind.PREPAYMENT:
            return gettext("prepayment")
        days = self.deferral_days
        rest = ngettext("deferral of %(n)d day", "deferral of %(n)d days", days) % {"n": days}
        if self.payment_kind == self.PaymentKind.DEFERRAL:
            return rest
        share = {"percent": quantity_text(self.prepaid_percent)}
        advance = gettext("%(percent)s %% in advance") % share
        return f"{advance}, {rest}" if days else advance

    def is_valid_on(self, day: dt.date) -> bool:
        """Whether the contract may be bought under on ``day``."""
        return (
            self.is_active
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_to is None or day <= self.valid_to)
        )
