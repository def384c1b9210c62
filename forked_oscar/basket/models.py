"""Fork of ``oscar.apps.basket``: a basket per person and contract, fractional quantities."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine


class Basket(AbstractBasket):
    """One open basket per person and contract."""

    contract = models.ForeignKey(
        "contracts.Contract",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="baskets",
        verbose_name=_("contract"),
    )
    promo_code = models.CharField(_("promo code"), max_length=40, blank=True)
    is_shared = models.BooleanField(_("shared with colleagues"), default=False)
    # What the header shows; brought up to date by every write and by the basket page.
    cached_total = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    cached_num_lines = models.PositiveIntegerField(default=0)
    # What the kept figures of all lines were reckoned under (docs/algorithms/basket.md).
    kept_terms = models.CharField(max_length=32, default="", editable=False)
    kept_reached = models.DecimalField(max_digits=14, decimal_places=2, null=True, editable=False)
    kept_since = models.BigIntegerField(default=0, editable=False)

    class Meta(AbstractBasket.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "contract"],
                condition=models.Q(status="Open"),
                name="basket_open_is_one_per_contract",
            ),
            # Of an order in one step, filled anew each time: ``purchasing.services.quick``.
            models.UniqueConstraint(
                fields=["owner", "contract"],
                condition=models.Q(status="Quick"),
                name="basket_quick_is_one_per_contract",
            ),
        ]


class Line(AbstractLine):
    """A product from a warehouse; the quantity is in base units."""

    quantity = models.DecimalField(_("Quantity"), max_digits=15, decimal_places=3, default=1)
    price_excl_tax = models.DecimalField(
        _("Price excl. Tax"), max_digits=14, decimal_places=4, null=True
    )
    price_incl_tax = models.DecimalField(
        _("Price incl. Tax"), max_digits=14, decimal_places=4, null=True
    )
    comment = models.CharField(_("comment"), max_length=255, blank=True)
    pack = models.ForeignKey(
        "catalogue.ProductUnit",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("pack it is counted in"),
    )
    from_warehouse = models.ForeignKey(
        "partner.Partner",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("warehouse that the buyer chose"),
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("last changed by"),
    )
    # What the line came to when it was reckoned last: totals of a basket are sums of these. What
    # they mean and when they hold: docs/algorithms/basket.md.
    kept_since = models.BigIntegerField(null=True, editable=False)
    kept_incl_tax = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    kept_excl_tax = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    kept_saving = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    kept_usual = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    kept_vat_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    kept_weight_kg = models.DecimalField(max_digits=27, decimal_places=6, default=0)
    kept_volume_m3 = models.DecimalField(max_digits=30, decimal_places=9, default=0)
    kept_warehouse = models.BigIntegerField(null=True, editable=False)
    kept_problem = models.CharField(max_length=12, default="", editable=False)
    kept_is_blocking = models.BooleanField(default=False, editable=False)
    kept_is_repriced = models.BooleanField(default=False, editable=False)

    class Meta(AbstractLine.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="basketline_quantity_positive"
            )
        ]


# Oscar registers only the models that we have not; so this stays last.
from oscar.apps.basket.models import *
