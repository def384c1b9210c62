"""Builds the TradeContext of a person."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import JSONObject
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.assortment.selectors import (
    assortment_of,
    labels_now,
    labels_of,
    labels_on,
    rules_now,
    rules_on,
)
from b2b_apps.companies.models import Membership
from b2b_apps.companies.roles import PLACE_ORDERS, SEE_ORDERS, SEE_PRICES
from b2b_apps.companies.selectors import memberships_of
from b2b_apps.contracts.models import Contract, TradeChoice
from b2b_apps.contracts.selectors import contracts_for, with_terms
from b2b_apps.core.context import TradeContext
from b2b_apps.core.prepared import PreparedRows
from b2b_apps.inventory.models import Region
from b2b_apps.inventory.policies import StockSight, policies_for, reserve_hours, sight_of
from b2b_apps.inventory.selectors import stock_refreshed_at
from b2b_apps.notifications.selectors import num_unread
from b2b_apps.pricing.models import Project


class ProjectOption(NamedTuple):
    """A project that a person may buy for: its prices are approved, for today."""

    id: int
    name: str


class RegionOption(NamedTuple):
    """A region that a person may look from."""

    pk: int
    name: str
    position: int


@dataclass(frozen=True, slots=True)
class TradeOptions:
    """A person's TradeContext with the rows it was chosen from, for the switches of the header.

    ``contract`` is the current one; ``contracts`` are all that he may buy under today;
    ``warehouses`` are those he sees, in the context's order; ``regions`` are those he may look
    from: all that have warehouses, seen from here or not. ``ended`` is the
    contract that was asked for, when it is one of his companies' and no longer in force.
    ``projects`` are those of the contract, the latest first, and ``project`` is the one he buys
    for; ``ended_project_id`` is one that he has chosen and that has no prices any more.
    ``chosen_id`` is the contract that he has chosen himself, or None; ``permissions`` are what he
    may do by company.
    ``reserve_hours`` is for how long he may reserve by hand at most, 0 if not at all;
    ``stock_refreshed_at`` is when a balance last came from 1C; ``num_notices`` how many notices
    he has not read.
    """

    context: TradeContext
    contract: Contract
    contracts: Sequence[Contract]
    warehouses: Sequence[Any]
    regions: Sequence[RegionOption] = ()
    ended: Contract | None = None
    chosen_id: int | None = None
    permissions: Mapping[int, frozenset[str]] = field(default_factory=dict)
    reserve_hours: int = 0
    stock_refreshed_at: datetime | None = None
    num_notices: int = 0
    projects: Sequence[ProjectOption] = ()
    ended_project_id: int | None = None

    @property
    def project(self) -> ProjectOption | None:
        return next((p for p in self.projects if p.id == self.context.project_id), None)

    def may_under(self, contract: Contract, permission: str) -> bool:
        """Whether the person has ``permission`` in the company of one of his contracts."""
        return permission in self.permissions.get(contract.counterparty_id, frozenset())

    def may_under_shared(self, contract: Any, permission: str) -> bool:
        """Whether he has it in every company that shares the limit of one of ``contracts``."""
        companies = contract.sharing_ids
        return bool(companies) and all(
            permission in self.permissions.get(pk, frozenset()) for pk in companies
        )


def trade_options_for(  # noqa: PLR0913 - who, and one way or the other under what
    *,
    user_id: int,
    contract_id: int | None = None,
    region_id: int | None = None,
    project_id: int | None = None,
    day: date | None = None,
    memberships: Sequence[Membership] | None = None,
    as_chosen: bool = False,
) -> TradeOptions | None:
    """Return what a person may trade under, or None if he has nothing to buy under.

    ``as_chosen`` takes the contract, the region and the project of his TradeChoice instead. A
    ``contract_id`` that is no longer in force falls back to another contract of the same
    counterparty, then, as an unknown or a foreign one does, to the first contract of his default
    counterparty; an unknown ``region_id`` to the counterparty's region, an unknown or ended
    ``project_id`` to none. What he sees of stock is decided here, by the policy of the region and
    his role. Three queries: roles (none if ``memberships`` are given), contracts, warehouses with
    policies; one more for such a contract.
    """
    if memberships is None:
        memberships = memberships_of(user_id=user_id)
    by_counterparty = {m.counterparty_id: m for m in memberships}
    if not by_counterparty:
        return None
    day = day or timezone.localdate()
    contracts = _CONTRACTS(user_id=user_id, counterparty_ids=list(by_counterparty), day=day)
    if not contracts:
        return None
    chosen_id = contracts[0].chosen_contract_id
    if as_chosen:
        contract_id, region_id = chosen_id, contracts[0].chosen_region_id
        project_id = contracts[0].chosen_project_id
    contract = next((c for c in contracts if c.pk == contract_id), None)
    ended = None if contract else _ended(contract_id, by_counterparty)
    if contract is None:
        contract = _next(contracts, ended, list(by_counterparty))
    membership = by_counterparty[contract.counterparty_id]
    readable = [m.counterparty_id for m in memberships if SEE_ORDERS in m.permissions]
    outlook = _outlook(contract, membership, region_id, day, user_id, readable)
    projects = _projects(contract, membership)
    project = next((p.id for p in projects if p.id == project_id), None)
    return TradeOptions(
        context=_context(
            contract=contract,
            membership=membership,
            outlook=outlook,
            user_id=user_id,
            counterparty_ids=tuple(by_counterparty),
            project_id=project,
            basket_owner_id=_owner(contract, user_id) if as_chosen else None,
        ),
        contract=contract,
        contracts=contracts,
        warehouses=outlook.warehouses,
        regions=outlook.regions,
        ended=ended,
        chosen_id=chosen_id,
        permissions={pk: found.permissions for pk, found in by_counterparty.items()},
        reserve_hours=outlook.reserve_hours,
        stock_refreshed_at=outlook.stock_refreshed_at,
        num_notices=outlook.num_notices,
        projects=projects,
        ended_project_id=project_id if project is None and contract.pk == contract_id else None,
    )


def _owner(contract: Any, user_id: int) -> int | None:
    """The colleague whose basket the person has opened under a contract, None for his own."""
    found: int | None = contract.chosen_owner_id
    return None if found == user_id else found


def _projects(contract: Any, membership: Membership) -> Sequence[ProjectOption]:
    """The projects of a contract that a person may buy for; none for who does not buy."""
    if not membership.permissions & {PLACE_ORDERS, SEE_PRICES}:
        return ()
    return [
        ProjectOption(found["id"], found["name"])
        for found in contract.agreed
        if found["kind"] == Project.Kind.PROJECT
    ]


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What is seen of stock under a contract, from a region."""

    region_id: int | None
    regions: Sequence[RegionOption]
    warehouses: Sequence[Any]
    sight: StockSight
    reserve_hours: int
    stock_refreshed_at: datetime | None
    rules: Sequence[Any]
    labels: Sequence[Any]
    num_notices: int


