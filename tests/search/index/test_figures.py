"""Prices and stock are changed in documents without the rest being made anew."""

from decimal import Decimal

import pytest
from django.utils import timezone

from b2b_apps.inventory.models import ExpectedReceipt
from b2b_apps.pricing.models import Price
from search.documents.maker import DocumentMaker
from search.engines.embedded import EmbeddedEngine
from search.fields import FIELDS, FIGURES, price_field
from search.indexing import refresh
from search.indexing.checking import index_check, stored_hashes
from search.indexing.generations import live_generation
from search.indexing.tick import index_maintain, index_refresh
from search.models import Change
from tests.search.index.making import add_parent, model

pytestmark = pytest.mark.django_db


@pytest.fixture
def parent(world):
    """A row of two SKUs, with a price of its own and a price and stock of one."""
    parent, (first, _second) = add_parent(world, "A-1", "A-2")
    Price.objects.create(price_list=world.lists["dealer"], product=parent, amount=9)
    Price.objects.create(price_list=world.lists["dealer"], product=first, amount=7)
    put_in_stock(world, first, 5)
    return parent


@pytest.fixture
def engine(world, parent, tmp_path):
    """The embedded engine with an index of the world."""
    engine = EmbeddedEngine(tmp_path)
    index_maintain(engine=engine)
    index_refresh(engine=engine)
    return engine


@pytest.fixture
def made_whole(monkeypatch):
    """Ids of the rows whose documents were made from the beginning."""
    found = []
    real = DocumentMaker.found

    def noting(maker, ids):
        found.extend(ids)
        return real(maker, ids)

    monkeypatch.setattr(DocumentMaker, "found", noting)
    return found


def put_in_stock(world, product, number):
    model("partner", "StockRecord").objects.create(
        product=product, partner=world.warehouses["rostov"], num_in_stock=number,
        partner_sku=f"s{product.pk}",
    )  # fmt: skip


def is_right(engine):
    """Whether the index says what the database does."""
    while index_refresh(engine=engine):
        pass
    return not index_check(engine=engine, generation=live_generation(), repairs=False).wrong


def found(engine, **terms):
    clauses = [{"term": {name: value}} for name, value in terms.items()]
    (answer,) = engine.search([{"query": {"bool": {"filter": clauses}}, "size": 100}])
    return {hit.id for hit in answer.hits}


def test_a_price_stock_and_a_receipt(world, engine, parent, made_whole):
    lamp, dealer = world.products["lamp"], world.lists["dealer"]
    rostov = world.warehouses["rostov"]
    child = parent.children.get(article="A-2")
    before = stored_hashes(engine, 0, 2**62)

    Price.objects.filter(product=lamp, price_list=dealer).update(amount=Decimal("5.25"))
    put_in_stock(world, child, 3)
    model("partner", "StockRecord").objects.filter(product=lamp).update(num_in_stock=0)
    ExpectedReceipt.objects.create(
        product=lamp, warehouse=rostov, day=timezone.localdate(), quantity=4
    )
    while index_refresh(engine=engine):
        pass

    assert made_whole == []
    slots = live_generation().layout
    assert found(engine, soon=rostov.pk) == {lamp.pk}
    assert lamp.pk not in found(engine, wh=rostov.pk)
    assert lamp.pk in found(engine, codes=lamp.article.lower().replace("-", ""))
    (prices,) = engine.columns({"term": {"id": lamp.pk}}, [price_field(slots.prices[dealer.pk])],
                               limit=1)  # fmt: skip
    assert list(prices) == [52_500]
    now = stored_hashes(engine, 0, 2**62)
    assert {pk for pk in now if now[pk] != before[pk]} == {lamp.pk, parent.pk}
    assert is_right(engine)


def test_figures_are_what_a_whole_document_has(world, engine, parent):
    lamp = world.products["lamp"]
    maker = DocumentMaker(live_generation().layout)
    ids = [lamp.pk, parent.pk, world.products["no_price"].pk]
    stills = engine.stills(engine.live(), [*ids, 10**9])

    assert sorted(stills) == sorted(ids)
    made = {pk: d for pk, _still, d in maker.figures(stills, maker.figures_found(stills))}
    for document in maker.documents(ids):
        whole = {name: value for name, value in document.items() if name in FIGURES}
        assert made[document["id"]] == whole
        assert FIELDS.keys() >= document.keys()


@pytest.mark.parametrize("taken", [1, 20_000])
def test_goods_that_change_with_their_price(world, engine, parent, monkeypatch, taken):
    """What is made whole is not committed when the price beside it is taken up."""
    monkeypatch.setattr(refresh, "TAKEN", taken)
    lamp, breaker, dealer = world.products["lamp"], world.products["breaker"], world.lists["dealer"]
    rows = model("catalogue", "Product").objects

    rows.filter(pk=lamp.pk).update(title="Прожектор уличный")
    Price.objects.filter(product=lamp, price_list=dealer).update(amount=5)
    Price.objects.filter(product=breaker, price_list=dealer).update(amount=6)
    rows.filter(pk=breaker.pk).update(is_public=False)
    Price.objects.filter(product=breaker, price_list=dealer).update(amount=7)
    rows.filter(pk=parent.children.get(article="A-2").pk).update(is_public=False)
    Price.objects.filter(product=parent, price_list=dealer).update(amount=8)

    assert is_right(engine)
    assert found(engine, plain="прожектор") == {lamp.pk}
    assert not found(engine, id=breaker.pk)


def test_what_has_no_document_is_made_whole(world, engine, made_whole):
    lamp = world.products["lamp"]
    engine.delete(engine.live(), [lamp.pk])
    engine.commit(engine.live())

    Price.objects.filter(product=lamp).update(amount=5)

    assert is_right(engine)
    assert lamp.pk in made_whole
    assert found(engine, id=lamp.pk) == {lamp.pk}


def test_a_list_that_gets_a_slot(world, engine, made_whole):
    lamp = world.products["lamp"]
    price_list = model("pricing", "PriceList").objects.create(name="Новый тип")
    Price.objects.create(price_list=price_list, product=lamp, amount=2)
    index_maintain(engine=engine)
    while index_refresh(engine=engine):
        pass

    assert made_whole == []
    assert not Change.objects.exists()
    field = price_field(live_generation().layout.prices[price_list.pk])
    assert list(engine.columns({"term": {"id": lamp.pk}}, [field], limit=1)[0]) == [20_000]
    assert is_right(engine)


def test_queries_do_not_grow(world, engine, django_assert_num_queries):
    maker = DocumentMaker(live_generation().layout)
    for number in (1, 4):
        stills = engine.stills(engine.live(), [p.pk for p in world.products.values()][:number])
        with django_assert_num_queries(4):
            parts = maker.figures_found(stills)
        assert len(list(maker.figures(stills, parts))) == number
