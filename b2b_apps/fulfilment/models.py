"""Shipments: what of an order leaves one warehouse together; rules of ours for that; how statuses
are shown.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from b2b_apps.assortment.models import TERM_IS_FORWARD, Ruled


class Shipment(models.Model):
    """Lines of one order from one warehouse, on one day, for one consignee.

    1C knows it as an order document of its own. ``planned_date`` is the day the buyer wants,
    ``ready_on`` the day on which the last of its goods is expected, if it waits for some.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        CONFIRMED = "confirmed", _("confirmed")
        PICKING = "picking", _("being picked")
        PARTLY = "partly", _("partly shipped")
        SHIPPED = "shipped", _("shipped")
        CANCELLED = "cancelled", _("cancelled")

    order = models.ForeignKey("order.Order", models.CASCADE, related_name="shipments")
    warehouse = models.ForeignKey("partner.Partner", models.PROTECT, related_name="shipments")
    sequence = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    planned_date = models.DateField(null=True, blank=True)
    ready_on = models.DateField(null=True, blank=True)
    consignee_name = models.CharField(max_length=255, blank=True)
    consignee_address = models.CharField(max_length=500, blank=True)
    # "delivery" or "pickup": what leaves another warehouse may leave another way.
    delivery_method = models.CharField(max_length=32, blank=True)
    # The rule by which its goods leave apart from the others of the order.
    split_rule = models.ForeignKey(
        "fulfilment.SplitRule", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    picking_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    order_number_1c = models.CharField(max_length=32, blank=True)
    waybill_number_1c = models.CharField(max_length=32, blank=True)
    # The order's status as 1C words it, the last that it told; whether it means anything or not.
    status_1c = models.CharField(max_length=120, blank=True)
    # The staff's own status that stands for it: worn while the shipment is in that one's base.
    own_status = models.ForeignKey(
        "fulfilment.StatusLook", models.SET_NULL, null=True, blank=True, related_name="shipments"
    )
    # Goods as 1C was given them last, and as it has them (``snapshots.py``); None: not yet.
    given_1c = models.JSONField(null=True, editable=False)
    known_1c = models.JSONField(null=True, editable=False)

    objects = ScopedManager(counterparty="order__counterparty")

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["order", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["order", "sequence"], name="shipment_sequence"),
        ]
        indexes = [
            models.Index(
                fields=["status_1c"], condition=~Q(status_1c=""), name="shipment_told_by_1c"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.sequence}"


class ShippedPart(models.Model):
    """What of an order line left by one waybill of 1C, in base units, where it said so by line."""

    order_line = models.ForeignKey("order.Line", models.CASCADE, related_name="shipped_parts")
    waybill = models.CharField(max_length=32)
    quantity = models.DecimalField(max_digits=15, decimal_places=3)

    class Meta:
        verbose_name = _("shipped part of a line")
        verbose_name_plural = _("shipped parts of lines")
        constraints = [
            models.UniqueConstraint(fields=["order_line", "waybill"], name="shippedpart_is_one"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="shippedpart_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_line_id}: {self.quantity}, {self.waybill}"


class SplitRule(Ruled):
    """How some goods of an order leave: docs/algorithms/splitting.md.

    ``apart``: in shipments of their own. ``with``: together with the goods of the rule
    ``joins``, or, without one, with all other goods, whatever rules after it say. ``prefer``: from
    ``warehouse``, if it has all of the product now. The first rule that fits holds, by
    ``priority``. Its conditions may name a label besides what ``Ruled`` knows.
    """

    class Kind(models.TextChoices):
        APART = "apart", _("ship apart")
        WITH = "with", _("ship with others")
        PREFER = "prefer", _("ship from a warehouse")

    kind = models.CharField(_("what it does"), max_length=8, choices=Kind.choices)
    priority = models.PositiveSmallIntegerField(_("place"), default=100)
    joins = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="joined",
        verbose_name=_("with the goods of"),
    )  # fmt: skip
    warehouse = models.ForeignKey(
        "partner.Partner", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("warehouse"),
    )  # fmt: skip
    reason = models.CharField(_("what the buyer is told"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("rule of shipments")
        verbose_name_plural = _("rules of shipments")
        ordering = ["priority", "pk"]
        constraints = [
            models.CheckConstraint(condition=TERM_IS_FORWARD, name="splitrule_term_is_forward"),
            models.CheckConstraint(
                condition=Q(kind="prefer", warehouse__isnull=False)
                | (~Q(kind="prefer") & Q(warehouse__isnull=True)),
                name="splitrule_warehouse_of_prefer",
            ),
            models.CheckConstraint(
                condition=Q(kind="with") | Q(joins__isnull=True), name="splitrule_joins_of_with"
            ),
        ]


class SplitRuleChange(models.Model):
    """Who did what to a rule of shipments; never edited. As ``assortment.RuledChange``."""

    rule = models.ForeignKey(SplitRule, models.CASCADE, related_name="changes")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_new = models.BooleanField(default=False)
    changes = models.JSONField(default=list, blank=True)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("change of a rule of shipments")
        verbose_name_plural = _("history of rules of shipments")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.changed_at}"


class StatusLook(models.Model):
    """What the staff made of a status of orders or shipments; what is empty is as usual
    (``statuses.py``). The statuses themselves are the code's: they can't be deleted.

    One of their own has a ``base``, the status of shipments that it names more narrowly, and
    stands for texts of 1C (``sync1c.StatusMapping``). Removed, it is worn no more, and can be put
    back.
    """

    class Of(models.TextChoices):
        ORDER = "order", _("of an order")
        SHIPMENT = "shipment", _("of a shipment")
        OWN = "own", _("of your own")

    class Tone(models.TextChoices):
        NEW = "new", _("new: nothing done yet")
        WORK = "work", _("in work")
        OK = "ok", _("done")
        WARN = "warn", _("look here")
        BAD = "bad", _("trouble")
        OFF = "off", _("over, nothing to do")

    of = models.CharField(max_length=8, choices=Of.choices)
    code = models.CharField(max_length=16)
    base = models.CharField(
        _("is a kind of"), max_length=10, choices=Shipment.Status.choices, blank=True
    )
    is_removed = models.BooleanField(_("is removed"), default=False)
    name_ru = models.CharField(_("name in Russian"), max_length=40, blank=True)
    name_en = models.CharField(_("name in English"), max_length=40, blank=True)
    tone = models.CharField(_("tone"), max_length=4, choices=Tone.choices, blank=True)
    about_ru = models.CharField(_("what the buyer is told, in Russian"), max_length=200, blank=True)
    about_en = models.CharField(_("what the buyer is told, in English"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("place"), null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("look of a status")
        verbose_name_plural = _("looks of statuses")
        ordering = ["of", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["of", "code"], name="statuslook_is_one"),
            models.CheckConstraint(
                condition=Q(of="own") & ~Q(base="") | ~Q(of="own") & Q(base="", is_removed=False),
                name="statuslook_own_has_a_base",
            ),
        ]

    def __str__(self) -> str:
        return self.name_ru or f"{self.of} {self.code}"

    def said(self, what: str) -> str:
        """``name`` or ``about`` in the active language; "" where the staff gave none."""
        language = "ru" if (get_language() or "").startswith("ru") else "en"
        return str(getattr(self, f"{what}_{language}"))


class StatusLookChange(models.Model):
    """Who made what of a status; never edited. As ``assortment.RuledChange``."""

    look = models.ForeignKey(StatusLook, models.CASCADE, related_name="changes")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # [name of the field, as it was, as it is], a row each.
    changes = models.JSONField(default=list)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("change of a status")
        verbose_name_plural = _("history of statuses")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.look_id}: {self.changed_at}"


class ShippingRequest(models.Model):
    """What is asked to be shipped of an order that was accepted: some of its goods, on a day, to a
    consignee. 1C has it under the order's document and answers it (``asking.py``).

    ``is_by_staff``: a manager asked on the buyer's behalf. ``answer`` is what 1C said of it.
    """

    class Status(models.TextChoices):
        ASKED = "asked", _("waits for an answer")
        ACCEPTED = "accepted", _("is accepted")
        SHIPPED = "shipped", _("has been sent off")
        DECLINED = "declined", _("is declined")
        WITHDRAWN = "withdrawn", _("was taken back")

    order = models.ForeignKey("order.Order", models.CASCADE, related_name="shipping_requests")
    sequence = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.ASKED)
    day = models.DateField(_("day"))
    hours = models.CharField(_("hours"), max_length=32, blank=True)
    consignee_name = models.CharField(max_length=255, blank=True)
    consignee_address = models.CharField(max_length=500, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    number_1c = models.CharField(max_length=32, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_by_staff = models.BooleanField(default=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(counterparty="order__counterparty")

    class Meta:
        verbose_name = _("shipping request")
        verbose_name_plural = _("shipping requests")
        ordering = ["order", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["order", "sequence"], name="shippingrequest_sequence"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.sequence}"

    @property
    def is_open(self) -> bool:
        return self.status in {self.Status.ASKED, self.Status.ACCEPTED}


class ShippingRequestLine(models.Model):
    """How much of an order line a request asks for, in base units, and what of it has left.

    ``shipped_before`` had left of the line when it was asked.
    """

    request = models.ForeignKey(ShippingRequest, models.CASCADE, related_name="lines")
    order_line = models.ForeignKey("order.Line", models.CASCADE, related_name="asked_lines")
    quantity = models.DecimalField(max_digits=15, decimal_places=3)
    quantity_shipped = models.DecimalField(max_digits=15, decimal_places=3, default=0)
    shipped_before = models.DecimalField(max_digits=15, decimal_places=3, default=0)

    objects = ScopedManager(counterparty="request__order__counterparty")

    class Meta:
        verbose_name = _("line of a shipping request")
        verbose_name_plural = _("lines of shipping requests")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "order_line"], name="shippingrequestline_is_one"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, quantity_shipped__gte=0)
                & Q(quantity_shipped__lte=models.F("quantity")),
                name="shippingrequestline_quantities",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.quantity}"
