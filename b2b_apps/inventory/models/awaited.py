"""What is promised of goods on their way."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AwaitedHold(models.Model):
    """Goods that an order line waits for: so much of what receipts bring to a balance by a day.

    Counted against receipts while they are on their way; ``arrived`` of it has come, stands in
    the balance's ``num_allocated`` and is nobody else's. When all has come it ends and an ordinary
    hold of the line takes its place. ``short`` is what neither receipts nor stock cover any more.
    ``first_day`` is the day that the buyer was promised when he ordered.
    """

    class Ending(models.TextChoices):
        ARRIVED = "arrived", _("has come")
        AT_1C = "at_1c", _("1C keeps it")
        SHIPPED = "shipped", _("shipped")
        CANCELLED = "cancelled", _("cancelled")

    stock_record = models.ForeignKey(
        "partner.StockRecord", models.CASCADE, related_name="awaited_holds"
    )
    order_line = models.OneToOneField("order.Line", models.CASCADE, related_name="awaited")
    quantity = models.DecimalField(max_digits=15, decimal_places=3)
    arrived = models.DecimalField(max_digits=15, decimal_places=3, default=0)
    short = models.DecimalField(max_digits=15, decimal_places=3, default=0)
    short_since = models.DateTimeField(null=True, blank=True)
    day = models.DateField(_("day"))
    first_day = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)
    mirrored_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)

    class Meta:
        verbose_name = _("awaited goods of an order")
        verbose_name_plural = _("awaited goods of orders")
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="awaited_is_positive"),
            models.CheckConstraint(
                condition=models.Q(arrived__gte=0, short__gte=0)
                & models.Q(quantity__gte=models.F("arrived") + models.F("short")),
                name="awaited_parts_are_of_it",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=False)
                | models.Q(arrived__lt=models.F("quantity")),
                name="awaited_ends_when_all_has_come",
            ),
            models.CheckConstraint(
                condition=models.Q(short=0, short_since__isnull=True)
                | models.Q(short__gt=0, short_since__isnull=False),
                name="awaited_short_says_since_when",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ending="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ending="")),
                name="awaited_ended_says_how",
            ),
        ]
        indexes = [
            models.Index(
                fields=["stock_record", "day"],
                condition=models.Q(ended_at__isnull=True),
                name="awaited_active",
            ),
            models.Index(
                fields=["day"],
                condition=models.Q(ended_at__isnull=True, short=0),
                name="awaited_by_day",
            ),
            models.Index(
                fields=["stock_record"],
                condition=models.Q(ended_at__isnull=True, short__gt=0),
                name="awaited_short",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_line_id}: {self.quantity}, {self.day}"
