"""Counterparties, their contracts and people as the staff see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Consignee, Counterparty, Employee, Manager, Membership
from b2b_apps.companies.requisites import validate_inn, validate_kpp, validate_ogrn
from b2b_apps.contracts.models import Contract
from b2b_apps.inventory.models import Region

LAST_ORDERS = 10


@dataclass(frozen=True, slots=True)
class ClientCard:
    """One counterparty with its contracts, people, consignees and last orders."""

    client: Counterparty
    contracts: Sequence[Contract]
    members: Sequence[Membership]
    consignees: Sequence[Consignee]
    orders: Sequence[Any]
    num_orders: int
    sisters: Sequence[Counterparty]


def number_of(model: Any, field: str, **where: Any) -> Coalesce:
    """Return a subquery: how many rows of ``model`` point to the row by ``field``."""
    rows = model.objects.filter(**{field: OuterRef("pk")}, **where).order_by().values(field)
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def lacks(model: Any, field: str, **where: Any) -> Q:
    """Return the condition "no row of ``model`` points here by ``field``"; it joins nothing."""
    # Boards are told when the module loads: no request has lifted the scope then.
    with scopes_disabled():
        return Q(~Exists(model._base_manager.filter(**{field: OuterRef("pk")}, **where)))


def clients() -> QuerySet[Counterparty]:
    """All counterparties, for a board. One query when read."""
    return Counterparty.objects.all()


def clients_with_counts(rows: QuerySet[Counterparty]) -> QuerySet[Counterparty]:
    """Add numbers of contracts and people, and the last order. No query of its own."""
    order = apps.get_model("order", "Order")
    newest = order.objects.filter(counterparty=OuterRef("pk")).order_by("-date_placed")
    return rows.select_related("holding", "manager__user", "region").annotate(
        num_contracts=number_of(Contract, "counterparty", is_active=True),
        num_people=number_of(Membership, "counterparty"),
        last_order=Subquery(newest.values("date_placed")[:1]),
    )


def client_card(pk: int) -> ClientCard | None:
    """Return a counterparty's card, or None. Eight queries."""
    client = (
        Counterparty.objects.select_related("holding", "manager__user", "region")
        .prefetch_related("segments")
        .filter(pk=pk)
        .first()
    )
    if client is None:
        return None
    contracts = client.contracts.select_related(
        "price_type", "own_price_list", "organization", "credit__group"
    )
    orders = apps.get_model("order", "Order").objects.filter(counterparty=client)
    sisters = Counterparty.objects.filter(holding=client.holding_id).exclude(pk=pk)
    return ClientCard(
        client=client,
        contracts=list(contracts.order_by("-is_active", "number")),
        members=list(client.memberships.select_related("employee__user").order_by("pk")),
        consignees=list(client.consignees.all()),
        orders=list(orders.select_related("contract").order_by("-date_placed")[:LAST_ORDERS]),
        num_orders=orders.count(),
        sisters=list(sisters) if client.holding_id else [],
    )


def requisite_warnings(client: Counterparty) -> Mapping[str, str]:
    """Return what is wrong with ИНН, КПП and ОГРН, by field: 1C may send anything."""
    checks = {"inn": validate_inn, "kpp": validate_kpp, "ogrn": validate_ogrn}
    found: dict[str, str] = {}
    for name, check in checks.items():
        value = getattr(client, name)
        try:
            if value:
                check(value)
        except ValidationError as error:
            found[name] = str(error.messages[0])
    return found


def contracts() -> QuerySet[Contract]:
    """All contracts, for a board. One query when read."""
    return Contract.objects.all()


def contracts_with_parties(rows: QuerySet[Contract]) -> QuerySet[Contract]:
    """Add both parties and the price type. No query of its own."""
    parties = rows.select_related(
        "counterparty", "organization", "price_type", "own_price_list", "credit"
    )
    return parties.annotate(limit=F("credit__limit"))


def employees() -> QuerySet[Employee]:
    """All employees of clients, for a board. One query when read."""
    return Employee.objects.all()


def roles_attach(rows: Sequence[Any]) -> None:
    """Give each employee his ``roles``: memberships with counterparties. One query."""
    found: dict[int, list[Membership]] = {row.pk: [] for row in rows}
    memberships = Membership.objects.filter(employee__in=found).select_related("counterparty")
    for membership in memberships.order_by("-is_default", "pk"):
        found[membership.employee_id].append(membership)
    for row in rows:
        row.roles = found[row.pk]


def has_role(role: str) -> Q:
    """Return the condition "has this role in some company" for a query of employees."""
    return Q(pk__in=Membership.objects.filter(role=role).values("employee"))


def managers() -> QuerySet[Manager]:
    """All managers, for a board. One query when read."""
    return Manager.objects.all()


def managers_with_counts(rows: QuerySet[Manager]) -> QuerySet[Manager]:
    """Add the account and the number of clients. No query of its own."""
    return rows.select_related("user").annotate(num_clients=number_of(Counterparty, "manager"))


def manager_options() -> list[tuple[int, str]]:
    """Managers to choose from. One query."""
    rows = Manager.objects.select_related("user").order_by("user__last_name", "user__first_name")
    return [(manager.pk, str(manager)) for manager in rows]


def region_options() -> list[tuple[int, str]]:
    """Regions to choose from. One query."""
    return list(Region.objects.values_list("pk", "name"))


def owns_a_price_list() -> Q:
    """The condition "has prices of its own" for a query of contracts."""
    return Q(own_price_list__isnull=False)
