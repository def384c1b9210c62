"""Prices by the million: what is written, what is not, what the history keeps."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from b2b_apps.pricing import price_load
from b2b_apps.pricing.models import Price, PriceChange, PriceCount, PriceList
from b2b_apps.pricing.price_load import LoadReport, PriceRow, Replaced, prices_load

DAY = date(2026, 12, 1)
KEY = ("price_list_id", "product_id", "minimum_quantity", "pack_factor", "valid_from")


@pytest.fixture
def lists(db):
    return [PriceList.objects.create(name=name) for name in ("Опт", "Дилер")]


@pytest.fixture
def goods(world):
    Price.objects.all().delete()
    return [world.products[key].pk for key in ("breaker", "cable", "lamp")]


def load(*rows, **kwargs):
    return prices_load(rows=iter(rows), source="file", **kwargs)


def stored():
    return dict(Price.objects.values_list("product_id", "amount"))


def versions():
    """Where each row physically stands: a written row moves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, ctid::text, xmin::text FROM pricing_price ORDER BY id")
        return cursor.fetchall()


def test_new_changed_and_unchanged_rows_are_told_apart(goods, lists, world):
    opt, user = lists[0].pk, world.people["manager"]
    load(PriceRow(opt, goods[0], Decimal(10)), PriceRow(opt, goods[1], Decimal(20)))

    report = load(
        PriceRow(opt, goods[0], Decimal("10.0000")),
        PriceRow(opt, goods[1], Decimal("21.5")),
        PriceRow(opt, goods[2], Decimal("0.0001")),
        user_id=user.pk,
    )

    assert report == LoadReport(new=1, changed=1, unchanged=1)
    assert stored() == dict(zip(goods, map(Decimal, ("10", "21.5", "0.0001")), strict=True))
    told = PriceChange.objects.filter(user=user).order_by("product_id")
    assert list(told.values_list("product_id", "old_amount", "new_amount", "source")) == [
        (goods[1], Decimal(20), Decimal("21.5"), "file"),
        (goods[2], None, Decimal("0.0001"), "file"),
    ]


def test_what_is_unchanged_is_not_written(goods, lists):
    rows = [PriceRow(lists[0].pk, pk, Decimal(pk), Decimal(5)) for pk in goods]
    load(*rows)
    before = versions()

    report = load(*rows)

    assert report == LoadReport(unchanged=3)
    assert versions() == before
    assert PriceChange.objects.count() == 3


def test_a_new_end_of_a_term_is_a_change_with_its_history(goods, lists):
    row = PriceRow(lists[0].pk, goods[0], Decimal(5))
    load(row)

    report = load(row._replace(valid_to=DAY))

    assert report == LoadReport(changed=1)
    assert Price.objects.get().valid_to == DAY
    told = PriceChange.objects.values_list(
        "old_amount", "new_amount", "old_valid_to", "new_valid_to"
    )
    assert told.first() == (5, 5, None, DAY)


@pytest.mark.parametrize("order", [1, -1])
def test_of_a_key_given_twice_the_last_wins_and_it_is_said(goods, lists, order):
    first, second = goods[:2]
    rows = [PriceRow(lists[0].pk, first, Decimal(1)), PriceRow(lists[0].pk, second, Decimal(2))]

    report = load(*rows[::order], PriceRow(lists[0].pk, first, Decimal(3)))

    assert report == LoadReport(new=2, repeated=1)
    assert stored() == {first: 3, second: 2}


def test_quantity_pack_and_date_make_prices_of_their_own(goods, lists):
    row = PriceRow(lists[0].pk, goods[0], Decimal(9))
    rows = [
        row,
        row._replace(minimum_quantity=Decimal("10.5")),
        row._replace(pack_factor=Decimal(12)),
        row._replace(valid_from=DAY),
    ]

    assert load(*rows) == LoadReport(new=4)
    assert load(*rows[::-1]) == LoadReport(unchanged=4)
    assert load(*(r._replace(amount=Decimal(8)) for r in rows)) == LoadReport(changed=4)
    assert set(Price.objects.values_list("amount", flat=True)) == {8}


