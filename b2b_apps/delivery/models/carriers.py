"""What carriers have told: their cities and delivery points, and what they asked for a parcel."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CarrierCity(models.Model):
    """A place that a carrier serves, by its own code; ``folded`` is the name as it is looked up."""

    carrier = models.CharField(max_length=16)
    code = models.PositiveIntegerField()
    name = models.CharField(max_length=255)
    folded = models.CharField(max_length=255)
    region = models.CharField(max_length=255, blank=True)
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("city of a carrier")
        verbose_name_plural = _("cities of carriers")
        constraints = [
            models.UniqueConstraint(fields=["carrier", "code"], name="carriercity_is_one"),
        ]
        indexes = [models.Index(fields=["carrier", "folded"], name="carriercity_by_name")]

    def __str__(self) -> str:
        return f"{self.name}, {self.region}" if self.region else self.name


class CarrierPoint(models.Model):
    """Where a carrier hands out. One that its directory no longer has is not ``is_active``."""

    carrier = models.CharField(max_length=16)
    code = models.CharField(max_length=32)
    city_code = models.PositiveIntegerField()
    name = models.CharField(max_length=255, blank=True)
    address = models.CharField(max_length=255)
    hours = models.CharField(max_length=255, blank=True)
    max_kg = models.DecimalField(max_digits=10, decimal_places=3, null=True)
    is_active = models.BooleanField(default=True)
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("delivery point of a carrier")
        verbose_name_plural = _("delivery points of carriers")
        ordering = ["address", "code"]
        constraints = [
            models.UniqueConstraint(fields=["carrier", "code"], name="carrierpoint_is_one"),
        ]
        indexes = [models.Index(fields=["carrier", "city_code"], name="carrierpoint_in_city")]

    def __str__(self) -> str:
        return self.address


class KeptTariffs(models.Model):
    """What a carrier asked for a route and its pieces, and when it said so.

    ``tariffs``: [[code, price, days from, days to], …].
    """

    carrier = models.CharField(max_length=16)
    route = models.CharField(max_length=64)
    tariffs = models.JSONField()
    asked_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("kept tariffs of a carrier")
        verbose_name_plural = _("kept tariffs of carriers")
        constraints = [
            models.UniqueConstraint(fields=["carrier", "route"], name="kepttariffs_are_one"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier}: {self.route}"
