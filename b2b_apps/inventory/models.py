"""Regions, and stock held for orders."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Region(models.Model):
    """Territory with its warehouses and contacts."""

    name = models.CharField(_("name"), max_length=120)
    city = models.CharField(_("city"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class StockHold(models.Model):
    """Stock kept for an order line until it ships, is cancelled, or 1C keeps it itself.

    ``mirrored_at`` is when 1C acknowledged the order: stock that it sends afterwards already
    leaves this quantity out, so the next snapshot releases the hold.
    """

    stock_record = models.ForeignKey("partner.StockRecord", models.CASCADE, related_name="holds")
    order_line = models.OneToOneField("order.Line", models.CASCADE, related_name="hold")
    quantity = models.DecimalField(max_digits=15, decimal_places=3)
    created_at = models.DateTimeField(auto_now_add=True)
    mirrored_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="hold_is_positive")
        ]
        indexes = [
            models.Index(
                fields=["stock_record"],
                condition=models.Q(released_at__isnull=True),
                name="hold_active",
            )
        ]

    def __str__(self) -> str:
        return f"{self.stock_record_id}: {self.quantity}"
