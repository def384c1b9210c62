"""What staff offer: methods, where own transport goes, what it costs."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Schedule(models.Model):
    """On which days something leaves: weekdays as ISO digits, "135" is Monday, Wednesday, Friday.

    What is ordered before ``cut_off`` counts as of that day, later as of the next working day;
    ``lead_days`` working days later it can be there. No ``cut_off``: the whole day counts.
    """

    weekdays = models.CharField(
        _("weekdays"),
        max_length=7,
        default="12345",
        validators=[RegexValidator(r"^[1-7]{1,7}$", _("Digits of weekdays, Monday is 1."))],
    )
    cut_off = models.TimeField(_("ordered before"), null=True, blank=True)
    lead_days = models.PositiveSmallIntegerField(_("working days ahead"), default=0)

    class Meta:
        abstract = True


class DeliveryMethod(Schedule):
    """A way from a warehouse to the buyer, or to his own customer (``is_to_customer``)."""

    class Kind(models.TextChoices):
        PICKUP = "pickup", _("pick-up")
        OWN = "own", _("our transport")
        CARRIER = "carrier", _("carrier")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120)
    about = models.CharField(_("in one line"), max_length=255, blank=True)
    conditions = models.TextField(_("conditions"), blank=True)
    papers = models.TextField(_("papers needed"), blank=True)
    hours = models.CharField(_("opening hours"), max_length=255, blank=True)
    is_to_customer = models.BooleanField(_("to the buyer's customer"), default=False)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    warehouses: Any = models.ManyToManyField(
        "partner.Partner", blank=True, related_name="+", verbose_name=_("warehouses")
    )
    # None: without VAT.
    vat_percent = models.DecimalField(
        _("VAT, %"), max_digits=5, decimal_places=2, null=True, blank=True, default=22
    )
    carrier = models.CharField(_("carrier"), max_length=16, blank=True)
    tariff_code = models.PositiveIntegerField(_("carrier's tariff"), null=True, blank=True)
    is_to_point = models.BooleanField(_("to a delivery point"), default=False)
    # On top of what the carrier asks.
    markup_percent = models.DecimalField(_("markup, %"), max_digits=5, decimal_places=2, default=0)
    max_weight_kg = models.DecimalField(
        _("weight up to, kg"), max_digits=10, decimal_places=3, null=True, blank=True
    )

    class Meta:
        verbose_name = _("delivery method")
        verbose_name_plural = _("delivery methods")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="carrier")
                | models.Q(tariff_code__isnull=False) & ~models.Q(carrier=""),
                name="deliverymethod_of_a_carrier_has_its_tariff",
            ),
            models.CheckConstraint(
                condition=models.Q(markup_percent__gte=0), name="deliverymethod_markup"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeliveryZone(Schedule):
    """Where own transport goes from a warehouse, or from any: places by name, a name a line.

    Of several zones that an address is in, a city goes before a prefix of the postcode, that
    before a region, a longer prefix before a shorter, then ``position``.
    """

    method = models.ForeignKey(DeliveryMethod, models.CASCADE, related_name="zones")
    warehouse = models.ForeignKey(
        "partner.Partner",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("warehouse"),
    )
    name = models.CharField(_("name"), max_length=120)
    cities = models.TextField(_("cities"), blank=True)
    postcodes = models.TextField(_("beginnings of postcodes"), blank=True)
    regions = models.TextField(_("regions"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("served"), default=True)
    free_from = models.DecimalField(
        _("free from goods for"), null=True, blank=True, max_digits=14, decimal_places=2
    )

    class Meta:
        verbose_name = _("delivery zone")
        verbose_name_plural = _("delivery zones")
        ordering = ["method", "position", "pk"]

    def __str__(self) -> str:
        return self.name


class DeliveryStep(models.Model):
    """A price of a zone: up to so much weight and volume; None is any. VAT is inside."""

    zone = models.ForeignKey(DeliveryZone, models.CASCADE, related_name="steps")
    up_to_kg = models.DecimalField(max_digits=10, decimal_places=3, null=True, blank=True)
    up_to_m3 = models.DecimalField(max_digits=10, decimal_places=3, null=True, blank=True)
    price = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("price of a zone")
        verbose_name_plural = _("prices of zones")
        ordering = ["zone", models.F("up_to_kg").asc(nulls_last=True), "price"]
        constraints = [
            models.CheckConstraint(condition=models.Q(price__gte=0), name="deliverystep_price"),
        ]

    def __str__(self) -> str:
        return f"{self.up_to_kg} {self.up_to_m3}: {self.price}"
