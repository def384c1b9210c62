"""What a company sets up for its approvals, saved: departments with people, budgets, rules."""

from collections.abc import Collection

from django.db import transaction

from b2b_apps.approvals.models import (
    ApprovalRule,
    Budget,
    Department,
    DepartmentMember,
    Deputy,
)
from b2b_apps.companies.models import Counterparty


@transaction.atomic
def department_save(*, department: Department, employee_ids: Collection[int]) -> Department:
    """Save a department and let these people, and no others, belong to it.

    Who belonged to another department of the company belongs to this one from now on.
    """
    department.save()
    members = DepartmentMember.objects.filter(counterparty_id=department.counterparty_id)
    members.filter(department=department).exclude(employee_id__in=employee_ids).delete()
    there = set(members.filter(department=department).values_list("employee_id", flat=True))
    come = set(employee_ids) - there
    members.filter(employee_id__in=come).delete()
    DepartmentMember.objects.bulk_create(
        DepartmentMember(
            department=department, counterparty_id=department.counterparty_id, employee_id=pk
        )
        for pk in sorted(come)
    )
    _use(department.counterparty_id)
    return department


@transaction.atomic
def budget_save(*, budget: Budget) -> Budget:
    """Save a budget; its sum is that of periods to come, the present one is corrected."""
    budget.counterparty_id = budget.department.counterparty_id
    budget.save()
    _use(budget.counterparty_id)
    return budget


@transaction.atomic
def rule_save(*, rule: ApprovalRule, user_id: int) -> ApprovalRule:
    """Save a rule; it holds from the next order on, requests on their way keep their chain."""
    rule.author_id = user_id
    rule.save()
    _use(rule.counterparty_id)
    return rule


@transaction.atomic
def deputy_save(*, deputy: Deputy) -> Deputy:
    """Save who stands in for whom; it holds at once, for what waits already, too."""
    deputy.save()
    return deputy


def _use(counterparty_id: int) -> None:
    Counterparty.objects.filter(pk=counterparty_id, uses_approvals=False).update(
        uses_approvals=True
    )
