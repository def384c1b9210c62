"""Products pinned to what is typed."""

import threading

import pytest
from django.db import IntegrityError, transaction

from search.engines.embedded import EmbeddedEngine
from search.vocabulary import services
from search.vocabulary.errors import NothingToFindError, TooMuchError, UnknownProductError
from search.vocabulary.models import Pin
from search.vocabulary.selectors import pins_for
from search.vocabulary.services import pins_save
from search.vocabulary.stages import stages_now
from tests.concurrency.test_orders import at_once
from tests.search.index.making import add_parent, document_of


@pytest.fixture
def ids(world):
    return {key: world.products[key].pk for key in ("breaker", "cable", "lamp")}


def test_pins_are_of_the_text_however_it_is_written(ids):
    pins_save(text="Белые лампы", product_ids=[ids["lamp"], ids["cable"]], user_id=None)

    assert pins_for("белая ЛАМПА") == [ids["lamp"], ids["cable"]]
    assert pins_for("лампа") == []
    assert pins_for("()") == []


def test_saving_anew_replaces_and_nothing_takes_away(ids):
    pins_save(text="лампа", product_ids=[ids["lamp"], ids["cable"]], user_id=None)

    pins_save(text="лампы", product_ids=[ids["cable"], ids["lamp"], ids["cable"]], user_id=None)
    assert pins_for("лампа") == [ids["cable"], ids["lamp"]]

    pins_save(text="лампа", product_ids=[], user_id=None)
    assert not Pin.objects.exists()


def test_what_can_not_be_pinned_is_refused_and_changes_nothing(world, ids):
    pins_save(text="лампа", product_ids=[ids["lamp"]], user_id=None)
    _parent, (sku,) = add_parent(world, "SKU-1")

    with pytest.raises(UnknownProductError):
        pins_save(text="лампа", product_ids=[ids["cable"], 10**9], user_id=None)
    with pytest.raises(UnknownProductError):
        pins_save(text="лампа", product_ids=[sku.pk], user_id=None)
    with pytest.raises(TooMuchError):
        pins_save(text="лампа", product_ids=range(1, 12), user_id=None)
    with pytest.raises(TooMuchError):
        pins_save(text="лампа " * 40, product_ids=[ids["lamp"]], user_id=None)
    with pytest.raises(NothingToFindError):
        pins_save(text="*", product_ids=[ids["lamp"]], user_id=None)

    assert pins_for("лампа") == [ids["lamp"]]


def found(engine, text):
    for stage in stages_now(text):
        (answer,) = engine.search([{"query": stage, "size": 10}])
        if answer.total:
            return [hit.id for hit in answer.hits]
    return []


def test_pinned_products_come_first_even_before_the_article_typed(world, ids, tmp_path):
    engine = EmbeddedEngine(tmp_path)
    engine.create("g")
    engine.write("g", [document_of(world.products[key]) for key in ids])
    engine.commit("g")
    engine.go_live("g")
    assert found(engine, "VVG3X25LS") == [ids["cable"]]
    assert found(engine, "zzzz") == []

    pins_save(text="VVG3X25LS", product_ids=[ids["lamp"], ids["breaker"]], user_id=None)
    pins_save(text="zzzz", product_ids=[ids["breaker"]], user_id=None)

    assert found(engine, "ввг3х25лс") == [ids["cable"]]
    assert found(engine, "VVG3X25LS") == [ids["lamp"], ids["breaker"], ids["cable"]]
    assert found(engine, "ZZZZ") == [ids["breaker"]]


def writers(ids):
    def write(order):
        return lambda: bool(pins_save(text="лампа", product_ids=order, user_id=None))

    return [write([ids["lamp"], ids["cable"]]), write([ids["breaker"]])]


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_once_write_one_after_the_other(ids):
    for _round in range(5):
        assert at_once(writers(ids)) == [True, True]
        assert pins_for("лампа") in ([ids["lamp"], ids["cable"]], [ids["breaker"]])


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_would_meet_at_the_same_place(ids, monkeypatch):
    gate = threading.Barrier(2)
    monkeypatch.setattr(services, "pins_lock", lambda *, key: gate.wait(timeout=10))

    results = [result for _round in range(5) for result in at_once(writers(ids))]

    assert any(isinstance(result, IntegrityError) for result in results) or not _is_whole(ids)


def _is_whole(ids):
    with transaction.atomic():
        return pins_for("лампа") in ([ids["lamp"], ids["cable"]], [ids["breaker"]])
