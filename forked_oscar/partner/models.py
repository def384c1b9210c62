"""Fork of ``oscar.apps.partner``: the Partner is a warehouse, balances have three decimals."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractPartner, AbstractStockRecord


class Partner(AbstractPartner):
    """A warehouse of one of our organizations, in a region."""

    organization = models.ForeignKey(
        "companies.Organization",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="warehouses",
        verbose_name=_("organization"),
    )
    region = models.ForeignKey(
        "inventory.Region",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="warehouses",
        verbose_name=_("region"),
    )
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    address_text = models.CharField(_("address"), max_length=500, blank=True)
    phone = models.CharField(_("phone"), max_length=100, blank=True)
    is_pickup_point = models.BooleanField(_("pick-up point"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    # Staff's decision and 1C's, each kept apart; what is read is ``is_active``.
    is_off_by_staff = models.BooleanField(_("switched off by us"), default=False)
    is_off_by_1c = models.BooleanField(_("switched off in 1C"), default=False, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta(AbstractPartner.Meta):
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        ordering = ["position", "name", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_active=False)
                | models.Q(is_off_by_staff=False, is_off_by_1c=False),
                name="warehouse_off_stays_off",
            )
        ]

    @property
    def label(self) -> str:
        return self.short_name or self.name


class StockRecord(AbstractStockRecord):
    """Balance of one product in one warehouse, in base units."""

    price = models.DecimalField(_("Price"), max_digits=14, decimal_places=4, null=True, blank=True)
    num_in_stock = models.DecimalField(
        _("Number in stock"), max_digits=15, decimal_places=3, default=0, null=True, blank=True
    )
    num_allocated = models.DecimalField(
        _("Number allocated"), max_digits=15, decimal_places=3, default=0, null=True, blank=True
    )

    class Meta(AbstractStockRecord.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["product", "partner"], name="stockrecord_is_one_per_warehouse"
            ),
            models.CheckConstraint(
                condition=models.Q(num_allocated__gte=0), name="stockrecord_allocated_not_negative"
            ),
        ]


# Oscar registers only the models that we have not; so this stays last.
from oscar.apps.partner.models import *
