"""Credit: an account per contract, group accounts above it, holds and movements (G1)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class CreditAccount(models.Model):
    """What a contract, or the contracts of a holding together, may owe and owe now.

    Free is ``limit − debt − held``. No ``limit`` means that credit is not watched. ``debt`` and
    ``overdue`` are 1C's, as of ``snapshot_at``, brought forward by the entries after it; ``held``
    is the sum of the account's open holds. A contract's account may stand under one ``group``:
    what is held is held in both.
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
            models.UniqueConstraint(
                fields=["holding", "currency"], name="credit_is_one_per_holding"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id or self.holding_id}: {self.limit}"


class CreditHold(models.Model):
    """Credit still kept for an order on one account.

    ``amount`` goes down as parts of the order ship (they become debt), are paid for in advance
    or are cancelled; at nothing the hold is over.
    """

    account = models.ForeignKey(CreditAccount, models.CASCADE, related_name="holds")
    order = models.ForeignKey("order.Order", models.CASCADE, related_name="credit_holds")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager(counterparty="order__counterparty")

    class Meta:
        verbose_name = _("credit hold")
        verbose_name_plural = _("credit holds")
        constraints = [
            models.UniqueConstraint(fields=["account", "order"], name="credithold_is_one"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="credithold_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.amount}"


class CreditEntry(models.Model):
    """A movement on an account. ``key`` names its cause: the same cause is booked once.

    ``debt`` and ``held`` are signed changes; a snapshot's ``debt`` is what it changed.
    """

    class Kind(models.TextChoices):
        SNAPSHOT = "snapshot", _("debt from 1C")
        HOLD = "hold", _("held for an order")
        SHIPMENT = "shipment", _("shipment")
        PAYMENT = "payment", _("payment")
        CANCEL = "cancel", _("cancelled")
        LIMIT = "limit", _("limit changed")

    account = models.ForeignKey(CreditAccount, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=128)
    debt = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    held = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    order = models.ForeignKey(
        "order.Order", models.CASCADE, null=True, blank=True, related_name="credit_entries"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=255, blank=True)
    at = models.DateTimeField()

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

    From ``SECOND_SIGNATURE_FROM`` of the settings on, a release holds when a second person signed.
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
