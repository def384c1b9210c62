"""Documents of a rebuild that are made by processes of their own."""

import sys
from operator import methodcaller

import pytest
from django.apps import apps
from django.db import transaction

from search.documents.maker import DocumentMaker
from search.engines.embedded import EmbeddedEngine
from search.engines.embedded_schema import as_lines
from search.indexing import child, children, rebuild, refresh, writing
from search.indexing.children import children_for, packed_made
from search.indexing.generations import live_generation
from search.indexing.rebuild import index_rebuild
from search.indexing.rows import num_rows, row_batches
from search.indexing.slot_plan import slots_planned
from search.indexing.tick import index_refresh
from tests.search.index.making import add_parent

EVERYTHING = {"match_all": {}}
RENAMED = {"term": {"brand": "Lightmade"}}
BATCHES = [[1], [2]]


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(children, "FEW_ROWS", 1)
    monkeypatch.setattr(rebuild, "row_batches", lambda: row_batches(2))
    monkeypatch.setattr(refresh, "PART", 2)
    monkeypatch.setattr(children.os, "cpu_count", lambda: 2)


@pytest.fixture
def not_here(monkeypatch):
    """Without children nothing is made."""
    monkeypatch.setattr(writing, "documents_made", None)


@pytest.mark.django_db(transaction=True)
def test_an_index_made_by_children_is_the_one_made_here(world, few, not_here, tmp_path):
    add_parent(world, "A-1", "A-2")
    slots, engine = slots_planned(), EmbeddedEngine(tmp_path)

    packed = list(packed_made(slots, None, as_lines, row_batches(2), num=2))
    index_rebuild(engine=engine, reason="test")

    here = [as_lines(DocumentMaker(slots).documents(ids)) for ids in row_batches(2)]
    assert packed == here
    assert live_generation().num == num_rows() == 5
    assert list(engine.ids(EVERYTHING, limit=9)) == [pk for batch in here for pk in batch.ids]


@pytest.mark.django_db(transaction=True)
def test_many_changes_are_taken_up_by_children(world, few, not_here, tmp_path):
    engine = EmbeddedEngine(tmp_path)
    index_rebuild(engine=engine, reason="test")
    rename_all()

    num = index_refresh(engine=engine)

    assert num == 4
    assert len(engine.ids(RENAMED, limit=9)) == 4


@pytest.mark.django_db(transaction=True)
def test_changes_are_taken_up_without_children_where_these_die(world, few, tmp_path):
    engine = EmbeddedEngine(tmp_path)
    index_rebuild(engine=engine, reason="test")
    engine.pack = sys.exit
    rename_all()

    num = index_refresh(engine=engine)

    assert num == 4
    assert len(engine.ids(RENAMED, limit=9)) == 4


def rename_all():
    assert apps.get_model("catalogue", "Product").objects.update(brand="Lightmade") == 4


@pytest.mark.django_db(transaction=True)
def test_what_a_child_raises_is_raised_here_and_a_dead_one_is_told(world, few):
    with pytest.raises(AttributeError, match="no_such"):
        list(packed_made(slots_planned(), None, methodcaller("no_such"), BATCHES, num=1))
    with pytest.raises(ChildProcessError):
        list(packed_made(slots_planned(), None, sys.exit, BATCHES, num=1))


def test_few_rows_one_core_and_a_transaction_have_no_children(db, monkeypatch):
    with transaction.atomic():
        assert children_for(10**6) == 0
    monkeypatch.setattr(children, "connection", type("Free", (), {"in_atomic_block": False}))
    seen = []
    for cores in (None, 1, 2, 64):
        monkeypatch.setattr(children.os, "cpu_count", lambda n=cores: n)
        seen.append((children_for(children.FEW_ROWS - 1), children_for(children.FEW_ROWS)))
    assert seen == [(0, 0), (0, 0), (0, 2), (0, children.MOST_CHILDREN)]


def test_packed_documents_take_the_place_of_those_that_are_there(tmp_path):
    engine = EmbeddedEngine(tmp_path)
    engine.create("g")
    engine.write("g", [{"id": 1, "wh": [5]}, {"id": 2, "wh": [5]}])

    num = engine.write_packed("g", engine.pack([{"id": 1, "wh": [6]}, {"id": 3, "odd": 1}]))
    engine.write_packed("g", engine.pack([]))
    engine.commit("g")
    engine.go_live("g")

    assert num == 2
    assert [list(engine.ids({"term": {"wh": at}}, limit=9)) for at in (5, 6)] == [[2], [1]]
    assert list(engine.ids(EVERYTHING, limit=9)) == [1, 2, 3]


def test_pipes_end_where_nobody_writes(tmp_path):
    path = tmp_path / "pipe"
    with path.open("wb") as pipe:
        child.tell(pipe, [1, 2])
    with path.open("rb") as pipe:
        assert (child.told(pipe), child.told(pipe)) == ([1, 2], None)
