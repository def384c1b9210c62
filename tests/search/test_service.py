"""A page of rows and the counts of all facets, against counting one by one."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import GoodsCondition, WornLabel
from b2b_apps.inventory.models import StockHold
from search import kits, service
from search.bodies import facets
from search.documents.keys import kit_of
from search.keeping import Kept
from search.live import LiveIndex
from search.pricing import prices
from search.query import SearchQuery
from search.service import search_for
from tests.search.reference import ReferenceEngine

BRANDS = ["IEK", "EKF", "ABB", "Legrand"]
COLOURS = ["белый", "серый", "синий"]


class OneSet:
    """Slots in which only one set of warehouses stands."""

    def __init__(self, warehouse_ids):
        self.ids = frozenset(warehouse_ids)

    def price_slot(self, price_list_id):
        return None

    def stock_slot(self, warehouse_ids):
        return 0 if frozenset(warehouse_ids) == self.ids else None


def stages(text):
    """Two readings: the word, then its first letter."""
    return [{"term": {"words": text}}, {"term": {"edges": text[:1]}}]


@pytest.fixture
def goods(world):
    """Two hundred documents, and those of the world's breaker and lamp."""
    chance = random.Random(7)
    rostov, moscow = (world.warehouses[key].pk for key in ("rostov", "moscow"))
    ids = [*range(100_001, 100_201), world.products["breaker"].pk, world.products["lamp"].pk]
    found = []
    for pk in ids:
        stock = {at: chance.choice([0, 0, 3_000, 50_000, 500_000]) for at in (rostov, moscow, 99)}
        stock = {at: much for at, much in stock.items() if much}
        seen = sum(much for at, much in stock.items() if at != 99)
        values = (
            [f"5={chance.choice(COLOURS)}"] + ["6=да"] * (pk % 2) + [f"7={pk % 9}"] * (pk % 3 > 0)
        )
        word = chance.choice(["автомат", "кабель", "лампа"])
        document = {
            "id": pk, "words": [word], "edges": [word[:1]], "brand": chance.choice(BRANDS),
            "cats": [1, chance.choice([2, 3])], "av": values, "wh": sorted(stock),
            "attrs": sorted({int(v.partition("=")[0]) for v in values}),
            "kit": kit_of(sorted({int(v.partition("=")[0]) for v in values})),
            "labels": chance.choice([["hit"], [], ["new", "hit"]]),
            "soon": chance.choice([[rostov], [99], []]), "added": chance.randrange(9),
            "place": f"{chance.randrange(50):03}", "title_key": f"{word}{chance.randrange(999):03}",
            "article_key": f"A{chance.randrange(999):03}",
        }  # fmt: skip
        if seen:
            document["s0"] = seen
        found.append(document)
    return found


@pytest.fixture
def index(world, goods):
    return LiveIndex(ReferenceEngine(goods), OneSet(world.context().warehouse_ids))


def labels_by_ids(goods):
    """The labels that documents say they wear, as labels of a context."""
    worn = {code: {d["id"] for d in goods if code in d["labels"]} for code in ("hit", "new")}
    return tuple(
        WornLabel(code, code, "ok", (GoodsCondition("product", frozenset(ids)),))
        for code, ids in worn.items()
    )


def ask(world, index, context=None, **fields):
    return search_for(
        context=context or world.context(), query=SearchQuery(**fields), index=index, stages=stages
    )


def hold(world, product, at, quantity=5, **fields):
    record = world.products[product].stockrecords.get(partner=world.warehouses[at])
    values = {"kind": "manual", "contract": world.contracts["own"],
              "expires_at": timezone.now() + timedelta(hours=2)}  # fmt: skip
    return StockHold.objects.create(stock_record=record, quantity=quantity, **{**values, **fields})


