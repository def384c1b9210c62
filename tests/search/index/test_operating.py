"""What operators and pages meet: commands, the clock's tasks, an engine that is away."""

import json
import time
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from b2b_apps.inventory.models import ExpectedReceipt
from b2b_apps.pricing.models import Price
from search import current, health, tasks
from search.engines.base import EngineAwayError
from search.health import Health
from search.indexing.generations import live_generation
from search.indexing.locks import writer_lock
from search.indexing.tick import day_turn
from search.management.commands import search_check, search_rebuild, search_status
from search.models import Change, Generation

pytestmark = pytest.mark.django_db


@pytest.fixture
def chosen(engine, monkeypatch):
    """The engine of the tests is that of the portal."""
    for module in (current, tasks, search_check, search_rebuild, search_status):
        monkeypatch.setattr(module, "engine", lambda: engine)
    monkeypatch.setattr(current, "health", Health(current.probe))
    monkeypatch.setattr(current, "_slots", {})
    return engine


def said(name, *arguments):
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def test_an_index_is_built_here_and_now(world, chosen):
    assert "4 documents in" in said("search_rebuild")
    assert chosen.documents.keys() == {p.pk for p in world.products.values()}


def test_an_index_is_asked_for_and_the_worker_builds_it(indexed, chosen):
    before = chosen.alias
    said("search_rebuild", "--ask")
    assert chosen.alias == before

    tasks.maintain()

    assert chosen.alias != before


def test_a_rebuild_beside_another_writer_is_left_to_the_worker(indexed, chosen, monkeypatch):
    class Taken:
        def __enter__(self):
            return False

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(search_rebuild, "writer_lock", Taken)
    before = chosen.alias
    assert "the worker builds it afterwards" in said("search_rebuild")
    assert chosen.alias == before
    assert Generation.objects.filter(state="wanted").exists()


def test_a_rebuild_without_an_engine_says_so(world, chosen):
    chosen.away = True
    with pytest.raises(CommandError, match="was not built: no route"):
        call_command("search_rebuild")


def test_status_for_people_and_for_monitoring(indexed, chosen):
    Price.objects.filter(product=indexed.products["lamp"]).update(amount=1)

    text, found = said("search_status"), json.loads(said("search_status", "--json"))

    assert f"Index: {chosen.alias}, documents: 4" in text
    assert "Queue: 1 changes" in text
    assert f"p0: {indexed.lists['dealer'].name}" in text
    assert (found["documents"], found["queue"], found["building"]) == (4, 1, None)
    assert found["slots"]["prices"][str(indexed.lists["dealer"].pk)] == 0


def test_status_without_an_index_is_an_error(world, chosen):
    with pytest.raises(CommandError, match="no index to search"):
        call_command("search_status", stdout=StringIO())
    with pytest.raises(CommandError, match="no index yet"):
        call_command("search_check", stdout=StringIO())


def test_check_says_and_mends(indexed, chosen):
    assert "The index says what the database does." in said("search_check")
    lamp = indexed.products["lamp"]
    del chosen.documents[lamp.pk]

    with pytest.raises(CommandError, match="1 documents are wrong"):
        call_command("search_check", stdout=StringIO())
    assert f"1 missing: {lamp.pk}" in said("search_check", "--repair")
    tasks.refresh()

    assert "The index says what the database does." in said("search_check")


def test_the_clock_goes_on_while_the_engine_is_away(indexed, chosen, caplog, monkeypatch):
    monkeypatch.setattr(tasks, "_said_at", [-1000.0])
    Price.objects.filter(product=indexed.products["lamp"]).update(amount=1)
    chosen.away = True

    for _n in range(3):
        tasks.refresh()
        tasks.maintain()

    assert [r.message for r in caplog.records if "away" in r.message] == [
        "The search engine is away, changes wait: no route"
    ]
    assert Change.objects.exists()
    chosen.away = False
    tasks.refresh()
    assert not Change.objects.exists()


def test_both_tasks_are_on_the_clock():
    entries = {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert entries[tasks.refresh.name] == 1.0
    assert entries[tasks.maintain.name] == 5.0


def test_pages_ask_the_live_index_with_its_slots(indexed, chosen, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = current.live_index()
    assert found.engine is chosen
    assert found.slots.price_slot(indexed.lists["dealer"].pk) == 0
    assert found.slots.price_slot(indexed.lists["own"].pk) is None
    with django_assert_num_queries(0):
        current.live_index()


@pytest.mark.parametrize("spoil", [
    lambda engine: engine.drop(engine.alias),
    lambda engine: engine.go_live("another"),
    lambda engine: Generation.objects.update(version=0),
])  # fmt: skip
def test_pages_go_without_an_index_that_does_not_fit(indexed, chosen, spoil):
    spoil(chosen)
    with pytest.raises(EngineAwayError):
        current.live_index()


def test_pages_do_not_ask_an_engine_that_is_away(indexed, chosen, monkeypatch):
    monkeypatch.setattr(health, "FIRST_PAUSE", 0.05)
    asked, answers = [], []

    def probe():
        asked.append(1)
        if not answers:
            raise EngineAwayError("no route")

    found = Health(probe)
    monkeypatch.setattr(current, "health", found)
    found.note_away(EngineAwayError("no route"))
    since = found.away_since

    with pytest.raises(EngineAwayError, match="just now"):
        current.live_index()
    found.note_away(EngineAwayError("again"))
    assert found.away_since == since
    assert found.is_away

    answers.append("yes")
    deadline = time.monotonic() + 10
    while found.is_away:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert asked
    assert current.live_index().engine is chosen


def test_receipts_of_yesterday_are_taken_out(indexed, chosen):
    lamp, today = indexed.products["lamp"], timezone.localdate()
    ExpectedReceipt.objects.create(product=lamp, warehouse=indexed.warehouses["rostov"], day=today,
                                   quantity=1)  # fmt: skip
    Change.objects.all().delete()

    day_turn(generation=live_generation(), day=today)
    assert not Change.objects.exists()
    day_turn(generation=live_generation(), day=today + timedelta(days=1))

    assert list(Change.objects.values_list("ref", flat=True)) == [lamp.pk]


def test_the_lock_is_free_again(db):
    with writer_lock() as first:
        assert first
    with writer_lock() as again:
        assert again


def test_an_index_of_another_version_keeps_pages_away_till_it_is_built_anew(indexed, chosen):
    current.probe()
    Generation.objects.update(version=0)
    current._slots.clear()
    with pytest.raises(EngineAwayError):
        current.probe()

    tasks.maintain()

    current.probe()
