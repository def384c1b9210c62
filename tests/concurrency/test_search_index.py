"""The index beside writers that do not wait for it, and workers that die at the worst moment."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from decimal import Decimal

import pytest
from django.db import connection, transaction

from b2b_apps.pricing.models import Price
from b2b_apps.pricing.price_load import PriceRow, prices_load
from search.engines.embedded import EmbeddedEngine
from search.indexing import refresh, tick
from search.indexing.checking import index_check
from search.indexing.generations import live_generation, rebuild_ask
from search.indexing.queue import changes_put
from search.indexing.status import index_status
from search.indexing.tick import index_maintain, index_refresh
from search.models import Change, Generation
from tests.concurrency.test_orders import at_once
from tests.search.index.fake import FakeEngine
from tests.search.index.making import add_product

pytestmark = pytest.mark.django_db(transaction=True)
NUM_GOODS, NUM_LOADERS, NUM_LOADS = 60, 3, 12
PATIENCE = 30


@pytest.fixture
def engine(tmp_path):
    return EmbeddedEngine(tmp_path / "search")


@pytest.fixture
def indexed(world, engine):
    index_maintain(engine=engine)
    index_refresh(engine=engine)
    return world


def price_of(engine, product):
    """What the index has of a product's price by the first list, ten-thousandths."""
    hits = engine.search([{"query": {"term": {"id": product.pk}}, "sort": [{"p0": "asc"}]}])[0].hits
    return hits[0].key if hits else None


def wrong(engine):
    return index_check(engine=engine, generation=live_generation(), repairs=False).wrong


def late_commit(engine, lamp, cable):
    """A change gets its key, another one a larger key; the first is committed after the second
    has been taken up."""
    has_key, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            Price.objects.filter(product=lamp).update(amount=1)
            has_key.set()
            may_commit.wait(PATIENCE)

    def quick():
        has_key.wait(PATIENCE)
        Price.objects.filter(product=cable).update(amount=2)
        index_refresh(engine=engine)
        may_commit.set()

    at_once([slow, quick])


def test_deleting_a_range_of_keys_loses_a_late_commit(indexed, engine, monkeypatch):
    def by_range(change_ids):
        kept_up_to.append(max(change_ids))

    kept_up_to = []
    lamp, cable = indexed.products["lamp"], indexed.products["cable"]
    monkeypatch.setattr(refresh, "changes_remove", by_range)
    late_commit(engine, lamp, cable)
    Change.objects.filter(pk__lte=kept_up_to[0]).delete()

    index_refresh(engine=engine)

    assert wrong(engine) == [lamp.pk]


def test_a_late_commit_is_taken_up(indexed, engine):
    lamp, cable = indexed.products["lamp"], indexed.products["cable"]
    late_commit(engine, lamp, cable)
    assert wrong(engine) == [lamp.pk]

    index_refresh(engine=engine)

    assert wrong(engine) == []
    assert not Change.objects.exists()


@pytest.mark.parametrize("is_locked", [False, True])
def test_one_writes_at_a_time(world, monkeypatch, is_locked):
    engine, inside, most = FakeEngine(), [], []
    index_maintain(engine=engine)

    def writing(generation):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.3)
        inside.pop()

    engine.on_write = writing
    changes_put([world.products["lamp"].pk])
    if not is_locked:
        monkeypatch.setattr(tick, "writer_lock", unlocked)

    at_once([lambda: index_refresh(engine=engine)] * 3)

    assert max(most) == (1 if is_locked else 3)


class unlocked:  # noqa: N801 - stands in for a context manager that is a function
    def __enter__(self):
        return True

    def __exit__(self, *_):
        return None


def test_loads_of_prices_go_on_while_the_index_takes_them_up(indexed, engine):
    rng = random.Random(7)
    lists = [indexed.lists[name].pk for name in ("retail", "dealer", "wholesale")]
    goods = [add_product(indexed, f"Товар {n}").pk for n in range(NUM_GOODS)]
    over = threading.Event()
    amounts = [[Decimal(rng.randint(1, 10**6)) / 100 for _pk in goods] for _n in range(NUM_LOADS)]

    def loading(list_id):
        for column in amounts:
            rows = [PriceRow(list_id, pk, a) for pk, a in zip(goods, column, strict=True)]
            prices_load(rows=rows, source="file")

    def writing():
        num = 0
        while not over.is_set() or Change.objects.exists():
            num += index_refresh(engine=engine)
        return num

    def all_loads():
        done = at_once([lambda pk=pk: loading(pk) for pk in lists])
        over.set()
        return done

    loaded, taken = at_once([all_loads, writing])

    assert loaded == [None] * NUM_LOADERS
    assert taken >= NUM_GOODS
    assert wrong(engine) == []
    assert index_check(engine=engine, generation=live_generation(), repairs=False).num_rows == (
        NUM_GOODS + 4
    )


