"""Fork of ``oscar.apps.catalogue``: units, VAT rates and what wholesale asks of a product."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.abstract_models import AbstractProduct, AbstractProductAttributeValue


class Unit(models.Model):
    """Unit of measure of the Russian classifier ОКЕИ."""

    code = models.CharField(_("OKEI code"), max_length=8, unique=True)
    short_name = models.CharField(_("short name"), max_length=50)
    full_name = models.CharField(_("full name"), max_length=120, blank=True)
    international = models.CharField(_("international code"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["short_name"]

    def __str__(self) -> str:
        return self.short_name


class VatRate(models.Model):
    """A VAT rate as 1C labels it; no percent means "without VAT"."""

    code = models.SlugField(max_length=16, unique=True)
    label = models.CharField(_("label"), max_length=32)
    percent = models.DecimalField(
        _("percent"), max_digits=5, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = _("VAT rate")
        verbose_name_plural = _("VAT rates")
        ordering = ["-percent"]

    def __str__(self) -> str:
        return self.label


class Product(AbstractProduct):
    """A product or, as the child of one, a characteristic of it."""

    class PriceVisibility(models.TextChoices):
        SHOWN = "shown", _("shown")
        ON_REQUEST = "on_request", _("on request")
        HIDDEN = "hidden", _("hidden")

    article = models.CharField(_("article"), max_length=255, blank=True, db_index=True)
    # Staff's decision and 1C's, each kept apart; what is read is Oscar's ``is_public``.
    is_off_by_staff = models.BooleanField(_("hidden by us"), default=False)
    is_off_by_1c = models.BooleanField(_("hidden by 1C"), default=False, editable=False)
    price_visibility = models.CharField(
        _("price"),
        max_length=10,
        choices=PriceVisibility.choices,
        default=PriceVisibility.SHOWN,
    )
    code_1c = models.CharField(_("code in 1C"), max_length=64, blank=True)
    barcode = models.CharField(_("barcode"), max_length=64, blank=True, db_index=True)
    brand = models.CharField(_("brand"), max_length=120, blank=True, db_index=True)
    characteristic = models.CharField(_("characteristic"), max_length=255, blank=True)
    base_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, verbose_name=_("base unit")
    )
    order_multiple = models.DecimalField(
        _("order multiple"), max_digits=15, decimal_places=3, default=1
    )
    minimum_quantity = models.DecimalField(
        _("minimum quantity"), max_digits=15, decimal_places=3, default=0
    )
    vat_rate = models.ForeignKey(
        VatRate, models.PROTECT, null=True, blank=True, verbose_name=_("VAT rate")
    )
    weight_kg = models.DecimalField(
        _("weight, kg"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    volume_m3 = models.DecimalField(
        _("volume, m³"), max_digits=14, decimal_places=6, null=True, blank=True
    )

    class Meta(AbstractProduct.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_public=False)
                | models.Q(is_off_by_staff=False, is_off_by_1c=False),
                name="product_off_stays_off",
            ),
            models.CheckConstraint(
                condition=models.Q(order_multiple__gt=0, minimum_quantity__gte=0),
                name="product_pack_rules_positive",
            ),
        ]


class ProductUnit(models.Model):
    """A pack of a product: so many base units."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="packs")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    name = models.CharField(_("name"), max_length=50)
    factor = models.DecimalField(_("base units in a pack"), max_digits=15, decimal_places=3)

    class Meta:
        verbose_name = _("pack")
        verbose_name_plural = _("packs")
        ordering = ["factor"]
        constraints = [
            models.UniqueConstraint(fields=["product", "name", "factor"], name="pack_is_one"),
            models.CheckConstraint(condition=models.Q(factor__gt=0), name="pack_factor_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.factor.normalize():f})"


class ProductAttributeValue(AbstractProductAttributeValue):
    """What an attribute of a product says.

    Forty of each product: so they have the indexes that are used, by product with its attribute
    and by attribute, and none of Oscar's on each kind of value.
    """

    product = models.ForeignKey(
        Product,
        models.CASCADE,
        related_name="attribute_values",
        verbose_name=_("Product"),
        db_index=False,
    )
    value_integer = models.IntegerField(_("Integer"), blank=True, null=True)
    value_boolean = models.BooleanField(_("Boolean"), blank=True, null=True)
    value_float = models.FloatField(_("Float"), blank=True, null=True)
    value_date = models.DateField(_("Date"), blank=True, null=True)
    value_datetime = models.DateTimeField(_("DateTime"), blank=True, null=True)
    entity_content_type = models.ForeignKey(
        ContentType, models.CASCADE, blank=True, null=True, editable=False, db_index=False
    )

    class Meta(AbstractProductAttributeValue.Meta):
        unique_together = ("product", "attribute")


# Oscar registers only the models that we have not; so this stays last.
from oscar.apps.catalogue.models import *
