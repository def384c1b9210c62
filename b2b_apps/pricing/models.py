"""A price is a row in a price list; a contract resolves to a chain of lists."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PriceList(models.Model):
    """A price column (price type) or a contract's own prices."""

    class Kind(models.TextChoices):
        PRICE_TYPE = "price_type", _("price type")
        CONTRACT = "contract", _("contract prices")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.PRICE_TYPE)
    name = models.CharField(_("name"), max_length=255)
    currency = models.CharField(_("currency"), max_length=3, default="RUB")
    includes_vat = models.BooleanField(_("prices include VAT"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_retail = models.BooleanField(
        _("retail column"), default=False, help_text=_("Shown beside the buyer's own price.")
    )

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name


class Price(models.Model):
    """Price of one base unit of a product in a list, from a quantity on, in a term."""

    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="prices")
    product = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="prices")
    minimum_quantity = models.DecimalField(max_digits=15, decimal_places=3, default=0)
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            # Two constraints and not one with nulls_distinct, which needs PostgreSQL 15.
            models.UniqueConstraint(
                fields=["price_list", "product", "minimum_quantity", "valid_from"],
                name="price_is_one_from_a_date",
            ),
            models.UniqueConstraint(
                fields=["price_list", "product", "minimum_quantity"],
                condition=models.Q(valid_from__isnull=True),
                name="price_is_one",
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="price_not_negative"),
        ]
        indexes = [models.Index(fields=["product", "price_list"])]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.amount}"
