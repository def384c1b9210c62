"""The benchmarks' tools: the report keeps what was not run, the data set is what it says."""

import pytest
from django.apps import apps
from django.db import connection
from django_scopes import scopes_disabled

from b2b_apps.contracts.models import Contract
from b2b_apps.pricing.models import Price, PriceList, PriceRule
from b2b_apps.pricing.selectors import prices_for
from tests.bench import table
from tests.bench.database import STEPS
from tests.bench.dataset.size import Size
from tests.bench.table import Row, report_write
from tests.bench.world import BenchWorld


@pytest.fixture
def report(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "REPORT", tmp_path / "benchmarks.md")
    return tmp_path / "benchmarks.md"


def test_a_run_of_one_row_leaves_the_others(report):
    report_write([Row("a", "x", 1, 2, "s", 1), Row("b", "y", 3, 2, "s", 1)], size=100, machine="m")
    report_write([Row("b", "z", 1, 4, "s", 1)], size=100, machine="m")
    report_write([Row("b", "w", 9, 1, "s", 1)], size=1000, machine="m")

    lines = [line for line in report.read_text().splitlines() if line.startswith(("##", "| "))]

    assert [line.split(" |")[:2] for line in lines if "work" not in line] == [
        ["## 100 products"],
        ["| a", " x"],
        ["| b", " z"],
        ["## 1,000 products"],
        ["| b", " w"],
    ]
    assert "falls short" in lines[-1]


@pytest.fixture
def size(db):
    made = Size(1000)
    with scopes_disabled(), connection.cursor() as cursor:
        for step in STEPS:
            # A table can't be altered in a transaction that still has keys of it to check.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            step(made)
        yield made


def test_the_data_set_has_what_it_promises(size):
    world = BenchWorld(size)
    own = PriceList.objects.filter(kind="contract")

    assert apps.get_model("catalogue", "Product").objects.count() == 1000
    assert PriceList.objects.filter(kind="price_type", is_cost=False).count() == 10
    assert (Contract.objects.count(), own.count()) == (50, 20)
    counts = [price_list.prices.count() for price_list in own]
    assert min(counts) >= 5
    assert 100 < max(counts) <= 250
    assert PriceRule.objects.filter(state="live").count() == 50
    stocked = apps.get_model("partner", "StockRecord").objects.values("partner").distinct()
    assert stocked.count() == 20
    prices = prices_for(context=world.context(), product_ids=world.ids(200))
    assert len(prices) > 190


def test_the_data_set_is_the_same_every_time(size):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT md5(string_agg(g.title || p.amount, ',' ORDER BY g.id, p.amount))
            FROM pricing_price p JOIN catalogue_product g ON g.id = p.product_id
            JOIN pricing_pricelist l ON l.id = p.price_list_id WHERE l.kind = 'price_type'
            """
        )
        (digest,) = cursor.fetchone()

    assert digest[:12] == "ec19f773df91"


def test_foreign_keys_and_indexes_are_back(size):
    with connection.cursor() as cursor:
        names = set(connection.introspection.get_constraints(cursor, Price._meta.db_table))

    declared = {constraint.name for constraint in Price._meta.constraints}
    assert declared | {index.name for index in Price._meta.indexes} <= names
    assert sum("fk" in name for name in names) == 2
