"""Baskets under the person's other contracts, ended ones too: where lines lie, and under whom to
move them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.contracts.context import TradeOptions, trade_context_for
from b2b_apps.contracts.models import Contract
from b2b_apps.core.context import TradeContext


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A basket with lines under another contract than the current one."""

    contract: Contract
    num_lines: int


def elsewhere_of(*, baskets: Sequence[Any], options: TradeOptions) -> Sequence[Elsewhere]:
    """Return those of the person's open baskets that he could carry over to the current one."""
    contracts = {contract.pk: contract for contract in options.contracts}
    return [
        Elsewhere(contracts[basket.contract_id], basket.cached_num_lines)
        for basket in baskets
        if basket.cached_num_lines
        and basket.contract_id in contracts
        and basket.contract_id != options.contract.pk
        and options.may_under(contracts[basket.contract_id], PLACE_ORDERS)
    ]


@dataclass(frozen=True, slots=True)
class Ended:
    """A basket with lines under a contract that is no longer in force."""

    basket_id: int
    contract: Contract
    num_lines: int


def ended_of(*, baskets: Sequence[Any], options: TradeOptions) -> Sequence[Ended]:
    """Return those of the person's open baskets that nothing can be ordered of any more: their
    contracts have ended. One query where there are any.
    """
    in_force = {contract.pk for contract in options.contracts}
    left = {b.contract_id: b for b in baskets if b.cached_num_lines}
    left = {pk: basket for pk, basket in left.items() if pk not in in_force}
    if not left:
        return []
    contracts = Contract.objects.filter(
        pk__in=list(left), counterparty__in=options.context.counterparty_ids
    )
    return [
        Ended(left[contract.pk].pk, contract, left[contract.pk].cached_num_lines)
        for contract in contracts.order_by("pk")
        if options.may_under(contract, PLACE_ORDERS)
    ]


def other_context(*, options: TradeOptions, contract_id: int) -> TradeContext | None:
    """Return the person's context under another contract that he may order under, or None.

    Three queries.
    """
    found = trade_context_for(user_id=options.context.user_id, contract_id=contract_id)
    if found is None or found.contract_id != contract_id or not found.may(PLACE_ORDERS):
        return None
    return None if contract_id == options.context.contract_id else found
