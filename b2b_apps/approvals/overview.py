"""What the page of rules and budgets shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from b2b_apps.approvals.models import (
    ApprovalRule,
    Budget,
    BudgetPeriod,
    Department,
    Deputy,
)
from b2b_apps.approvals.periods import Term, term_of
from b2b_apps.approvals.selectors import people_of
from b2b_apps.approvals.words import people_words
from b2b_apps.companies.models import Counterparty, Membership
from b2b_apps.companies.roles import Role
from b2b_apps.core.figures import money_text


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A budget in its present period."""

    budget: Budget
    term: Term | None
    amount: Decimal
    taken: Decimal

    @property
    def left(self) -> Decimal:
        return self.amount - self.taken

    @property
    def percent(self) -> Decimal:
        return min(Decimal(100), self.taken * 100 / self.amount) if self.amount else Decimal(0)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in words."""

    rule: ApprovalRule
    catches: str
    chain: str


@dataclass(frozen=True, slots=True)
class Setup:
    """All that a company has set up."""

    company: Counterparty
    people: Sequence[Membership]
    departments: Sequence[Department]
    budgets: Sequence[BudgetRow]
    rules: Sequence[RuleRow]
    deputies: Sequence[Deputy]


def setup_of(*, company: Counterparty) -> Setup:
    """Return what a company has set up. Eight queries."""
    people = people_of(counterparty_id=company.pk)
    names = {m.employee_id: str(m.employee) for m in people}
    departments = Department.objects.filter(counterparty=company).select_related("head__user")
    rules = ApprovalRule.objects.filter(counterparty=company).select_related("department")
    deputies = Deputy.objects.filter(
        counterparty=company, ends_on__gte=timezone.localdate()
    ).select_related("principal__user", "deputy__user")
    return Setup(
        company=company,
        people=people,
        departments=list(departments.prefetch_related("members__employee__user")),
        budgets=_budgets(company),
        rules=[RuleRow(r, catches_words(r), chain_words(r, names)) for r in rules],
        deputies=list(deputies),
    )


def _budgets(company: Counterparty) -> Sequence[BudgetRow]:
    rows = Budget.objects.filter(counterparty=company)
    rows = rows.select_related("department", "category", "project")
    periods = {
        (p.budget_id, p.starts_on): p for p in BudgetPeriod.objects.filter(counterparty=company)
    }
    today = timezone.localdate()
    return [_budget_row(budget, periods, today) for budget in rows]


def _budget_row(
    budget: Budget, periods: Mapping[tuple[int, date], BudgetPeriod], today: date
) -> BudgetRow:
    term = term_of(budget, today)
    period = periods.get((budget.pk, term.starts_on)) if term else None
    if period is None:
        return BudgetRow(budget, term, budget.amount, Decimal(0))
    return BudgetRow(budget, term, period.amount, period.taken)


def catches_words(rule: ApprovalRule) -> str:
    """Which orders a rule catches."""
    kinds = {c.get("kind") for c in rule.conditions}
    said = [
        _("from %(sum)s on") % {"sum": money_text(rule.min_sum)} if rule.min_sum else "",
        str(rule.department.name) if rule.department else "",
        str(rule.get_of_budget_display()) if rule.of_budget else "",
        _("goods: %(what)s") % {"what": _brands(rule)} if kinds else "",
        str(_("new address")) if rule.is_new_consignee else "",
        str(_("new project")) if rule.is_new_project else "",
    ]
    return ", ".join(word for word in said if word) or _("every order")


def _brands(rule: ApprovalRule) -> str:
    brands = [str(v) for c in rule.conditions if c.get("kind") == "brand" for v in c["values"]]
    sections = any(c.get("kind") != "brand" for c in rule.conditions)
    return ", ".join([*brands, *([_("chosen sections or goods")] if sections else [])])


def chain_words(rule: ApprovalRule, names: Mapping[int, str]) -> str:
    """Who approves by a rule."""
    steps = [
        people_words([_approver(a, names) for a in step["approvers"]], step["mode"])
        for step in rule.chain
    ]
    return (" + " if rule.is_parallel else " → ").join(steps)


def _approver(approver: Mapping[str, Any], names: Mapping[int, str]) -> str:
    if approver["kind"] == "person":
        return names.get(approver["id"], _("somebody who has left"))
    if approver["kind"] == "role":
        return str(Role(approver["role"]).label)
    return _("the head of the department")
