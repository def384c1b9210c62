"""What an order has to pass before it is placed, registered by apps above: approvals, budgets.

A gate raises what is in the way; then nothing is ordered. An order that was approved passes none.
"""

from collections.abc import Callable, Sequence
from typing import Any

from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.sheet import Sheet

# (context, basket, sheet, addresses that it goes to): called in the transaction that places it.
Gate = Callable[[TradeContext, Any, Sheet, Sequence[str]], None]
_gates: list[Gate] = []


def order_gate(gate: Gate) -> Gate:
    """Register a gate; as a decorator."""
    _gates.append(gate)
    return gate


def gates_pass(context: TradeContext, basket: Any, sheet: Sheet, addresses: Sequence[str]) -> None:
    """Ask every gate; raises what the first of them that refuses does."""
    for gate in _gates:
        gate(context, basket, sheet, addresses)