def test_a_group_counts_with_every_filter_but_its_own(world, index, goods):
    context = replace(world.context(), labels=labels_by_ids(goods))
    found = ask(world, index, context, category_id=2, brands=("IEK", "EKF"),
                attributes={5: ("белый", "серый")}, labels=("hit", "unknown"))  # fmt: skip

    inside = [d for d in goods if 2 in d["cats"]]
    brand = [d for d in inside if d["brand"] in ("IEK", "EKF")]
    colour = {"5=белый", "5=серый"}

    assert found.num_all == len(inside)
    left = [d for d in brand if colour & set(d["av"]) and "hit" in d["labels"]]
    assert found.total == len(left)
    assert set(found.ids) <= {d["id"] for d in left}
    but_brand = [d for d in inside if colour & set(d["av"]) and "hit" in d["labels"]]
    assert found.counts.brands == Counter(d["brand"] for d in but_brand)
    assert found.counts.brand_totals == Counter(d["brand"] for d in inside)
    colours = Counter(v for d in brand if "hit" in d["labels"] for v in d["av"])
    assert found.counts.attributes[5].values == {v: colours[f"5={v}"] for v in COLOURS}
    known = {v for d in inside for v in d["av"] if v.startswith("7=")}
    sevens = Counter(v for d in left for v in d["av"])
    assert found.counts.attributes[7].values == {v[2:]: sevens[v] for v in known}
    assert found.counts.attributes[5].coverage == len(inside)
    # One value is no choice.
    assert 6 not in found.counts.attributes
    but_labels = [d for d in brand if colour & set(d["av"])]
    assert found.counts.labels == Counter(label for d in but_labels for label in d["labels"])


def test_stock_is_counted_in_the_warehouses_of_the_context_alone(world, index, goods):
    context = world.context()
    mine = set(context.warehouse_ids)

    found = ask(world, index, in_stock=True, warehouse_ids=(99,), arriving=True)

    free = [d for d in goods if mine & set(d["wh"])]
    due = [d for d in goods if mine & set(d["soon"])]
    both = [d for d in free if d in due]
    assert found.total == len(both)
    assert found.query.warehouse_ids == ()
    assert found.counts.num_in_stock == len(both)
    assert found.counts.num_arriving == len(both)
    assert set(found.counts.warehouses) == mine
    for at in mine:
        assert found.counts.warehouses[at] == sum(1 for d in both if at in d["wh"])
    home = world.warehouses["rostov"].pk
    assert found.counts.num_at_home == sum(1 for d in both if home in d["wh"])


def test_what_the_contract_holds_by_hand_is_free_for_it_alone(world, index, goods):
    pk = world.products["breaker"].pk
    breaker = next(d for d in goods if d["id"] == pk)
    breaker["wh"], breaker["s0"] = [], 0
    del breaker["s0"]
    index = LiveIndex(ReferenceEngine(goods), index.slots)
    world.products["breaker"].stockrecords.update(num_in_stock=5, num_allocated=5)
    before = ask(world, index, in_stock=True, size=500)
    hold(world, "breaker", "rostov")

    mine = ask(world, index, in_stock=True, size=500, sort="-stock")
    others = ask(world, index, context=world.context("stranger"), in_stock=True, size=500)

    assert pk not in before.ids
    assert pk not in others.ids
    assert pk in mine.ids
    assert mine.counts.num_in_stock == before.counts.num_in_stock + 1
    rostov = world.warehouses["rostov"].pk
    assert mine.counts.warehouses[rostov] == before.counts.warehouses[rostov] + 1
    assert mine.counts.num_at_home == before.counts.num_at_home + 1


def test_an_expired_hold_keeps_nothing_from_anybody(world, index, goods):
    pk = world.products["breaker"].pk
    next(d for d in goods if d["id"] == pk).update(wh=[])
    index = LiveIndex(ReferenceEngine(goods), index.slots)
    world.products["breaker"].stockrecords.update(num_in_stock=5, num_allocated=5)
    hold(world, "breaker", "rostov", expires_at=timezone.now() - timedelta(hours=1))

    found = ask(world, index, context=world.context("stranger"), in_stock=True, size=500)

    assert pk in found.ids


@pytest.mark.parametrize("page", [1, 2, 3, 9])
def test_the_stock_order_goes_by_the_sum_then_by_id(world, index, goods, page):
    hold(world, "lamp", "rostov", 7)
    lamp = world.products["lamp"].pk

    found = ask(world, index, sort="-stock", page=page)

    free = {d["id"]: d.get("s0", 0) + 7_000 * (d["id"] == lamp) for d in goods}
    has = sorted((pk for pk in free if free[pk]), key=lambda pk: (-free[pk], pk))
    keys = {d["id"]: (d["title_key"], d["id"]) for d in goods}
    expected = has + sorted((pk for pk in free if not free[pk]), key=keys.get)
    assert found.ids == expected[(page - 1) * 24 : page * 24]


