"""The tables of docs/algorithms/credit.md."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.credit import ACCEPTS
from b2b_apps.contracts.models import Contract, CreditEntry
from b2b_apps.contracts.positions import credit_part
from b2b_apps.contracts.standing import standing_of
from tests.contracts.orders import Book, account_of, clock, figures, reported
from tests.contracts.tables import table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everybody():
    with scopes_disabled():
        yield


@pytest.mark.parametrize("row", table(1), ids=str)
def test_what_counts(row):
    contract = Contract(
        payment_kind=row["terms"], prepaid_percent=Decimal(row["paid in advance, %"])
    )

    counted = credit_part(contract=contract, amount=Decimal(row["order"]))

    assert counted == Decimal(row["on credit"])


def accepted_by_sql(account, amount):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {ACCEPTS} FROM contracts_creditaccount WHERE id = %(id)s",
            {"id": account.pk, "amount": amount, "day": timezone.localdate()},
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize("row", table(2), ids=str)
def test_what_an_account_says(world, row):
    today = timezone.localdate()
    days = {"—": None, "today": today, "yesterday": today - timedelta(days=1)}
    account = account_of(
        world,
        limit=None if row["limit"] == "—" else Decimal(row["limit"]),
        limit_valid_to=days[row["valid to"]],
        debt=Decimal(row["debt"]),
        held=Decimal(row["held"]),
        overdue=Decimal(row["overdue"]),
        overdue_since=today - timedelta(days=int(row["days"])),
        grace_days=int(row["grace"]),
        blocks_on_overdue=row["overdue stops"] == "yes",
    )
    asked = Decimal(row["asked"])

    standing = standing_of(account, day=today)

    assert standing.accepts(asked) is (row["answer"] == "yes")
    assert accepted_by_sql(account, asked) is (row["answer"] == "yes")
    if row["left"] != "—":
        assert standing.left == Decimal(row["left"])


@pytest.mark.parametrize("row", table(3), ids=lambda row: f"{row['terms']}: {row['events']}")
def test_an_order_on_its_account(world, row):
    contract = world.contracts["own"]
    if row["terms"].startswith("stages"):
        contract.payment_kind, contract.prepaid_percent = "stages", 30
        contract.save()
    account, book = account_of(world), Book(contract, 600, 400)

    for event in row["events"].split(", "):
        verb, _, number = event.partition(" ")
        if verb == "placed":
            book.placed()
        else:
            assert getattr(book, verb)(int(number))

    assert figures(account) == (Decimal(row["held"]), Decimal(row["debt"]))
    assert book.hold.amount == Decimal(row["held"])


def test_a_day_with_reports_is_counted_once(world):
    account = account_of(world)
    books = {"A": Book(world.contracts["own"], 30), "B": Book(world.contracts["own"], 20)}

    for row in table(5):
        verb, _, name = row["event"].partition(" ")
        at = clock(row["in 1C at"]) if row["in 1C at"] else None
        if verb == "debt":
            reported(account, row["sum"], at=at)
        elif verb == "order":
            books[name].placed()
        elif verb == "ship":
            books[name].ship(1, at)
        else:
            books[name].pay(row["sum"], at=at)

        assert figures(account) == (Decimal(row["held"]), Decimal(row["debt"])), row
    keys = list(CreditEntry.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys))