def _outlook(  # noqa: PLR0913, PLR0917 - what it is decided by
    contract: Any,
    membership: Membership,
    region_id: int | None,
    day: date,
    user_id: int,
    readable: Collection[int],
) -> _Outlook:
    """Decide it by the policy of the region and the role; ``readable`` are companies whose orders
    the person may read. One query.
    """
    active = _WAREHOUSES(
        role=membership.role, day=day, person=user_id, counterparties=list(readable)
    )
    said: Mapping[str, Any] = active[0].said if active else {}
    regions = [RegionOption(**found) for found in said.get("regions", ())]
    is_known = any(found.pk == region_id for found in regions)
    region = region_id if is_known else contract.counterparty.region_id
    sight = sight_of(said.get("policies", ()), region_id=region, role=membership.role)
    refreshed_at = said.get("stock_refreshed_at")
    return _Outlook(
        region_id=region,
        regions=regions,
        # Those of the region first; the others keep their order.
        warehouses=sorted(
            (warehouse for warehouse in active if sight.sees(warehouse.pk)),
            key=lambda warehouse: warehouse.region_id != region,
        ),
        sight=sight,
        reserve_hours=said.get("reserve_hours", 0),
        stock_refreshed_at=datetime.fromisoformat(refreshed_at) if refreshed_at else None,
        rules=said["assortment_rules"] if said else rules_now(day),
        labels=said["worn_labels"] if said else labels_now(day),
        num_notices=said.get("num_notices") or 0,
    )


