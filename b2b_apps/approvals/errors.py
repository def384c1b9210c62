"""What can go wrong with approvals and budgets."""

from typing import TYPE_CHECKING

from b2b_apps.core.errors import DomainError

if TYPE_CHECKING:
    from decimal import Decimal

    from b2b_apps.approvals.plan import Plan


class ApprovalNeededError(DomainError):
    """The order needs approval; ``plan`` says why and whose. Nothing was ordered."""

    def __init__(self, plan: "Plan") -> None:
        super().__init__(plan)
        self.plan = plan


class ApprovalNotNeededError(DomainError):
    """No rule catches the order any more: it can be placed at once."""


class ChangeWaitsError(DomainError):
    """A change of the order waits for approval already: one at a time."""


class BudgetExceededError(DomainError):
    """A budget that nobody goes over has no room for it; nothing was taken."""

    def __init__(self, name: str, left: "Decimal", asked: "Decimal") -> None:
        super().__init__(name, left, asked)
        self.name = name
        self.left = left
        self.asked = asked


class NoApproverError(DomainError):
    """The rule of this name wants an approval that nobody may give."""

    def __init__(self, rule_name: str) -> None:
        super().__init__(rule_name)
        self.rule_name = rule_name


class RequestClosedError(DomainError):
    """The request was decided or changed meanwhile: what was shown is no longer so."""


class NotYourTurnError(DomainError):
    """The person may not decide on the request now."""


class CorrectionError(DomainError):
    """A budget can't be corrected so; ``code``: no_reason, no_sum, no_period,
    below_taken.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
