"""The gate of every order: rules of its company, budgets of its department."""

from collections.abc import Sequence
from typing import Any

from b2b_apps.approvals.errors import ApprovalNeededError, BudgetExceededError
from b2b_apps.approvals.planning import approval_plan
from b2b_apps.approvals.services.budgets import budgets_take
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.gates import order_gate
from b2b_apps.purchasing.sheet import Sheet


@order_gate
def approval_gate(
    context: TradeContext, basket: Any, sheet: Sheet, addresses: Sequence[str]
) -> None:
    """Take an order from the budgets it is paid from, or raise what it needs first.

    Raises ApprovalNeededError, BudgetExceededError. Locks the periods of the budgets. One query
    for a company that uses no approvals.
    """
    plan = approval_plan(context=context, sheet=sheet, addresses=addresses, is_locked=True)
    if over := plan.exceeded:
        raise BudgetExceededError(over.name, over.left_before, over.asked)
    if plan.is_needed:
        raise ApprovalNeededError(plan)
    if plan.uses:
        # What goes over a budget by the will of who might approve it himself is no refusal.
        budgets_take(basket_id=basket.pk, uses=plan.uses, user_id=context.user_id, may_exceed=True)
