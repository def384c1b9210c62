"""What a change has to pass, registered by apps above: approvals, budgets."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from b2b_apps.amending.change import Actor
from b2b_apps.core.money import LineAmount


class ChangedLine(NamedTuple):
    """A line of what the basket has become, as gates ask of it."""

    product: Any
    article: str
    amount: LineAmount


@dataclass(frozen=True, slots=True)
class ChangedSheet:
    """All that the basket of an order has become with the change; stands for a ``Sheet``."""

    counted: Sequence[ChangedLine]


@dataclass(frozen=True, slots=True)
class ChangeAsked:
    """A change as gates see it: the order, who changes it, goods and the sum before and after,
    where it goes then.
    """

    order: Any
    actor: Actor
    sheet: ChangedSheet
    sheet_before: ChangedSheet
    total_before: Decimal
    total_after: Decimal
    address: str
    # Rules by which those whose word was needed have given it.
    approved_rules: Collection[int] = ()

    @property
    def is_fact(self) -> bool:
        """Whether 1C has it so already: nothing of it can be refused."""
        return self.actor.is_1c

    @property
    def is_larger(self) -> bool:
        return self.total_after > self.total_before


Gate = Callable[[ChangeAsked], None]
_gates: list[Gate] = []


def change_gate(gate: Gate) -> Gate:
    """Register a gate; as a decorator. It is called in the transaction of the change and raises
    what is in its way.
    """
    _gates.append(gate)
    return gate


def change_gates_pass(asked: ChangeAsked) -> None:
    """Ask every gate; raises what the first of them that refuses does."""
    for gate in _gates:
        gate(asked)
