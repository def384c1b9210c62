"""Budgets of departments, their periods and the ledger of what was taken."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from b2b_apps.approvals.models.departments import Department


class Budget(models.Model):
    """How much a department may order for in a period, sums with VAT.

    With a ``category`` only its goods (and those below it) count, with a ``project`` only what is
    bought for it. Each month, quarter or year begins anew with ``amount``; a period of its own
    is the one from ``starts_on`` to ``ends_on``.
    """

    class Period(models.TextChoices):
        MONTH = "month", _("a month")
        QUARTER = "quarter", _("a quarter")
        YEAR = "year", _("a year")
        OWN = "own", _("from a day to a day")

    class Over(models.TextChoices):
        REFUSE = "refuse", _("nobody goes over it")
        APPROVE = "approve", _("over it with approval")

    department = models.ForeignKey(
        Department, models.CASCADE, related_name="budgets", verbose_name=_("department")
    )
    # The department's, again: by it a query is scoped.
    counterparty = models.ForeignKey("companies.Counterparty", models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    category = models.ForeignKey(
        "catalogue.Category",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("goods of the section alone"),
    )
    project = models.ForeignKey(
        "pricing.Project",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for the project alone"),
    )
    period = models.CharField(
        _("period"), max_length=8, choices=Period.choices, default=Period.MONTH
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    amount = models.DecimalField(_("sum with VAT"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="RUB")
    over = models.CharField(
        _("over the budget"), max_length=8, choices=Over.choices, default=Over.APPROVE
    )
    is_active = models.BooleanField(_("works"), default=True)

    objects = ScopedManager(counterparty="counterparty")

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ["department__name", "name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_not_negative"),
            models.CheckConstraint(
                condition=~Q(period="own")
                | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="budget_own_period_is_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BudgetPeriod(models.Model):
    """A budget in one period: its sum and what is taken of it, the sums of its entries.

    Taken is changed by a conditional UPDATE alone (``services/budgets.py``).
    """

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="periods")
    counterparty = models.ForeignKey("companies.Counterparty", models.CASCADE, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    taken = models.DecimalField(max_digits=14, decimal_places=2, default=0)

    objects = ScopedManager(counterparty="counterparty")

    class Meta:
        verbose_name = _("period of a budget")
        verbose_name_plural = _("periods of budgets")
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["budget", "starts_on"], name="budget_period_is_one"),
            models.CheckConstraint(condition=Q(taken__gte=0), name="budget_taken_not_negative"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_sum_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.budget_id}: {self.starts_on}"

    @property
    def left(self) -> object:
        return self.amount - self.taken


class BudgetEntry(models.Model):
    """A line of the ledger; never edited. ``amount`` changes the sum, ``taken`` what is taken.

    ``basket`` is what was taken for: the content of a request, which becomes its order.
    ``is_beyond``: taken over the sum, as the budget allows with approval.
    """

    class Kind(models.TextChoices):
        OPEN = "open", _("the period begins")
        TAKE = "take", _("taken")
        FREE = "free", _("freed")
        CORRECT = "correct", _("corrected")

    period = models.ForeignKey(BudgetPeriod, models.CASCADE, related_name="entries")
    counterparty = models.ForeignKey("companies.Counterparty", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    taken = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    is_beyond = models.BooleanField(default=False)
    basket = models.ForeignKey(
        "basket.Basket", models.PROTECT, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager(counterparty="counterparty")

    class Meta:
        verbose_name = _("entry of a budget")
        verbose_name_plural = _("entries of budgets")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["basket"], name="budget_entry_of_basket")]

    def __str__(self) -> str:
        return f"{self.period_id}: {self.kind}"
