"""What is held of stock, for how long, and what is held but not there."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StockHold(models.Model):
    """Stock kept for a buyer: for an order line, or by hand for a day or two.

    ``mirrored_at`` is when 1C acknowledged the order: stock that it sends afterwards already
    leaves this quantity out, so the next snapshot releases the hold. A hold by hand is not told
    to 1C, so nothing counts it twice. ``expires_at`` of an order's hold follows its status
    (HoldTerm); what 1C keeps by now (absorbed) has a term all the same, and then counts as
    expired: the order has lost its stock.
    """

    class Kind(models.TextChoices):
        ORDER = "order", _("order")
        MANUAL = "manual", _("reserve by hand")
        CART = "cart", _("basket")

    class Ending(models.TextChoices):
        CANCELLED = "cancelled", _("cancelled")
        ABSORBED = "absorbed", _("in 1C's stock")
        EXPIRED = "expired", _("term is over")
        ORDERED = "ordered", _("turned into an order")
        LET_GO = "let_go", _("let go by hand")

    stock_record = models.ForeignKey("partner.StockRecord", models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ORDER)
    order_line = models.OneToOneField(
        "order.Line", models.CASCADE, null=True, blank=True, related_name="hold"
    )
    contract = models.ForeignKey(
        "contracts.Contract", models.CASCADE, null=True, blank=True, related_name="stock_holds"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=255, blank=True)
    quantity = models.DecimalField(max_digits=15, decimal_places=3)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    # When the buyer was told that this end of a reserve by hand is near.
    end_warned_at = models.DateTimeField(null=True, blank=True, editable=False)
    mirrored_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="hold_is_positive"),
            models.CheckConstraint(
                condition=models.Q(kind="order", order_line__isnull=False)
                | (~models.Q(kind="order") & models.Q(order_line__isnull=True)),
                name="hold_of_an_order_has_its_line",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="order")
                | models.Q(contract__isnull=False, expires_at__isnull=False),
                name="hold_by_hand_has_owner_and_end",
            ),
            models.CheckConstraint(
                condition=models.Q(released_at__isnull=True, ending="")
                | (models.Q(released_at__isnull=False) & ~models.Q(ending="")),
                name="hold_ended_says_how",
            ),
        ]
        indexes = [
            models.Index(
                fields=["stock_record"],
                condition=models.Q(released_at__isnull=True),
                name="hold_active",
            ),
            models.Index(
                fields=["expires_at"],
                condition=models.Q(released_at__isnull=True, expires_at__isnull=False),
                name="hold_expiring",
            ),
            models.Index(
                fields=["expires_at"],
                condition=models.Q(ending="absorbed", expires_at__isnull=False),
                name="hold_at_1c_expiring",
            ),
            models.Index(
                fields=["contract"],
                condition=models.Q(released_at__isnull=True) & ~models.Q(kind="order"),
                name="hold_by_hand_of_contract",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stock_record_id}: {self.quantity}"


class HoldTerm(models.Model):
    """How long an order keeps its stock in a status (D7); no row means: until it ends."""

    class Payment(models.TextChoices):
        ANY = "", _("any payment")
        PREPAYMENT = "prepayment", _("prepayment")
        DEFERRAL = "deferral", _("deferral")
        STAGES = "stages", _("stages")

    order_status = models.CharField(_("status of the order"), max_length=100)
    payment_kind = models.CharField(
        _("payment"), max_length=12, choices=Payment.choices, default=Payment.ANY, blank=True
    )
    hours = models.PositiveIntegerField(_("hours"))

    class Meta:
        verbose_name = _("term of reserves")
        verbose_name_plural = _("terms of reserves")
        ordering = ["order_status", "payment_kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["order_status", "payment_kind"], name="holdterm_is_one"
            ),
            models.CheckConstraint(condition=models.Q(hours__gt=0), name="holdterm_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.order_status}: {self.hours}"


class ReserveLimits(models.Model):
    """What buyers may reserve by hand; one row, and these defaults without it.

    The share is of what is free of a balance (the company's own reserves of it included), for a
    whole company: several reserves of a balance count together. Staff are not bound by it.
    """

    max_hours = models.PositiveSmallIntegerField(
        _("hours at most"), default=48, help_text=_("0: buyers do not reserve by hand.")
    )
    max_share_percent = models.PositiveSmallIntegerField(_("share of what is free, %"), default=50)
    max_holds = models.PositiveSmallIntegerField(_("reserves of a company at once"), default=100)

    class Meta:
        verbose_name = _("limits of reserves by hand")
        verbose_name_plural = _("limits of reserves by hand")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="reservelimits_is_one_row"),
            models.CheckConstraint(
                condition=models.Q(max_share_percent__lte=100), name="reservelimits_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.max_hours} h, {self.max_share_percent} %, {self.max_holds}"


class StockShortage(models.Model):
    """1C sent less than the portal holds: somebody has to be told. Open until it is covered."""

    stock_record = models.ForeignKey(
        "partner.StockRecord", models.CASCADE, related_name="shortages"
    )
    on_hand = models.DecimalField(max_digits=15, decimal_places=3)
    held = models.DecimalField(max_digits=15, decimal_places=3)
    noticed_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("shortage")
        verbose_name_plural = _("shortages")
        ordering = ["-noticed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stock_record"],
                condition=models.Q(settled_at__isnull=True),
                name="shortage_open_is_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.stock_record_id}: {self.on_hand} < {self.held}"
