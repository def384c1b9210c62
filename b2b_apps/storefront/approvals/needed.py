"""What the checkout says of approval: whether it is needed, why, whose."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from b2b_apps.approvals.errors import (
    ApprovalNeededError,
    ApprovalNotNeededError,
    BudgetExceededError,
    NoApproverError,
)
from b2b_apps.approvals.plan import BudgetUse, Plan
from b2b_apps.approvals.planning import approval_plan
from b2b_apps.approvals.words import (
    budget_words,
    nobody_words,
    people_words,
    reason_words,
)
from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.sheet import Sheet

APPROVAL_ERRORS = (
    ApprovalNeededError,
    ApprovalNotNeededError,
    BudgetExceededError,
    NoApproverError,
)


@dataclass(frozen=True, slots=True)
class Needed:
    """A plan in words. ``stages`` are the steps that are open at once, in their order."""

    plan: Plan
    reasons: Sequence[str]
    stages: Sequence[str]
    uses: Sequence[BudgetUse]

    @property
    def is_needed(self) -> bool:
        return self.plan.is_needed


def approval_needed(*, context: TradeContext, sheet: Sheet, addresses: Sequence[str]) -> Needed:
    """Return what an order of the sheet to these addresses needs. At most ten queries, one for a
    company that uses no approvals.
    """
    plan = approval_plan(context=context, sheet=sheet, addresses=addresses)
    return needed_of(plan, sees_prices=context.may(SEE_PRICES))


def needed_of(plan: Plan, *, sees_prices: bool) -> Needed:
    """A plan in words."""
    stages = [
        "; ".join(
            people_words([plan.people.get(pk, "") for pk, _why in step.approvers], step.mode)
            for step in steps
        )
        for _stage, steps in groupby(plan.steps, key=lambda step: step.stage)
    ]
    return Needed(
        plan=plan,
        reasons=[reason_words(r.plain(), sees_prices=sees_prices) for r in plan.reasons],
        stages=stages,
        uses=[use for use in plan.uses if use.asked > 0] if sees_prices else [],
    )


def in_the_way_words(error: Exception) -> str:
    """Why an order was neither placed nor sent for approval."""
    if isinstance(error, BudgetExceededError):
        return budget_words(error)
    if isinstance(error, NoApproverError):
        return nobody_words(error)
    if isinstance(error, ApprovalNotNeededError):
        return _("It needs no approval any more: check it and send it.")
    return _("It needs approval now: see why below, and send it for approval.")
