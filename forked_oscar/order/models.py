"""Fork of ``oscar.apps.order``: an order is placed under a contract."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager
from oscar.apps.order.abstract_models import AbstractLine, AbstractOrder


class OrderGroup(models.Model):
    """What was placed together, from one basket: an order per organization that sells it.

    ``number`` is the one to speak of, the number of the first of its orders.
    """

    number = models.CharField(_("number"), max_length=128, unique=True)
    # A second click, a second tab, a repeated request: still one group.
    basket = models.OneToOneField(
        "basket.Basket", models.SET_NULL, null=True, blank=True, related_name="order_group"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    contract = models.ForeignKey("contracts.Contract", models.PROTECT, related_name="order_groups")
    counterparty = models.ForeignKey(
        "companies.Counterparty", models.PROTECT, related_name="order_groups"
    )
    split_policy = models.CharField(_("how it was split"), max_length=16, blank=True)
    placed_at = models.DateTimeField(_("placed"))

    objects = ScopedManager(counterparty="counterparty")

    class Meta:
        app_label = "order"
        verbose_name = _("order group")
        verbose_name_plural = _("order groups")
        ordering = ["-placed_at", "-pk"]

    def __str__(self) -> str:
        return self.number


class Order(AbstractOrder):
    """What a counterparty ordered of one organization under a contract, frozen at placing."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # None: not placed in the portal.
    group = models.ForeignKey(
        OrderGroup, models.PROTECT, null=True, blank=True, related_name="orders"
    )
    contract = models.ForeignKey(
        "contracts.Contract", models.PROTECT, related_name="orders", verbose_name=_("contract")
    )
    counterparty = models.ForeignKey(
        "companies.Counterparty",
        models.PROTECT,
        related_name="orders",
        verbose_name=_("counterparty"),
    )
    project = models.ForeignKey(
        "pricing.Project",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("project"),
    )
    organization = models.ForeignKey(
        "companies.Organization",
        models.PROTECT,
        related_name="orders",
        verbose_name=_("organization"),
    )
    vat_mode = models.CharField(_("VAT"), max_length=8, default="included")
    vat_amount = models.DecimalField(_("VAT"), max_digits=14, decimal_places=2, default=0)
    total_incl_tax = models.DecimalField(
        _("Order total (inc. tax)"), max_digits=14, decimal_places=2
    )
    total_excl_tax = models.DecimalField(
        _("Order total (excl. tax)"), max_digits=14, decimal_places=2
    )
    payment_due = models.DateField(_("pay until"), null=True, blank=True)
    customer_number = models.CharField(_("buyer's own number"), max_length=64, blank=True)
    consignee_name = models.CharField(_("consignee"), max_length=255, blank=True)
    delivery_method = models.CharField(_("delivery method"), max_length=32, blank=True)
    delivery_address = models.CharField(_("delivery address"), max_length=500, blank=True)
    contact_person = models.CharField(_("contact person"), max_length=255, blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=100, blank=True)
    desired_date = models.DateField(_("desired date"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    number_1c = models.CharField(_("number in 1C"), max_length=64, blank=True)
    # "held": accepted, the shipment waits for money or a release; "waiting": not told to 1C
    # either; "released": it was stopped and may go now. Empty: credit was not in the way.
    credit_state = models.CharField(_("credit"), max_length=8, blank=True)
    promo_code = models.CharField(_("promo code"), max_length=40, blank=True)
    # How often it was changed since it was placed.
    revision = models.PositiveIntegerField(_("revision"), default=0)
    num_shipping_requests = models.PositiveSmallIntegerField(_("shipping requests"), default=0)

    # What the lists and rules in ``Line.price_steps`` were called, and rates (``pricing.frozen``).
    price_terms = models.JSONField(null=True, editable=False)

    objects = ScopedManager(counterparty="counterparty")

    class Meta(AbstractOrder.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["group", "organization"], name="order_is_one_per_organization"
            ),
            models.CheckConstraint(
                condition=models.Q(credit_state__in=["", "held", "waiting", "released"]),
                name="order_credit_state_is_known",
            ),
        ]
        indexes = [
            # Those that wait for credit are few and asked for with every page of the staff.
            models.Index(
                fields=["date_placed"],
                name="order_stopped_by_credit",
                condition=models.Q(credit_state__in=["held", "waiting"]),
            ),
        ]


class Line(AbstractLine):
    """A product in an order with its price and VAT; the quantity is in base units.

    What of one line of the basket leaves in several shipments is as many lines, of one position.
    """

    # None: of an order that 1C told of, or made by staff, without shipments.
    shipment = models.ForeignKey(
        "fulfilment.Shipment", models.RESTRICT, null=True, blank=True, related_name="lines"
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    article = models.CharField(_("article"), max_length=255, blank=True)
    unit_code = models.CharField(_("unit code"), max_length=8, blank=True)
    unit_name = models.CharField(_("unit"), max_length=50, blank=True)
    quantity = models.DecimalField(_("Quantity"), max_digits=15, decimal_places=3)
    num_allocated = models.DecimalField(
        _("Number allocated"), max_digits=15, decimal_places=3, default=0
    )
    unit_price_incl_tax = models.DecimalField(
        _("Unit Price (inc. tax)"), max_digits=14, decimal_places=4, null=True
    )
    unit_price_excl_tax = models.DecimalField(
        _("Unit Price (excl. tax)"), max_digits=14, decimal_places=4, null=True
    )
    line_price_incl_tax = models.DecimalField(
        _("Price (inc. tax)"), max_digits=14, decimal_places=2
    )
    line_price_excl_tax = models.DecimalField(
        _("Price (excl. tax)"), max_digits=14, decimal_places=2
    )
    line_price_before_discounts_incl_tax = models.DecimalField(
        _("Price before discounts (inc. tax)"), max_digits=14, decimal_places=2
    )
    line_price_before_discounts_excl_tax = models.DecimalField(
        _("Price before discounts (excl. tax)"), max_digits=14, decimal_places=2
    )
    # How the price came about when it was ordered (``pricing.frozen``); None: not known, or agreed
    # anew when the order was changed.
    price_steps = models.JSONField(null=True, editable=False)
    vat_label = models.CharField(_("VAT rate"), max_length=32, blank=True)
    vat_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    vat_amount = models.DecimalField(_("VAT"), max_digits=14, decimal_places=2, default=0)
    quantity_shipped = models.DecimalField(_("shipped"), max_digits=15, decimal_places=3, default=0)
    comment = models.CharField(_("comment"), max_length=255, blank=True)

    class Meta(AbstractLine.Meta):
        ordering = ["order", "position"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="orderline_quantity_positive"
            )
        ]


# Oscar registers only the models that we have not; so this stays last.
from oscar.apps.order.models import *
