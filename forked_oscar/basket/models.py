"""Fork of ``oscar.apps.basket``: a basket per person and contract, fractional quantities."""

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
    # What the header shows; brought up to date by every write and by the basket page.
    cached_total = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    cached_num_lines = models.PositiveIntegerField(default=0)

    class Meta(AbstractBasket.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "contract"],
                condition=models.Q(status="Open"),
                name="basket_open_is_one_per_contract",
            )
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

    class Meta(AbstractLine.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="basketline_quantity_positive"
            )
        ]


# Oscar registers only the models that we have not; so this stays last.
from oscar.apps.basket.models import *