def _context(  # noqa: PLR0913 - what a context is made of
    *,
    contract: Any,
    membership: Membership,
    outlook: _Outlook,
    user_id: int,
    counterparty_ids: tuple[int, ...],
    project_id: int | None,
    basket_owner_id: int | None,
) -> TradeContext:
    made = TradeContext(
        user_id=user_id,
        employee_id=membership.employee_id,
        counterparty_id=contract.counterparty_id,
        counterparty_ids=counterparty_ids,
        contract_id=contract.pk,
        organization_id=contract.organization_id,
        region_id=outlook.region_id,
        warehouse_ids=tuple(warehouse.pk for warehouse in outlook.warehouses),
        permissions=membership.permissions,
        stock_precision=outlook.sight.precision,
        stock_few_below=outlook.sight.few_below,
        stock_many_from=outlook.sight.many_from,
        orders_arriving=outlook.sight.orders_arriving,
        basket_owner_id=basket_owner_id,
        **_terms(contract, project_id),
    )
    return _seeing(made, outlook.rules, outlook.labels)


def _seeing(context: TradeContext, rules: Iterable[Any], labels: Iterable[Any]) -> TradeContext:
    """The context with what of the assortment rules and of the labels concerns it."""
    buyer = {
        "counterparty": (context.counterparty_id,),
        "contract": (context.contract_id,),
        "segment": context.segment_ids,
        "region": (context.region_id,),
    }
    return replace(
        context,
        assortment=assortment_of(rules, buyer=buyer),
        labels=labels_of(labels, buyer=buyer),
    )


def trade_context_for(
    *,
    user_id: int,
    contract_id: int | None = None,
    region_id: int | None = None,
    project_id: int | None = None,
    day: date | None = None,
) -> TradeContext | None:
    """Return the context alone; see ``trade_options_for``."""
    options = trade_options_for(
        user_id=user_id,
        contract_id=contract_id,
        region_id=region_id,
        project_id=project_id,
        day=day,
    )
    return options.context if options else None


def price_chain(contract: Any, project_id: int | None = None) -> tuple[int, ...]:
    """Ids of the price lists of a contract read ``with_terms``, the strongest first: refined in
    1C, of answered questions and of the one project that is bought for, its own, its price type.

    1C is asked about the contract alone, so what it refined does not hold for a project.
    """
    has_refined = contract.refined_price_list_id and project_id is None
    refined = (contract.refined_price_list_id,) if has_refined else ()
    agreed = [
        found["list"]
        for found in contract.agreed
        if found["kind"] == Project.Kind.REQUEST or found["id"] == project_id
    ]
    own = (contract.own_price_list_id,) if contract.own_price_list_id else ()
    return (*refined, *agreed, *own, contract.price_type_id)


def context_under(
    *, contract_id: int, region_id: int | None = None, project_id: int | None = None
) -> TradeContext:
    """What a buyer sees of prices under a contract, without the buyer: for staff and exports.

    The region is the counterparty's unless another is named; ``project_id`` one of the contract's
    projects in force, any other is none. One query; raises ``Contract.DoesNotExist``.
    """
    rows = Contract.objects.select_related("counterparty")
    contract: Any = with_terms(rows, day=timezone.localdate()).get(pk=contract_id)
    if project_id not in {found["id"] for found in contract.agreed}:
        project_id = None
    return TradeContext(
        user_id=0,
        employee_id=0,
        counterparty_id=contract.counterparty_id,
        counterparty_ids=(contract.counterparty_id,),
        contract_id=contract.pk,
        organization_id=contract.organization_id,
        region_id=region_id or contract.counterparty.region_id,
        warehouse_ids=(),
        permissions=frozenset({SEE_PRICES}),
        **_terms(contract, project_id),
    )


