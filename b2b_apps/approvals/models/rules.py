"""Rules: which orders of a company need approval, and whose."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from b2b_apps.approvals.models.departments import Department


class ApprovalRule(models.Model):
    """A sentence: an order like this needs the approval of these.

    All that is set must hold: department, goods, budget, a new consignee, a new project, and the
    sum, which is of the goods that ``conditions`` mean, of the whole order without them.
    ``conditions`` are those of price rules (``pricing.conditions``), of goods alone. A rule with
    nothing set catches every order.

    ``chain`` is a list of steps ``{"mode": "any" | "all", "approvers": [{"kind": "person",
    "id": employee} | {"kind": "role", "role": role} | {"kind": "department_head"}]}``, one after
    the other unless ``is_parallel``.
    """

    class OfBudget(models.TextChoices):
        NO = "", _("whatever the budget")
        OVER = "over", _("when it goes over a budget")
        ALWAYS = "always", _("whenever it is paid from a budget")

    class OnChange(models.TextChoices):
        AGAIN = "again", _("who approved before approves again")
        ACCEPT = "accept", _("the last approver decides on it")

    counterparty = models.ForeignKey(
        "companies.Counterparty",
        models.CASCADE,
        related_name="approval_rules",
        verbose_name=_("counterparty"),
    )
    spans_holding = models.BooleanField(_("for all companies of the holding"), default=False)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("works"), default=True)
    priority = models.PositiveSmallIntegerField(_("place in the order"), default=100)
    department = models.ForeignKey(
        Department,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=_("department"),
    )
    min_sum = models.DecimalField(
        _("from a sum with VAT on"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    of_budget = models.CharField(
        _("budget"), max_length=8, choices=OfBudget.choices, default=OfBudget.NO, blank=True
    )
    conditions = models.JSONField(_("goods"), default=list, blank=True)
    is_new_consignee = models.BooleanField(_("to a consignee never supplied before"), default=False)
    is_new_project = models.BooleanField(_("for a project never bought for before"), default=False)
    chain = models.JSONField(_("who approves"), default=list)
    is_parallel = models.BooleanField(_("all steps at once"), default=False)
    may_own = models.BooleanField(_("an approver may approve his own order"), default=False)
    on_change = models.CharField(
        _("when prices or stock have changed meanwhile"),
        max_length=8,
        choices=OnChange.choices,
        default=OnChange.ACCEPT,
    )
    remind_hours = models.PositiveSmallIntegerField(
        _("remind after, working hours"), null=True, blank=True
    )
    escalate_hours = models.PositiveSmallIntegerField(
        _("pass on after, working hours"), null=True, blank=True
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedManager(counterparty="counterparty")

    class Meta:
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")
        ordering = ["priority", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(min_sum__isnull=True) | Q(min_sum__gt=0), name="approval_sum_positive"
            )
        ]

    def __str__(self) -> str:
        return self.name
