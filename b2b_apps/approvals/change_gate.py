"""The gate of every change of an order: a larger or another one asks for approval anew, budgets
follow.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from b2b_apps.amending.errors import ChangeNeedsApprovalError, ChangeOverBudgetError
from b2b_apps.amending.gates import ChangeAsked, change_gate
from b2b_apps.approvals.errors import BudgetExceededError
from b2b_apps.approvals.plan import Plan
from b2b_apps.approvals.planning import approval_plan
from b2b_apps.approvals.services.budgets import budgets_take
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.core.context import TradeContext


@change_gate
def approval_change_gate(asked: ChangeAsked) -> None:
    """Let budgets follow what the order's basket comes to, and nothing past the rules that they
    would have caught: no larger order, no other goods, no other address.

    The rules are asked of the order's buyer, whoever changes it, even after he has left; the will
    is that of who changes it. Who alone could approve the order may change it so: his change is
    his word; the buyer's own is none where a colleague or the staff change it. Raises
    ChangeNeedsApprovalError, ChangeOverBudgetError. What 1C has changed is refused by nothing: its
    budgets follow, over their sums if it must be. Locks the periods of the budgets. One query for
    a company that uses no approvals.
    """
    context = _context(asked)
    if asked.order.basket_id is None or context is None:
        return
    plan = _plan(asked, context, asked.sheet, address=asked.address, is_locked=True)
    if (plan.is_needed or plan.exceeded) and not asked.is_fact:
        _pass(plan, _plan_before(asked, context), asked)
    if plan.uses and asked.sheet.counted:
        try:
            budgets_take(
                basket_id=asked.order.basket_id,
                uses=plan.uses,
                user_id=asked.actor.person_id,
                may_exceed=True,
                is_fact=asked.is_fact,
            )
        except BudgetExceededError as error:
            raise ChangeOverBudgetError(error.name) from error


def _context(asked: ChangeAsked) -> TradeContext | None:
    """Under what the buyer ordered; once he is not with the company any more, under what who
    changes it may, as the buyer. None if neither of them may anything there.
    """
    order = asked.order
    if order.user_id and (found := _context_of(order, order.user_id)):
        return found
    if asked.is_fact:
        return None
    found = _context_of(order, asked.actor.user_id)
    buyer = getattr(order.user, "employee", None)
    return found and replace(found, employee_id=buyer.pk if buyer else 0)


def _context_of(order: Any, user_id: int) -> TradeContext | None:
    found = trade_context_for(
        user_id=user_id, contract_id=order.contract_id, project_id=order.project_id
    )
    return found if found and found.counterparty_id == order.counterparty_id else None


def _plan(
    asked: ChangeAsked, context: TradeContext, sheet: Any, *, address: str, is_locked: bool = False
) -> Plan:
    return approval_plan(
        context=context,
        sheet=sheet,
        addresses=[address] if address else [],
        own_basket_id=asked.order.basket_id,
        asker_id=asked.actor.employee_id or 0,
        is_locked=is_locked,
    )


def _plan_before(asked: ChangeAsked, context: TradeContext) -> Plan | None:
    """What the order would need as it is; None of a larger one, which passes all rules anew."""
    if asked.is_larger:
        return None
    return _plan(asked, context, asked.sheet_before, address=asked.order.delivery_address)


def _pass(plan: Plan, before: Plan | None, asked: ChangeAsked) -> None:
    """Refuse what takes a word that was not given: for a rule that did not catch the order before,
    or not for so much of it; and what takes more of a budget that nobody goes over.
    """
    taken = {use.budget_id: use.asked for use in before.uses} if before else {}
    over = plan.exceeded
    if over and over.asked > taken.get(over.budget_id, Decimal(0)):
        raise ChangeOverBudgetError(over.name)
    known = {reason.rule_id: reason.amount for reason in before.reasons} if before else {}
    new = [
        r
        for r in plan.reasons
        if r.rule_id not in asked.approved_rules
        and (r.rule_id not in known or r.amount > known[r.rule_id])
    ]
    if new:
        ids = dict.fromkeys(pk for step in plan.steps for pk, _why in step.approvers)
        raise ChangeNeedsApprovalError(
            [reason.rule_name for reason in new],
            [plan.people[pk] for pk in ids if pk in plan.people],
            is_larger=asked.is_larger,
            plan=replace(plan, reasons=new),
        )
