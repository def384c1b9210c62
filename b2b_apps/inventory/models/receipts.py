"""Goods on their way."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExpectedReceipt(models.Model):
    """Goods on their way to a warehouse, as 1C's orders to suppliers say."""

    product = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="receipts")
    warehouse = models.ForeignKey("partner.Partner", models.CASCADE, related_name="receipts")
    day = models.DateField(_("day"))
    quantity = models.DecimalField(_("quantity"), max_digits=15, decimal_places=3)
    reference = models.CharField(_("document"), max_length=100, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("expected receipt")
        verbose_name_plural = _("expected receipts")
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "warehouse", "day", "reference"], name="receipt_is_one"
            ),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="receipt_is_positive"),
        ]
        indexes = [models.Index(fields=["day"], name="receipt_by_day")]

    def __str__(self) -> str:
        return f"{self.product_id} {self.day}: +{self.quantity}"