def context_of_guest() -> TradeContext:
    """What somebody sees who has not signed in: goods that no rule hides from a buyer of no
    segment, region or contract; no prices, no stock, no company. Two queries.
    """
    day = timezone.localdate()
    nobody = TradeContext(
        user_id=0,
        employee_id=0,
        counterparty_id=0,
        counterparty_ids=(),
        contract_id=0,
        organization_id=0,
        region_id=None,
        warehouse_ids=(),
        price_list_ids=(),
        currency="RUB",
        vat_mode="included",
        permissions=frozenset(),
    )
    return _seeing(nobody, rules_now(day), labels_now(day))


def context_seeing(*, contract_id: int) -> TradeContext:
    """The same with what a buyer under the contract sees of the assortment and of labels.

    Three queries; raises ``Contract.DoesNotExist``.
    """
    day = timezone.localdate()
    return _seeing(context_under(contract_id=contract_id), rules_now(day), labels_now(day))


def _terms(contract: Any, project_id: int | None) -> dict[str, Any]:
    """What of a TradeContext the contract itself decides for prices."""
    return {
        "price_list_ids": price_chain(contract, project_id),
        "project_id": project_id,
        "currency": contract.currency,
        "vat_mode": contract.vat_mode,
        "segment_ids": frozenset(contract.segment_ids),
        "rate_policy": contract.rate_policy,
        "fixed_rate": contract.fixed_rate,
        "rate_markup_percent": contract.rate_markup_percent,
    }


def _contracts(user_id: int, counterparty_ids: Sequence[int], day: date) -> QuerySet[Any]:
    """The contracts, each with what the person has chosen."""
    chosen = TradeChoice.objects.filter(person_id=user_id)
    return contracts_for(counterparty_ids=counterparty_ids, day=day).annotate(
        chosen_contract_id=Subquery(chosen.values("contract_id")),
        chosen_region_id=Subquery(chosen.values("region_id")),
        chosen_project_id=Subquery(chosen.values("project_id")),
        chosen_owner_id=_shared_by(chosen.values("basket_owner_id")),
    )


def _shared_by(owner: QuerySet[Any]) -> Subquery:
    """The chosen colleague, as long as he shares his basket under the contract."""
    baskets = apps.get_model("basket", "Basket").objects.filter(
        owner_id=Subquery(owner), contract=OuterRef("pk"), status="Open", is_shared=True
    )
    return Subquery(baskets.order_by().values("owner_id")[:1])


_CONTRACTS = PreparedRows(_contracts, user_id=int, counterparty_ids=list, day=date)


def _ended(contract_id: int | None, counterparty_ids: Collection[int]) -> Contract | None:
    if contract_id is None:
        return None
    with scopes_disabled():
        rows = Contract.objects.select_related("counterparty")
        return rows.filter(pk=contract_id, counterparty_id__in=counterparty_ids).first()


def _next(
    contracts: Sequence[Contract], ended: Contract | None, counterparty_ids: Sequence[int]
) -> Contract:
    order = {pk: place for place, pk in enumerate(counterparty_ids)}
    if ended is not None:
        order[ended.counterparty_id] = -1
    return min(contracts, key=lambda contract: order[contract.counterparty_id])


def _warehouses(*, role: str, day: date, person: int, counterparties: Sequence[int]) -> Any:
    """The warehouses; the first one carries what does not differ from one to another."""
    active = apps.get_model("partner", "Partner").objects.filter(is_active=True)
    rows = active.order_by("position", "name", "pk")
    regions = Region.objects.filter(pk__in=active.order_by().values("region_id"))
    region = JSONObject(pk="pk", name="name", position="position")
    said = JSONObject(
        regions=ArraySubquery(regions.order_by("position", "name", "pk").values(json=region)),
        policies=policies_for(roles=[role]),
        reserve_hours=reserve_hours(),
        stock_refreshed_at=stock_refreshed_at(),
        assortment_rules=rules_on(day),
        worn_labels=labels_on(day),
        num_notices=num_unread(person=person, counterparty_ids=counterparties),
    )
    is_first = Q(pk=Subquery(rows.values("pk")[:1]))
    return rows.annotate(said=Case(When(is_first, then=said)))


_WAREHOUSES = PreparedRows(_warehouses, role=str, day=date, person=int, counterparties=list)
