"""The world of the matrix: made once for a module, each ask undone after it."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Consignee, Membership
from b2b_apps.contracts.models import Contract
from b2b_apps.documents.models import Document
from b2b_apps.entry.models import EntryRow
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.inventory.models import StockHold
from b2b_apps.saved.models import OrderDraft, SavedLine, SavedList
from tests.factories import World, build_world
from tests.isolation.forms import forms_of, pages_of
from tests.isolation.records import OWNERS, Owned, build_owned


@dataclass
class Town:
    """The cast, what each company owns, its rows as they were, and everybody signed in."""

    world: World
    owned: dict[str, Owned]
    digests: dict[str, Any] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)

    def client(self, person: str) -> Client:
        """A browser of a person who has just signed in; ``anonymous`` has not."""
        client = Client(raise_request_exception=False)
        client.cookies = SimpleCookie(self.cookies.get(person, ""))
        return client


def build_town() -> Town:
    """Make the cast and sign everybody in."""
    with scopes_disabled():
        world = build_world()
        town = Town(world, build_owned(world))
    for person, user in world.people.items():
        client = Client()
        client.force_login(user)
        town.cookies[person] = client.cookies.output(header="", sep=";")
    for company, owner in OWNERS.items():
        with undone():
            pages = pages_of(world, town.owned[company])
            town.forms[company] = forms_of(town.client(owner), pages)
    town.digests = {company: digest(company) for company in OWNERS}
    return town


@contextmanager
def undone() -> Any:
    """Whatever an ask has written is as if it had not been."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# All that is sent to the database but for these may write.
READS = ("SELECT ", "SAVEPOINT ", "RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT ")


@contextmanager
def writes() -> Any:
    """Note the statements that may have changed a row: without any, nothing has."""
    written: list[str] = []

    def noted(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        text = str(sql)
        if not text.startswith(READS):
            written.append(text)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        yield written


def digest(company):
    """Everything that a company owns, as plain rows. One query."""
    with connection.cursor() as cursor:
        cursor.execute(*question(company))
        return cursor.fetchone()


@cache
def question(company):
    """The query of ``digest`` and its values: Django writes it for longer than it is answered."""
    person = OWNERS[company]
    with scopes_disabled():
        of_company = {"counterparty__name__contains": f"canary-{company}"}
        of_order = {f"order__{field}": value for field, value in of_company.items()}
        rows = [
            apps.get_model("order", "Order").objects.filter(**of_company),
            apps.get_model("order", "Line").objects.filter(**of_order),
            apps.get_model("basket", "Line").objects.filter(basket__owner__username=person),
            Document.objects.filter(**of_order),
            Shipment.objects.filter(**of_order),
            Consignee.objects.filter(**of_company),
            Contract.objects.filter(**of_company),
            Membership.objects.filter(**of_company),
            EntryRow.objects.filter(entry_list__user__username=person),
            SavedList.objects.filter(**of_company),
            OrderDraft.objects.filter(basket__owner__username=person),
            SavedLine.objects.filter(**{f"saved_list__{k}": v for k, v in of_company.items()}),
            StockHold.objects.filter(**{f"contract__{k}": v for k, v in of_company.items()}),
        ]
        asked = [found.order_by("pk").values().query.sql_with_params() for found in rows]
    tables = ", ".join(f"(SELECT array_agg(t::text) FROM ({sql}) t)" for sql, _values in asked)
    return f"SELECT {tables}", [value for _sql, values in asked for value in values]
