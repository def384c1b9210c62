"""The gate of every change of an order: a larger one asks for approval anew, budgets follow."""

from typing import Any

from b2b_apps.amending.errors import ChangeNeedsApprovalError, ChangeOverBudgetError
from b2b_apps.amending.gates import ChangeAsked, change_gate
from b2b_apps.approvals.errors import BudgetExceededError
from b2b_apps.approvals.plan import Plan
from b2b_apps.approvals.planning import approval_plan
from b2b_apps.approvals.services.budgets import budgets_take
from b2b_apps.contracts.context import trade_context_for


@change_gate
def approval_change_gate(asked: ChangeAsked) -> None:
    """Let budgets follow what the order's basket comes to, and no larger order past the rules.

    The rules are asked of the order's buyer, whoever changes it. Who alone could approve the
    order may make it larger: his change is his word. Raises ChangeNeedsApprovalError,
    ChangeOverBudgetError. Locks the periods of the budgets. One query for a company that uses no
    approvals.
    """
    order: Any = asked.order
    if order.basket_id is None or order.user_id is None:
        return
    context = trade_context_for(
        user_id=order.user_id, contract_id=order.contract_id, project_id=order.project_id
    )
    if context is None or context.counterparty_id != order.counterparty_id:
        return
    sheet: Any = asked.sheet
    plan = approval_plan(
        context=context,
        sheet=sheet,
        address=order.delivery_address,
        own_basket_id=order.basket_id,
        is_locked=True,
    )
    if asked.is_larger:
        _refuse(plan, asked)
    if plan.uses and sheet.counted:
        try:
            budgets_take(
                basket_id=order.basket_id,
                uses=plan.uses,
                user_id=asked.actor.user_id,
                may_exceed=True,
            )
        except BudgetExceededError as error:
            raise ChangeOverBudgetError(error.name) from error


def _refuse(plan: Plan, asked: ChangeAsked) -> None:
    if over := plan.exceeded:
        raise ChangeOverBudgetError(over.name)
    own = asked.actor.employee_id
    needed = [
        step
        for step in plan.steps
        if step.mode != "any" or own not in {employee_id for employee_id, _why in step.approvers}
    ]
    if needed or plan.dead_rule:
        ids = dict.fromkeys(pk for step in needed for pk, _why in step.approvers)
        people = [plan.people[pk] for pk in ids if pk in plan.people]
        rules = [reason.rule_name for reason in plan.reasons] or [plan.dead_rule]
        raise ChangeNeedsApprovalError(rules, people)
