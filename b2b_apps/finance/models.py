"""Payments that 1C reports for our orders."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class Payment(models.Model):
    """Money received for an order, as 1C booked it."""

    order = models.ForeignKey("order.Order", models.CASCADE, related_name="payments")
    number_1c = models.CharField(max_length=64)
    date = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    objects = ScopedManager(counterparty="order__counterparty")

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["date", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number_1c"], name="payment_is_booked_once")
        ]

    def __str__(self) -> str:
        return f"{self.number_1c}: {self.amount}"