def test_what_a_replaced_list_was_not_given_is_removed(goods, lists):
    opt, dealer = (row.pk for row in lists)
    load(*(PriceRow(pk, product, Decimal(7)) for pk in (opt, dealer) for product in goods))

    report = load(PriceRow(opt, goods[0], Decimal(7)), replaces_lists=[opt])

    assert report == LoadReport(unchanged=1, removed=2)
    assert list(Price.objects.filter(price_list=opt).values_list("product_id", flat=True)) == [
        goods[0]
    ]
    assert Price.objects.filter(price_list=dealer).count() == 3
    gone = PriceChange.objects.filter(new_amount__isnull=True)
    assert set(gone.values_list("price_list_id", "product_id", "old_amount")) == {
        (opt, goods[1], Decimal(7)),
        (opt, goods[2], Decimal(7)),
    }


def test_a_replaced_list_may_be_emptied(goods, lists):
    load(PriceRow(lists[0].pk, goods[0], Decimal(7)))

    assert load(replaces_lists=[lists[0].pk]) == LoadReport(removed=1)
    assert not Price.objects.exists()


def test_removal_may_be_narrowed_to_products_and_to_prices_without_a_date(goods, lists):
    opt = lists[0].pk
    load(
        PriceRow(opt, goods[0], Decimal(7)),
        PriceRow(opt, goods[0], Decimal(8), valid_from=DAY),
        PriceRow(opt, goods[1], Decimal(9)),
    )

    report = load(replaces=Replaced([opt], [goods[0]], undated=True))

    assert report == LoadReport(removed=1)
    assert set(Price.objects.values_list("amount", flat=True)) == {8, 9}


@pytest.mark.parametrize(
    ("amount", "error"),
    [("NaN", IntegrityError), ("-0.0001", IntegrityError), ("Infinity", DataError),
     ("1e10", DataError)],
)  # fmt: skip
def test_what_is_no_price_stops_the_whole_load(goods, lists, amount, error):
    load(PriceRow(lists[0].pk, goods[0], Decimal(7)))

    with pytest.raises(error), transaction.atomic():
        load(
            PriceRow(lists[0].pk, goods[0], Decimal(8)),
            PriceRow(lists[0].pk, goods[1], Decimal(amount)),
        )

    assert stored() == {goods[0]: 7}
    assert PriceChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_product_that_is_not_there_stops_the_whole_load(goods, lists):
    with pytest.raises(IntegrityError):
        load(PriceRow(lists[0].pk, goods[0], Decimal(7)), PriceRow(lists[0].pk, 10**15, Decimal(8)))

    assert not Price.objects.exists()
    assert not PriceChange.objects.exists()


@pytest.mark.parametrize("number", [1, 3000])
def test_the_number_of_statements_does_not_grow(goods, lists, number, django_assert_num_queries):
    rows = [PriceRow(lists[0].pk, goods[0], Decimal(7), Decimal(n)) for n in range(number)]
    load(PriceRow(lists[1].pk, goods[0], Decimal(1)))

    # Savepoint twice, tables, COPY, lock, comparison, history, change, addition, count, removal.
    with django_assert_num_queries(11 + (number > 1)):
        report = load(*rows, replaces_lists=[lists[1].pk])

    assert report == LoadReport(new=number, removed=1)


def test_a_load_of_many_takes_statistics_and_gives_the_same(goods, lists, monkeypatch):
    monkeypatch.setattr(price_load, "MANY", 10)
    monkeypatch.setattr(price_load, "BLOCK", 7)
    rows = [PriceRow(lists[0].pk, goods[0], Decimal(7), Decimal(n)) for n in range(50)]

    assert load(*rows) == LoadReport(new=50)
    assert load(*rows) == LoadReport(unchanged=50)


def test_rows_are_read_as_a_stream(goods, lists, monkeypatch):
    monkeypatch.setattr(price_load, "BLOCK", 10)
    alive, most = set(), 0

    class Amount(Decimal):
        def __init__(self, *args):
            nonlocal most
            alive.add(id(self))
            most = max(most, len(alive))

        def __del__(self):
            alive.discard(id(self))

    rows = (PriceRow(lists[0].pk, goods[0], Amount(7), Decimal(n)) for n in range(1000))
    prices_load(rows=rows, source="file")

    assert Price.objects.count() == 1000
    assert most <= 3


AMOUNTS = st.decimals(0, 999, places=4)
ROWS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, 2),
        AMOUNTS,
        st.sampled_from([0, 10]),
        st.sampled_from([None, DAY]),
    ),
    max_size=8,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(loads=st.lists(st.tuples(ROWS, st.booleans()), max_size=4))
