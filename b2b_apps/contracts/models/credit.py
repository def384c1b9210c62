"""Credit: an account per contract, group accounts above it, holds and movements (G1)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class CreditAccount(models.Model):
    """What a contract, or the contracts of a holding together, may owe and owe now.

    Free is ``limit − debt − held``. No ``limit`` means that credit is not watched. ``debt`` and
    ``overdue`` are 1C's (``snapshot_…``, as of ``snapshot_at``), brought forward by the entries
    after it; ``held`` is the sum of the account's open holds. A contract's account may stand
    under one ``group``, whose ``debt``, ``overdue`` and ``held`` are the sums of its members.
    Written by ``contracts.credit`` and its neighbours only: docs/algorithms/credit.md.
    """

    class Mode(models.TextChoices):
        BLOCK = "block", _("no order")
        SOFT = "soft", _("order is taken, shipment is held")
        RELEASE = "release", _("order waits for the manager")

    contract = models.OneToOneField(
        "contracts.Contract",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="credit",
        verbose_name=_("contract"),
    )
    holding = models.ForeignKey(
        "companies.Holding",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="credit_accounts",
        verbose_name=_("holding"),
    )
    group = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("shared limit"),
    )
    currency = models.CharField(_("currency"), max_length=3, default="RUB")
    limit = models.DecimalField(
        _("credit limit"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    limit_valid_to = models.DateField(_("limit valid to"), null=True, blank=True)
    debt = models.DecimalField(_("debt"), max_digits=14, decimal_places=2, default=0)
    overdue = models.DecimalField(_("overdue"), max_digits=14, decimal_places=2, default=0)
    overdue_days = models.PositiveIntegerField(_("days overdue"), default=0)
    held = models.DecimalField(_("held for orders"), max_digits=14, decimal_places=2, default=0)
    mode = models.CharField(
        _("beyond the limit"), max_length=8, choices=Mode.choices, default=Mode.BLOCK
    )
    blocks_on_overdue = models.BooleanField(_("overdue stops orders"), default=True)
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), default=0, help_text=_("Overdue for no longer stops nothing.")
    )
    snapshot_at = models.DateTimeField(_("debt as of"), null=True, blank=True)
    snapshot_debt = models.DecimalField(_("debt in 1C"), max_digits=14, decimal_places=2, default=0)
    snapshot_overdue = models.DecimalField(
        _("overdue in 1C"), max_digits=14, decimal_places=2, default=0
    )
    # The first day of the oldest overdue: the days go on while 1C is silent.
    overdue_since = models.DateField(_("overdue since"), null=True, blank=True)

    class Meta:
        verbose_name = _("credit account")
        verbose_name_plural = _("credit accounts")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(contract__isnull=False, holding__isnull=True)
                | Q(contract__isnull=True, holding__isnull=False, group__isnull=True),
                name="credit_is_a_contracts_or_a_holdings",
            ),
            models.CheckConstraint(condition=Q(held__gte=0), name="credit_held_not_negative"),
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | Q(limit__gte=0), name="credit_limit_not_negative"
            ),
            models.CheckConstraint(condition=Q(overdue__gte=0), name="credit_overdue_not_negative"),
            models.CheckConstraint(
                condition=Q(overdue=0) | Q(overdue_since__isnull=False),
                name="credit_overdue_has_a_day",
            ),
            models.UniqueConstraint(
                fields=["holding", "currency"], name="credit_is_one_per_holding"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id or self.holding_id}: {self.limit}"


class CreditHold(models.Model):
    """What an order asks of its contract's account, and how much of it is still held.

    ``placed`` is what it asked when it was placed; ``taken`` the part of the living order that is
    given on credit, ``prepaid`` the part to be paid in advance; ``shipped`` what of ``taken`` has
    become debt, ``paid`` all that was paid for the order. ``amount`` follows from these
    (``contracts.positions``): it goes down as parts ship, are paid for in advance or are
    cancelled. An order that ``waits`` for the manager holds nothing yet.
    """

    account = models.ForeignKey(CreditAccount, models.CASCADE, related_name="holds")
    order = models.ForeignKey("order.Order", models.CASCADE, related_name="credit_holds")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    placed = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    taken = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    prepaid = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    shipped = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    paid = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    waits = models.BooleanField(default=False)
    # What of each shipment is on credit, by id, once the order was changed; shared out till then.
    parts = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager(counterparty="order__counterparty")

    class Meta:
        verbose_name = _("credit hold")
        verbose_name_plural = _("credit holds")
        constraints = [
            models.UniqueConstraint(fields=["account", "order"], name="credithold_is_one"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="credithold_not_negative"),
            models.CheckConstraint(
                condition=Q(shipped__gte=0, shipped__lte=models.F("taken")),
                name="credithold_ships_what_was_taken",
            ),
            models.CheckConstraint(
                condition=Q(waits=False) | Q(amount=0), name="credithold_waits_for_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.amount}"


class CreditEntry(models.Model):
    """A movement on an account. ``key`` names its cause: the same cause is booked once.

    ``amount`` is what the cause was worth (the payment, the shipment, the order), ``debt`` and
    ``held`` are signed changes; a snapshot's ``debt`` is what it changed. ``at`` is when it
    happened in 1C: entries not after a snapshot are contained in it. ``details`` are changed
    terms, [was, now] by name, or why an order was stopped.
    """

    class Kind(models.TextChoices):
        SNAPSHOT = "snapshot", _("debt from 1C")
        HOLD = "hold", _("held for an order")
        SHIPMENT = "shipment", _("shipment")
        PAYMENT = "payment", _("payment")
        CANCEL = "cancel", _("cancelled")
        STOP = "stop", _("order stopped")
        RELEASE = "release", _("order released")
        LIMIT = "limit", _("limit changed")
        CHANGE = "change", _("order changed")

    account = models.ForeignKey(CreditAccount, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=128)
    amount = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    debt = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    held = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    order = models.ForeignKey(
        "order.Order", models.CASCADE, null=True, blank=True, related_name="credit_entries"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()
    booked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("movement of credit")
        verbose_name_plural = _("movements of credit")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="creditentry_is_booked_once")
        ]
        indexes = [models.Index(fields=["account", "at"], name="creditentry_by_time")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.debt}/{self.held}"


class CreditDecision(models.Model):
    """What a manager decided of an order that credit held; never edited.

    From ``CREDIT_SECOND_SIGNATURE_FROM`` of the settings on, a release holds when a second person
    signed.
    """

    class Verdict(models.TextChoices):
        RELEASE = "release", _("release")
        AFTER_PAYMENT = "after_pay", _("release after a payment")
        REFUSE = "refuse", _("refuse")

    order = models.ForeignKey("order.Order", models.CASCADE, related_name="credit_decisions")
    verdict = models.CharField(max_length=9, choices=Verdict.choices)
    reason = models.CharField(_("reason"), max_length=500)
    payment_sum = models.DecimalField(
        _("payment to wait for"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    payment_until = models.DateField(_("until"), null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(auto_now_add=True)
    # Whether a second person must sign: by the order as it was decided on, or as 1C made it since.
    needs_second = models.BooleanField(default=False)
    second_at = models.DateTimeField(null=True, blank=True)
    took_effect_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(counterparty="order__counterparty")

    class Meta:
        verbose_name = _("decision on credit")
        verbose_name_plural = _("decisions on credit")
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=models.F("author")),
                name="creditdecision_signed_by_two",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="creditdecision_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.verdict}"

    @property
    def needs_signature(self) -> bool:
        """Whether it waits for the second person."""
        return self.needs_second and self.second_id is None
