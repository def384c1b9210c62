"""Two loads of the same prices at once: they queue up, none is lost, the history is a chain."""

from decimal import Decimal

import pytest
from django.db import OperationalError, connection

from b2b_apps.pricing import price_load
from b2b_apps.pricing import price_load_sql as sql
from b2b_apps.pricing.models import Price, PriceChange
from b2b_apps.pricing.price_load import PriceRow, prices_load
from tests.concurrency.test_orders import at_once

pytestmark = pytest.mark.django_db(transaction=True)
NUM = 12
# Long enough for either load to hold some rows and to want the other's.
SLOW = """
CREATE FUNCTION slowly() RETURNS trigger AS
    $$ BEGIN PERFORM pg_sleep(0.1); RETURN NEW; END $$ LANGUAGE plpgsql;
CREATE TRIGGER slowly BEFORE INSERT OR UPDATE ON pricing_price
    FOR EACH ROW EXECUTE FUNCTION slowly()
"""


@pytest.fixture
def slowly():
    with connection.cursor() as cursor:
        cursor.execute(SLOW)
        yield
        cursor.execute("DROP FUNCTION slowly() CASCADE")


@pytest.fixture
def keys(world):
    """Keys of prices in two lists; none is there yet."""
    Price.objects.all().delete()
    return [
        (world.lists[name].pk, world.products["cable"].pk, Decimal(n))
        for name in ("retail", "dealer")
        for n in range(NUM // 2)
    ]


def loading(keys, amount):
    rows = [PriceRow(pk, product, Decimal(amount), minimum) for pk, product, minimum in keys]
    return lambda: prices_load(rows=rows, source="file")


def crosswise(keys):
    """One load goes up the keys and the other down."""
    with connection.cursor() as cursor:
        # So that rows are compared, and then written, in the order in which they were given.
        cursor.execute("ALTER ROLE CURRENT_USER SET enable_hashjoin = off")
        cursor.execute("ALTER ROLE CURRENT_USER SET enable_mergejoin = off")
    try:
        return at_once([loading(keys, 2), loading(keys[::-1], 3)])
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER ROLE CURRENT_USER RESET ALL")


def test_without_lock_and_order_two_loads_deadlock(keys, slowly, monkeypatch):
    monkeypatch.setattr(price_load, "price_lists_lock", lambda **_: None)
    monkeypatch.setattr(sql, "COMPARE", sql.COMPARE.partition("ORDER BY")[0])

    results = crosswise(keys)

    (error,) = (r for r in results if isinstance(r, OperationalError))
    assert "deadlock" in str(error)


def test_two_loads_of_the_same_prices_queue_up(keys, slowly):
    loading(keys, 1)()

    results = crosswise(keys)

    assert [(r.changed, r.new) for r in results] == [(NUM, 0), (NUM, 0)]
    assert len(set(Price.objects.values_list("amount", flat=True))) == 1
    assert is_a_chain()


def test_without_the_lock_both_make_the_same_new_price(keys, slowly, monkeypatch):
    monkeypatch.setattr(price_load, "price_lists_lock", lambda **_: None)

    results = at_once([loading(keys, 2), loading(keys, 3)])

    assert [isinstance(result, Exception) for result in results].count(True) == 1


def test_of_two_loads_of_new_prices_the_second_changes_them(keys, slowly):
    results = at_once([loading(keys, 2), loading(keys[::-1], 3)])

    assert sorted((r.new, r.changed) for r in results) == [(0, NUM), (NUM, 0)]
    assert is_a_chain()


def is_a_chain():
    """Whether each change begins where the one before it ended, and the last is what stands."""
    told = {}
    for change in PriceChange.objects.order_by("pk"):
        key = (change.price_list_id, change.product_id, change.minimum_quantity)
        if told.get(key) != change.old_amount:
            return False
        told[key] = change.new_amount
    return told == {
        (p.price_list_id, p.product_id, p.minimum_quantity): p.amount for p in Price.objects.all()
    }
