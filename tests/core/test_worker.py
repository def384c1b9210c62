"""The worker without a broker hears what is committed, keeps the clock, and survives errors."""

import threading
import time
from contextlib import contextmanager

import pytest
from celery import shared_task
from django.db import connection, transaction

from b2b_apps.core import outbox, worker
from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_put
from b2b_apps.core.queues import SLOW
from b2b_apps.core.worker import Worker

ticks = []
EACH = 200


@shared_task(name="tests.tick")
def tick(word):
    """A task of the clock; ``bad`` makes it fail."""
    ticks.append(word)
    if word == "bad":
        raise OSError("no route")


@pytest.fixture
def delivered(monkeypatch):
    """Payloads that the handler of topic ``test`` was called with."""
    calls = []
    monkeypatch.setitem(outbox._handlers, "test", calls.append)
    return calls


@contextmanager
def working(schedule=None):
    """A worker in a thread of the test, stopped at the end."""
    running = Worker(schedule or {})
    ended = []
    thread = threading.Thread(target=lambda: ended.append(running.run()))
    thread.start()
    try:
        yield running
    finally:
        running.stopping.set()
        thread.join(20)
    assert ended == [True]


def until(condition, seconds):
    """Wait for ``condition``; return how long it took."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "waited in vain"
        time.sleep(0.01)
    return time.monotonic() - begun


@pytest.mark.django_db(transaction=True)
def test_a_commit_wakes_the_worker_long_before_the_sweep(delivered, monkeypatch):
    monkeypatch.setattr(worker, "SWEEP_SECONDS", 600.0)
    with working():
        time.sleep(1.0)
        outbox_put(topic="test", key="a", payload={"n": 1})

        assert until(lambda: delivered, 5) < 2
    assert OutboxMessage.objects.get().state == "done"


@pytest.mark.django_db(transaction=True)
def test_the_sweep_delivers_what_no_nudge_announced(delivered, monkeypatch):
    monkeypatch.setattr(worker, "SWEEP_SECONDS", 0.2)
    monkeypatch.setattr(outbox, "_wake", lambda queue: None)
    with working():
        time.sleep(0.5)
        outbox_put(topic="test", key="a", payload={"n": 1})

        until(lambda: delivered, 5)


@pytest.mark.django_db(transaction=True)
def test_two_writers_and_a_worker_lose_and_double_nothing(delivered):
    def write(writer):
        for n in range(EACH):
            with transaction.atomic():
                outbox_put(topic="test", key=f"{writer}-{n}", payload={"n": [writer, n]})
        connection.close()

    writers = [threading.Thread(target=write, args=(w,)) for w in range(2)]
    with working():
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        until(lambda: len(delivered) >= 2 * EACH, 120)
        time.sleep(0.5)

    assert sorted(call["n"] for call in delivered) == [
        [w, n] for w in range(2) for n in range(EACH)
    ]
    assert not OutboxMessage.objects.exclude(state="done").exists()


@pytest.mark.django_db(transaction=True)
def test_the_clock_goes_on_after_a_failing_task(monkeypatch):
    monkeypatch.setattr(worker, "PAUSE_AFTER_ERROR", 0.05)
    ticks.clear()
    entries = {
        word: {"task": "tests.tick", "schedule": 0.2, "args": (word,)} for word in ("bad", "good")
    }
    with working(entries):
        until(lambda: ticks.count("bad") >= 2 and ticks.count("good") >= 2, 20)


@pytest.mark.django_db(transaction=True)
def test_a_task_of_the_clock_does_not_run_in_two_workers_at_once(monkeypatch):
    ticks.clear()
    with connection.cursor() as cursor:
        key = [worker.LOCK_CLASS, "tests.tick"]
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", key)
        entry = {"task": "tests.tick", "schedule": 0.1, "args": ("good",)}
        with working({"tick": entry}):
            time.sleep(1.0)
            assert ticks == []
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", key)
            until(lambda: ticks, 5)


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_connections_are_cut_hears_again(delivered, monkeypatch):
    monkeypatch.setattr(worker, "PAUSE_AFTER_ERROR", 0.2)
    monkeypatch.setattr(worker, "SWEEP_SECONDS", 600.0)
    with working():
        time.sleep(1.0)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        time.sleep(1.5)
        outbox_put(topic="test", key="a", payload={"n": 1})

        until(lambda: delivered, 5)


@pytest.mark.django_db(transaction=True)
def test_slow_work_keeps_nothing_quick_waiting(delivered, monkeypatch):
    begun, end = threading.Semaphore(0), threading.Event()

    def import_(payload):
        begun.release()
        end.wait(60)

    monkeypatch.setitem(outbox._handlers, "slow", import_)
    monkeypatch.setitem(outbox._queues, "slow", SLOW)
    with working():
        for n in range(3):
            outbox_put(topic="slow", key=f"slow-{n}", payload={})
        try:
            assert all(begun.acquire(timeout=20) for _both in range(2))
            outbox_put(topic="test", key="quick", payload={"n": 1})

            until(lambda: delivered, 10)
        finally:
            end.set()
