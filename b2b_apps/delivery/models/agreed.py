"""What was agreed for a shipment."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from b2b_apps.delivery.models.methods import DeliveryMethod
from b2b_apps.delivery.models.windows import WindowLoad


class ShipmentDelivery(models.Model):
    """How a shipment travels, frozen at placing: names and sums stay as they were agreed.

    ``is_told_later``: the manager names the price, until then it is nothing. A shipment that was
    placed without methods of ours has none.
    """

    class Registration(models.TextChoices):
        NONE = "", _("not with a carrier")
        WAITING = "waiting", _("waits for the carrier")
        SENT = "sent", _("sent to the carrier")
        DONE = "done", _("taken by the carrier")
        FAILED = "failed", _("refused by the carrier")
        CANCELLED = "cancelled", _("called off")

    shipment = models.OneToOneField("fulfilment.Shipment", models.CASCADE, related_name="delivery")
    method = models.ForeignKey(DeliveryMethod, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=120)
    zone_name = models.CharField(max_length=120, blank=True)
    price_excl_tax = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal("0.00"))
    price_incl_tax = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal("0.00"))
    vat_amount = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal("0.00"))
    vat_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    is_told_later = models.BooleanField(default=False)
    arrives_from = models.DateField(null=True)
    arrives_to = models.DateField(null=True)
    window_text = models.CharField(max_length=32, blank=True)
    load = models.ForeignKey(WindowLoad, models.PROTECT, null=True, related_name="deliveries")
    is_to_customer = models.BooleanField(default=False)
    recipient_name = models.CharField(max_length=255, blank=True)
    recipient_phone = models.CharField(max_length=100, blank=True)
    recipient_address = models.CharField(max_length=500, blank=True)
    carrier = models.CharField(max_length=16, blank=True)
    tariff_code = models.PositiveIntegerField(null=True)
    point_code = models.CharField(max_length=32, blank=True)
    point_address = models.CharField(max_length=255, blank=True)
    registration = models.CharField(max_length=9, choices=Registration.choices, blank=True)
    carrier_uuid = models.CharField(max_length=64, blank=True)
    tracking_number = models.CharField(max_length=64, blank=True, db_index=True)
    # [{"code", "name", "at", "city"}], the oldest first, as the carrier tells them.
    statuses = models.JSONField(default=list)
    problem = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField(null=True)

    objects = ScopedManager(counterparty="shipment__order__counterparty")

    class Meta:
        verbose_name = _("delivery of a shipment")
        verbose_name_plural = _("deliveries of shipments")
        constraints = [
            models.CheckConstraint(
                condition=Q(price_incl_tax=F("price_excl_tax") + F("vat_amount")),
                name="shipmentdelivery_sums_add_up",
            ),
            models.CheckConstraint(
                condition=Q(price_excl_tax__gte=0, vat_amount__gte=0),
                name="shipmentdelivery_sums_not_negative",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="delivery_on_its_way",
                condition=Q(registration__in=["sent", "done"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}: {self.name}"

    @property
    def status(self) -> str:
        """The latest status of the carrier, in its words."""
        return str(self.statuses[-1].get("name", "")) if self.statuses else ""
