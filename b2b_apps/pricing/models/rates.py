"""Rates of currencies to the rouble, by day."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CurrencyRate(models.Model):
    """How many roubles one unit of a currency is on a day; by hand beats the bank's."""

    class Source(models.TextChoices):
        BANK = "bank", _("Bank of Russia")
        HAND = "hand", _("by hand")

    currency = models.CharField(_("currency"), max_length=3)
    day = models.DateField(_("day"))
    rate = models.DecimalField(_("roubles per unit"), max_digits=18, decimal_places=8)
    source = models.CharField(_("source"), max_length=4, choices=Source.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        ordering = ["-day", "currency"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "day", "source"], name="rate_is_one_per_day"
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}: {self.rate}"