def test_a_rebuild_under_loads_has_all_of_them(indexed, engine):
    goods = [add_product(indexed, f"Товар {n}").pk for n in range(NUM_GOODS)]
    over = threading.Event()
    retail = indexed.lists["retail"].pk

    def loading():
        amount = 0
        while not over.is_set():
            amount += 1
            prices_load(rows=[PriceRow(retail, pk, Decimal(amount)) for pk in goods], source="file")
        return amount

    def building():
        rebuild_ask()
        built = index_maintain(engine=engine)
        over.set()
        return built

    num, built = at_once([loading, building])
    index_refresh(engine=engine)

    assert num > 1
    assert engine.live() == built.name
    assert wrong(engine) == []


# A worker in a process of its own: it says where it stands, and is killed there.
WORKER = """
import sys, time
import django
django.setup()
from pathlib import Path
from django.db import connection
connection.close()
connection.settings_dict["NAME"] = sys.argv[1]
from search.engines.embedded import EmbeddedEngine
from search.indexing import refresh, tick, rebuild
engine = EmbeddedEngine(Path(sys.argv[2]))

def stop_here(*args, **kwargs):
    print("here", flush=True)
    time.sleep(600)

if sys.argv[3] == "before-commit":
    EmbeddedEngine.commit = stop_here
elif sys.argv[3] == "after-commit":
    refresh.changes_remove = stop_here
elif sys.argv[3] == "before-switch":
    rebuild.generation_switch = stop_here
elif sys.argv[3] == "after-switch":
    from django.db.models.query import QuerySet
    class Stopped(EmbeddedEngine):
        def go_live(self, generation):
            super().go_live(generation)
            stop_here()
    engine = Stopped(Path(sys.argv[2]))
elif sys.argv[3] == "in-the-middle":
    # Of whole documents and of figures alone.
    def stopped_after(plain):
        def write(self, *args):
            plain(self, *args)
            stop_here()
        return write
    EmbeddedEngine.write = stopped_after(EmbeddedEngine.write)
    EmbeddedEngine.write_figures = stopped_after(EmbeddedEngine.write_figures)
getattr(tick, sys.argv[4])(engine=engine)
"""


def killed(tmp_path, where, work):
    """Let a process do the work up to there, and kill it; return when its lock is free."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, connection.settings_dict["NAME"],
         str(tmp_path / "search"), where, work],
        stdout=subprocess.PIPE, env=os.environ, text=True,
    )  # fmt: skip
    try:
        assert process.stdout.readline() == "here\n"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    deadline = time.monotonic() + PATIENCE
    while locks():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def locks():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s",
                       [0x5EA2C4])  # fmt: skip
        return cursor.fetchone()[0]


@pytest.mark.parametrize("is_whole", [False, True], ids=["figures", "whole"])
@pytest.mark.parametrize("where", ["in-the-middle", "before-commit", "after-commit"])
def test_a_worker_killed_while_it_takes_up_changes_loses_none(
    indexed, engine, tmp_path, where, is_whole
):
    lamp = indexed.products["lamp"]
    Price.objects.filter(product=lamp).update(amount=1)
    if is_whole:
        type(lamp).objects.filter(pk=lamp.pk).update(title="Прожектор")

    killed(tmp_path, where, "index_refresh")

    assert Change.objects.exists()
    assert (price_of(engine, lamp) == 10_000) == (where == "after-commit")
    index_refresh(engine=engine)
    assert price_of(engine, lamp) == 10_000
    assert wrong(engine) == []
    assert not Change.objects.exists()


@pytest.mark.parametrize("where", ["in-the-middle", "before-commit", "before-switch"])
def test_a_worker_killed_while_it_builds_leaves_the_old_index_live(
    indexed, engine, tmp_path, where
):
    before = engine.live()
    rebuild_ask()

    killed(tmp_path, where, "index_maintain")

    assert engine.live() == before == live_generation().name
    assert wrong(engine) == []
    assert len(engine.generations()) == 2
    assert index_status(engine=engine).building.state == "building"

    index_maintain(engine=engine)
    assert engine.generations() == [before]
    rebuild_ask()
    assert index_maintain(engine=engine).state == Generation.State.LIVE
    assert wrong(engine) == []


def test_a_worker_killed_at_the_switch_itself_has_it_built_again(indexed, engine, tmp_path):
    before = engine.live()
    rebuild_ask()

    killed(tmp_path, "after-switch", "index_maintain")

    assert engine.live() != before
    assert live_generation().name == before
    Price.objects.filter(product=indexed.products["lamp"]).update(amount=1)
    assert index_refresh(engine=engine) == 0
    assert index_maintain(engine=engine).reason == "lost"
    assert wrong(engine) == []
