"""Shipments: what of an order leaves one warehouse together."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class Shipment(models.Model):
    """Lines of one order from one warehouse, on one day, for one consignee.

    1C knows it as an order document of its own. ``planned_date`` is the day the buyer wants,
    ``ready_on`` the day on which the last of its goods is expected, if it waits for some.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        CONFIRMED = "confirmed", _("confirmed")
        PICKING = "picking", _("being picked")
        PARTLY = "partly", _("partly shipped")
        SHIPPED = "shipped", _("shipped")
        CANCELLED = "cancelled", _("cancelled")

    order = models.ForeignKey("order.Order", models.CASCADE, related_name="shipments")
    warehouse = models.ForeignKey("partner.Partner", models.PROTECT, related_name="shipments")
    sequence = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    planned_date = models.DateField(null=True, blank=True)
    ready_on = models.DateField(null=True, blank=True)
    consignee_name = models.CharField(max_length=255, blank=True)
    consignee_address = models.CharField(max_length=500, blank=True)
    # "delivery" or "pickup": what leaves another warehouse may leave another way.
    delivery_method = models.CharField(max_length=32, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    picking_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    order_number_1c = models.CharField(max_length=32, blank=True)
    waybill_number_1c = models.CharField(max_length=32, blank=True)

    objects = ScopedManager(counterparty="order__counterparty")

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["order", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["order", "sequence"], name="shipment_sequence"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.sequence}"


class ShippedPart(models.Model):
    """What of an order line left by one waybill of 1C, in base units, where it said so by line."""

    order_line = models.ForeignKey("order.Line", models.CASCADE, related_name="shipped_parts")
    waybill = models.CharField(max_length=32)
    quantity = models.DecimalField(max_digits=15, decimal_places=3)

    class Meta:
        verbose_name = _("shipped part of a line")
        verbose_name_plural = _("shipped parts of lines")
        constraints = [
            models.UniqueConstraint(fields=["order_line", "waybill"], name="shippedpart_is_one"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="shippedpart_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_line_id}: {self.quantity}, {self.waybill}"
