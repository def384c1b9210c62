"""Regions, and what a buyer sees of stock in them."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from b2b_apps.companies.roles import Role


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


class StockPolicy(models.Model):
    """What a buyer sees of stock, by his region and role (D4). The most particular row holds.

    Without any row: all active warehouses, exact figures.
    """

    class Precision(models.TextChoices):
        EXACT = "exact", _("exact figures")
        WORDS = "words", _("in words")
        PRESENCE = "presence", _("there is or there is not")

    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, verbose_name=_("region")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, blank=True)
    precision = models.CharField(
        _("stock is shown"), max_length=8, choices=Precision.choices, default=Precision.EXACT
    )
    few_below = models.DecimalField(_("«few» below"), max_digits=15, decimal_places=3, default=20)
    many_from = models.DecimalField(_("«many» from"), max_digits=15, decimal_places=3, default=100)
    orders_arriving = models.BooleanField(
        _("orders goods on their way"),
        default=True,
        help_text=_("Where exact figures are shown: what is short now may be ordered to arrive."),
    )
    warehouses: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "partner.Partner",
        blank=True,
        related_name="+",
        verbose_name=_("warehouses"),
        help_text=_("None chosen: all."),
    )

    class Meta:
        verbose_name = _("what is seen of stock")
        verbose_name_plural = _("what is seen of stock")
        ordering = ["region", "role"]
        constraints = [
            # Two constraints and not one with nulls_distinct, which needs PostgreSQL 15.
            models.UniqueConstraint(fields=["region", "role"], name="stockpolicy_is_one"),
            models.UniqueConstraint(
                fields=["role"],
                condition=models.Q(region__isnull=True),
                name="stockpolicy_is_one_everywhere",
            ),
            models.CheckConstraint(
                condition=models.Q(many_from__gte=models.F("few_below")),
                name="stockpolicy_many_is_not_few",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id}/{self.role}: {self.precision}"
