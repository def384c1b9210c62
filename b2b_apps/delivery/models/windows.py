"""Hours of a day with a capacity."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from b2b_apps.delivery.models.methods import DeliveryMethod, DeliveryZone


class DeliveryWindow(models.Model):
    """Hours in which a zone is served, or a warehouse hands out, and how many orders fit in.

    Of a zone (own transport) or of a pick-up method at a warehouse.
    """

    method = models.ForeignKey(DeliveryMethod, models.CASCADE, related_name="windows")
    zone = models.ForeignKey(
        DeliveryZone,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="windows",
        verbose_name=_("zone"),
    )
    warehouse = models.ForeignKey(
        "partner.Partner",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("warehouse"),
    )
    weekdays = models.CharField(_("weekdays"), max_length=7, default="12345")
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    capacity = models.PositiveIntegerField(_("orders at most"))
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("delivery window")
        verbose_name_plural = _("delivery windows")
        ordering = ["method", "zone", "starts", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="window_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"


class WindowLoad(models.Model):
    """How much of a window is taken on a day; ``capacity`` where that day has its own.

    ``taken`` may be above a capacity that staff have lowered: nobody is turned away after.
    """

    window = models.ForeignKey(DeliveryWindow, models.PROTECT, related_name="loads")
    day = models.DateField()
    taken = models.PositiveIntegerField(default=0)
    capacity = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("load of a window")
        verbose_name_plural = _("loads of windows")
        ordering = ["day", "window"]
        constraints = [
            models.UniqueConstraint(fields=["window", "day"], name="windowload_is_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.window_id}: {self.taken}"
