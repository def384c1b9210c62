"""What can go wrong with credit."""

from collections.abc import Sequence
from decimal import Decimal

from b2b_apps.contracts.standing import Standing
from b2b_apps.core.errors import DomainError


class CreditExceededError(DomainError):
    """The order does not fit: ``refusals`` are the accounts that refused it, as they stood.

    ``asked`` is what the order would take on credit, ``mode`` what becomes of such an order.
    """

    def __init__(self, refusals: Sequence[Standing], asked: Decimal, mode: str) -> None:
        super().__init__(tuple(refusals), asked, mode)
        self.refusals = tuple(refusals)
        self.asked = asked
        self.mode = mode


class DecisionError(DomainError):
    """A decision on an order or on a limit that can't be written.

    ``code``: not_stopped, no_reason, no_payment, past, same_person, not_pending, changed, moved
    (the terms under a proposal), not_author.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