@pytest.mark.parametrize(("precision", "words"), [("levels", 4), ("presence", 2)])
@pytest.mark.parametrize("page", [1, 4])
def test_the_stock_order_tells_no_more_than_is_seen(world, index, goods, precision, words, page):
    context = replace(world.context(), stock_precision=precision)
    hold(world, "lamp", "rostov", 90)
    lamp = world.products["lamp"].pk

    found = ask(world, index, context=context, sort="-stock", page=page)

    def level(d):
        much = d.get("s0", 0) + 90_000 * (d["id"] == lamp)
        levels = (much > 0) + (much >= 20_000) + (much >= 100_000)
        return levels if words == 4 else min(levels, 1)

    expected = sorted(goods, key=lambda d: (-level(d), d["title_key"], d["id"]))
    assert found.ids == [d["id"] for d in expected][(page - 1) * 24 : page * 24]


def test_without_a_sum_of_these_warehouses_there_is_some_or_none(world, index, goods):
    context = replace(world.context(), warehouse_ids=(world.warehouses["moscow"].pk,))

    found = ask(world, index, context=context, sort="-stock", size=500)

    at = context.warehouse_ids[0]
    expected = sorted(goods, key=lambda d: (at not in d["wh"], d["title_key"], d["id"]))
    assert found.ids == [d["id"] for d in expected]


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("", lambda d: (d["place"], d["id"])),
        ("article", lambda d: (d["article_key"], d["id"])),
        ("name", lambda d: (d["title_key"], d["id"])),
        ("new", lambda d: (-d["added"], d["id"])),
    ],
)
def test_orders(world, index, goods, sort, key):
    found = ask(world, index, sort=sort, page=2)

    assert found.ids == [d["id"] for d in sorted(goods, key=key)][24:48]
    assert (found.total, found.num_pages, found.stage) == (202, 9, None)


def test_the_strictest_reading_that_finds_anything_answers(world, index, goods):
    strict = ask(world, index, text="кабель")
    loose = ask(world, index, text="лапма")
    nothing = ask(world, index, text="щит")

    assert (strict.stage, strict.total) == (0, sum("кабель" in d["words"] for d in goods))
    assert (loose.stage, loose.total) == (1, sum("л" in d["edges"] for d in goods))
    assert (nothing.stage, nothing.total, nothing.ids) == (None, 0, [])


def test_filters_that_leave_nothing_keep_the_reading_of_the_text(world, index):
    found = ask(world, index, text="кабель", brands=("нет такого",))

    assert (found.stage, found.total, found.ids) == (0, 0, [])
    assert sum(found.counts.brands.values()) == found.num_all > 0


def test_a_page_too_far_is_the_last_one(world, index):
    assert ask(world, index, page=9).ids == ask(world, index, page=400).ids
    assert ask(world, index, page=10**9).query.page == 9
    assert ask(world, index, page=-1).query.page == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"attributes": {10**30: ("x",)}},
        {"attributes": {5: ("\ud800",)}},
        {"brands": ("x" * 100_000,)},
        {"category_id": 10**40},
        {"labels": ("*", "[0 TO 9]")},
    ],
)
def test_nonsense_finds_nothing(world, index, fields):
    found = ask(world, index, **fields)

    assert (found.total, found.ids) == (0, [])


def test_who_may_not_see_prices_neither_sorts_nor_filters_by_them(world, index):
    context = world.context()
    blind = replace(context, permissions=context.permissions - {SEE_PRICES})

    found = ask(world, index, context=blind, sort="-price", price_from=Decimal(1))
    plain = ask(world, index, context=blind)

    assert (found.ids, found.total) == (plain.ids, plain.total)
    assert found.counts.price is None
    assert not found.query.has_price


def test_requests_are_few(world, index, django_assert_num_queries):
    context = world.context()
    ask(world, index, context=context)
    index.engine.calls.clear()

    with django_assert_num_queries(2):
        ask(world, index, context=context, text="кабель", brands=("IEK",), in_stock=True)

    assert len(index.engine.calls) == 3


