"""Builds the TradeContext of a person."""

from collections.abc import Sequence
from datetime import date

from django.apps import apps
from django.utils import timezone

from b2b_apps.companies.models import Membership
from b2b_apps.contracts.models import Contract
from b2b_apps.contracts.selectors import contracts_for
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.models import PriceList


def trade_context_for(
    *,
    user_id: int,
    contract_id: int | None = None,
    region_id: int | None = None,
    day: date | None = None,
) -> TradeContext | None:
    """Return the context of a person, or None if he has nothing to buy under.

    An unknown, foreign or expired ``contract_id`` falls back to the first contract of his
    default counterparty. Four queries: memberships, contracts, warehouses, retail list.
    """
    memberships = list(
        Membership.objects.filter(
            employee__user_id=user_id, employee__user__is_active=True, counterparty__is_active=True
        ).order_by("-is_default", "pk")
    )
    if not memberships:
        return None
    ids = tuple(m.counterparty_id for m in memberships)
    contracts = list(contracts_for(counterparty_ids=ids, day=day or timezone.localdate()))
    contract = _chosen(contracts, contract_id, ids)
    if contract is None:
        return None
    membership = next(m for m in memberships if m.counterparty_id == contract.counterparty_id)
    region = region_id or contract.counterparty.region_id
    return TradeContext(
        user_id=user_id,
        employee_id=membership.employee_id,
        counterparty_id=contract.counterparty_id,
        counterparty_ids=ids,
        contract_id=contract.pk,
        organization_id=contract.organization_id,
        region_id=region,
        warehouse_ids=_warehouses(region),
        price_list_ids=price_chain(contract),
        retail_price_list_id=_retail_list(contract.currency),
        currency=contract.currency,
        vat_mode=contract.vat_mode,
        permissions=membership.permissions,
    )


def price_chain(contract: Contract) -> tuple[int, ...]:
    """Ids of the price lists of a contract, the strongest first: its own, then its price type."""
    own = (contract.own_price_list_id,) if contract.own_price_list_id else ()
    return (*own, contract.price_type_id)


def _chosen(
    contracts: Sequence[Contract], contract_id: int | None, counterparty_ids: Sequence[int]
) -> Contract | None:
    for contract in contracts:
        if contract.pk == contract_id:
            return contract
    order = {pk: place for place, pk in enumerate(counterparty_ids)}
    return min(contracts, key=lambda c: order[c.counterparty_id], default=None)


def _warehouses(region_id: int | None) -> tuple[int, ...]:
    """Ids of all active warehouses, those of the region first. One query."""
    rows = apps.get_model("partner", "Partner").objects.filter(is_active=True)
    found = rows.order_by("position", "name", "pk").values_list("pk", "region_id")
    return tuple(pk for pk, _region in sorted(found, key=lambda row: row[1] != region_id))


def _retail_list(currency: str) -> int | None:
    lists = PriceList.objects.filter(is_retail=True, is_active=True, currency=currency)
    return lists.values_list("pk", flat=True).first()