def test_any_sequence_of_loads_ends_as_a_dictionary_would(goods, lists, loads):
    with transaction.atomic():
        Price.objects.all().delete()
        PriceChange.objects.all().delete()
        kept = {}
        for rows, replaces in loads:
            given_rows = {
                (lists[row[0]].pk, goods[row[1]], Decimal(row[3]), Decimal(0), row[4]): row[2]
                for row in rows
            }
            before = dict(kept)
            if replaces:
                kept = {key: v for key, v in kept.items() if key[0] != lists[0].pk}
            kept.update(given_rows)

            report = load(
                *(
                    PriceRow(lists[r[0]].pk, goods[r[1]], r[2], Decimal(r[3]), valid_from=r[4])
                    for r in rows
                ),
                replaces_lists=[lists[0].pk] if replaces else [],
            )

            assert report == LoadReport(
                new=len(given_rows.keys() - before.keys()),
                changed=sum(before[k] != v for k, v in given_rows.items() if k in before),
                unchanged=sum(before[k] == v for k, v in given_rows.items() if k in before),
                removed=len(before.keys() - kept.keys()),
                repeated=len(rows) - len(given_rows),
            )
        assert {tuple(r[:5]): r[5] for r in Price.objects.values_list(*KEY, "amount")} == kept
        assert replayed() == kept
        transaction.set_rollback(True)


def replayed():
    """The prices as the history alone tells them; each step must fit the one before."""
    told = {}
    for change in PriceChange.objects.order_by("pk"):
        key = tuple(getattr(change, name) for name in KEY)
        assert told.pop(key, None) == change.old_amount
        if change.new_amount is not None:
            told[key] = change.new_amount
    return told


def counts(lists):
    found = PriceCount.objects.filter(price_list__in=lists, number__gt=0)
    return {count.price_list_id: count.number for count in found}


def test_the_number_of_prices_of_a_list_is_kept(goods, lists):
    first, second = (found.pk for found in lists[:2])
    load(*(PriceRow(first, pk, Decimal(7)) for pk in goods[:3]), PriceRow(second, goods[0], 1))
    assert counts(lists) == {first: 3, second: 1}

    load(PriceRow(first, goods[0], Decimal(8)), PriceRow(second, goods[1], Decimal(2)))
    assert counts(lists) == {first: 3, second: 2}

    load(PriceRow(first, goods[0], Decimal(8)), replaces_lists=[first, second])
    assert counts(lists) == {first: 1}

    ids = list(Price.objects.values_list("pk", flat=True))
    price_load.prices_remove(price_list_id=first, price_ids=ids, source="staff")
    assert counts(lists) == {}


def test_numbers_of_prices_are_counted_anew(goods, lists):
    Price.objects.create(price_list=lists[0], product_id=goods[0], amount=1)

    assert price_load.price_counts_renew() >= 1
    assert counts(lists) == {lists[0].pk: 1}
    assert price_load.price_counts_renew() == 0


def test_what_a_load_changes_stands_in_no_index_and_pages_have_room_for_it(world):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'pricing_price'")
        indexes = [definition for (definition,) in cursor.fetchall()]
        cursor.execute("SELECT reloptions FROM pg_class WHERE oid = 'pricing_price'::regclass")
        options = cursor.fetchone()[0]

    assert not [i for i in indexes if "amount" in i or "valid_to" in i]
    assert not [i for i in indexes if "(product_id)" in i]
    assert options == ["fillfactor=50"]


def test_many_changes_are_each_written_where_they_belong(goods, lists, monkeypatch):
    monkeypatch.setattr(price_load, "MANY", 0)
    rows = [PriceRow(pl.pk, pk, Decimal(pk)) for pk in sorted(goods) for pl in lists]
    load(*rows)

    report = load(*(row._replace(amount=1000 * row.price_list_id + row.product_id) for row in rows))

    found = set(Price.objects.values_list("price_list_id", "product_id", "amount"))
    assert report == LoadReport(changed=6)
    assert found == {(pl.pk, pk, 1000 * pl.pk + pk) for pl in lists for pk in goods}
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_hashjoin")
        assert cursor.fetchone() == ("on",)