@pytest.mark.parametrize("most_kits", [300, 2])
def test_attributes_are_counted_by_kits_and_themselves_alike(
    world, index, goods, monkeypatch, most_kits
):
    monkeypatch.setattr(facets, "MOST_KITS", most_kits)
    monkeypatch.setattr(kits, "_known", {})

    found = [ask(world, index, category_id=2) for _n in range(2)]

    inside = [d for d in goods if 2 in d["cats"]]
    having = Counter(pk for d in inside for pk in d["attrs"])
    assert len({d["kit"] for d in inside}) == 4
    assert {pk: counts.coverage for pk, counts in found[0].counts.attributes.items()} == {
        5: having[5], 7: having[7],
    }  # fmt: skip
    assert found[0].counts.more_attributes == {6: having[6]}
    assert found[1].counts == found[0].counts


class Unchanged(ReferenceEngine):
    """The reference engine, of which all that may be kept is kept: it never changes."""

    def view(self):
        return id(self)


@pytest.fixture
def kept_requests(monkeypatch):
    """The requests whose answers are kept, as they come."""
    found = []

    class Noting(Kept):
        def answers(self, engine, bodies):
            found.extend(bodies)
            return super().answers(engine, bodies)

    memory = Noting()
    for module in (service, kits, prices):
        monkeypatch.setattr(module, "kept", memory)
    return found


FILTERS = [
    {"in_stock": True},
    {"at_home": True},
    {"sort": "-stock"},
    {"in_stock": True, "brands": ("IEK",), "page": 2},
]


@pytest.mark.parametrize("fields", FILTERS)
def test_no_request_that_names_rows_of_a_contract_is_kept(
    world, index, goods, kept_requests, fields
):
    index = LiveIndex(Unchanged(goods), index.slots)
    lamp = world.products["lamp"]
    world.products["lamp"].stockrecords.update(num_in_stock=5, num_allocated=5)
    ask(world, index, **fields)
    plain = len(kept_requests)
    assert plain > 1
    kept_requests.clear()
    hold(world, "lamp", "rostov")

    ask(world, index, **fields)
    ask(world, index, **fields)

    assert len(kept_requests) < 2 * plain
    assert str(lamp.pk) not in repr(kept_requests)


def test_what_one_contract_holds_is_not_told_to_another_by_a_kept_answer(
    world, index, goods, kept_requests
):
    lamp, breaker = world.products["lamp"], world.products["breaker"]
    goods = [{**d, "wh": [], "s0": 0} for d in goods if d["id"] in {lamp.pk, breaker.pk}]
    index = LiveIndex(Unchanged(goods), index.slots)
    lamp.stockrecords.update(num_in_stock=5, num_allocated=5)
    hold(world, "lamp", "rostov")
    other = world.context("stranger")

    mine = ask(world, index, in_stock=True)
    theirs = ask(world, index, other, in_stock=True)
    again = ask(world, index, in_stock=True)

    assert mine.ids == again.ids == [lamp.pk]
    assert (theirs.ids, theirs.total, theirs.counts.num_in_stock) == ([], 0, 0)


def test_no_request_by_a_contracts_prices_is_kept(world, index, goods, kept_requests):
    index = LiveIndex(Unchanged(goods), index.slots)

    ask(world, index, price_from=Decimal(1), price_to=Decimal(10_000))

    # What was found before any filter, and nothing of the page.
    assert len(kept_requests) == 1


READINGS = [{"term": {"words": word}} for word in ("нет", "кабель", "лампа", "автомат")]


@pytest.mark.parametrize(
    ("words", "place"),
    [("кабель лампа автомат", 1), ("лампа автомат", 2), ("автомат", 3), ("", None)],
)
def test_readings_are_taken_in_their_order_whichever_are_asked_at_once(world, goods, words, place):
    left = [d for d in goods if d["words"][0] in words.split()]
    index = LiveIndex(ReferenceEngine(left), OneSet(world.context().warehouse_ids))

    found = search_for(
        context=world.context(), query=SearchQuery(text="x"), index=index,
        stages=lambda _text: READINGS,
    )  # fmt: skip

    asked = None if place is None else READINGS[place]["term"]["words"]
    assert (found.stage, found.num_all) == (place, sum(d["words"] == [asked] for d in left))
