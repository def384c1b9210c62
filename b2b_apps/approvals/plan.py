"""A plan: what of an order is taken from which budget, and who approves it why. Pure values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """What an order takes of a budget in a period; ``taken`` is what others have taken."""

    budget_id: int
    period_id: int | None
    name: str
    starts_on: date
    ends_on: date
    amount: Decimal
    taken: Decimal
    asked: Decimal
    may_exceed: bool

    @property
    def left_before(self) -> Decimal:
        return self.amount - self.taken

    @property
    def left_after(self) -> Decimal:
        return self.amount - self.taken - self.asked

    @property
    def is_over(self) -> bool:
        return self.asked > 0 and self.left_after < 0

    @property
    def lack(self) -> Decimal:
        return max(Decimal(0), -self.left_after)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why approval is needed: the rule's name and what of the order it caught.

    ``facts`` are (kind, values): sum, goods, budget_over, budget, department, consignee, project.
    ``amount`` is what the lines that the rule caught come to. ``rule_id`` is 0 where an order goes
    over a budget and no rule speaks of that.
    """

    rule_name: str
    facts: Sequence[tuple[str, Mapping[str, Any]]] = ()
    amount: Decimal = Decimal(0)
    rule_id: int = 0

    def plain(self) -> dict[str, Any]:
        """As it is kept in a request."""
        facts = [[kind, dict(v)] for kind, v in self.facts]
        return {"rule": self.rule_name, "id": self.rule_id, "facts": facts}


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step to be; ``approvers`` are (employee id, why he)."""

    stage: int
    mode: str
    rule_name: str
    approvers: tuple[tuple[int, str], ...]
    may_own: bool = False
    remind_hours: int | None = None
    escalate_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen before an order is placed.

    ``people`` are names by employee id. ``dead_rule`` is the rule that nobody may approve by.
    """

    department_id: int | None = None
    uses: Sequence[BudgetUse] = ()
    reasons: Sequence[Reason] = ()
    steps: Sequence[PlannedStep] = ()
    on_change: str = "accept"
    people: Mapping[int, str] = field(default_factory=dict)
    dead_rule: str = ""

    @property
    def is_needed(self) -> bool:
        return bool(self.steps or self.dead_rule)

    @property
    def exceeded(self) -> BudgetUse | None:
        """A budget that nobody goes over and that this would."""
        return next((use for use in self.uses if use.is_over and not use.may_exceed), None)


NO_PLAN = Plan()
