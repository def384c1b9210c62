"""What can be in the way of a change."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from b2b_apps.core.errors import DomainError

if TYPE_CHECKING:
    from b2b_apps.amending.planning import Trouble


class ChangeRefusedError(DomainError):
    """The change can't be made so; ``troubles`` say what is in the way. Nothing was changed."""

    def __init__(self, troubles: "Sequence[Trouble]") -> None:
        super().__init__(tuple(troubles))
        self.troubles = tuple(troubles)


class OrderMovedOnError(DomainError):
    """The order was changed since the person saw it; ``revision`` is the last one, or None."""

    def __init__(self, revision: Any | None) -> None:
        super().__init__(revision)
        self.revision = revision


class OutcomeChangedError(DomainError):
    """What the change comes to is no longer what was shown; ``outcome`` is it as it is now."""

    def __init__(self, outcome: Any) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class ChangeNeedsApprovalError(DomainError):
    """The order would be larger or another one, and its company wants somebody's word first.

    ``rules`` are the names of its rules, ``people`` those who decide; ``plan`` is what the gate
    would have asked of them, for who sends the change to them.
    """

    def __init__(
        self,
        rules: Sequence[str],
        people: Sequence[str],
        *,
        is_larger: bool = True,
        plan: Any = None,
    ) -> None:
        super().__init__(tuple(rules), tuple(people))
        self.plan = plan
        self.is_larger = is_larger
        self.rules = tuple(rules)
        self.people = tuple(people)


class ChangeOverBudgetError(DomainError):
    """A budget that nobody goes over has no room for the change."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class CarriageClosedError(DomainError):
    """No price of delivery can be named: there is no such shipment, or it has left."""
