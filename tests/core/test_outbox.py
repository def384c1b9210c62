"""Nothing that must leave is lost or done twice."""

import threading
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from b2b_apps.core import outbox
from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_deliver, outbox_put
from b2b_apps.core.tasks import outbox_relay, tidy


@pytest.fixture
def delivered(monkeypatch):
    """Payloads that the handler of topic ``test`` was called with."""
    calls = []
    monkeypatch.setitem(outbox._handlers, "test", calls.append)
    return calls


def test_a_message_of_a_rolled_back_transaction_never_leaves(db, delivered):
    with transaction.atomic():
        outbox_put(topic="test", key="a", payload={"n": 1})
        transaction.set_rollback(True)

    assert outbox_deliver() == 0
    assert delivered == []


def test_the_same_key_twice_is_one_effect(db, delivered):
    outbox_put(topic="test", key="a", payload={"n": 1})
    outbox_put(topic="test", key="a", payload={"n": 2})

    outbox_deliver()
    outbox_deliver()

    assert delivered == [{"n": 1}]


def test_a_failure_is_tried_again_later_and_set_aside_in_the_end(db, monkeypatch):
    def fail(payload):
        raise OSError("no route")

    monkeypatch.setitem(outbox._handlers, "test", fail)
    outbox_put(topic="test", key="a", payload={})

    outbox_deliver()
    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts) == ("waiting", 1)
    assert message.available_at > timezone.now()
    assert "no route" in message.last_error

    for _attempt in range(outbox.MAX_ATTEMPTS):
        OutboxMessage.objects.update(available_at=timezone.now())
        outbox_deliver()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("parked", outbox.MAX_ATTEMPTS)


def test_a_message_whose_worker_died_is_delivered_after_its_lease(db, delivered):
    outbox_put(topic="test", key="a", payload={"n": 1})
    OutboxMessage.objects.update(lease_until=timezone.now() + timedelta(minutes=5))

    assert outbox_deliver() == 0
    OutboxMessage.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert outbox_deliver() == 1
    assert delivered == [{"n": 1}]


@pytest.mark.parametrize(
    ("topic", "minutes"), [("invoice_make", 2), ("sync1c.import", 30), ("test", 5)]
)
def test_a_message_is_leased_for_as_long_as_its_topic_takes(db, monkeypatch, topic, minutes):
    leases = []
    read = OutboxMessage.objects.values_list("lease_until", flat=True)
    monkeypatch.setitem(outbox._handlers, topic, lambda payload: leases.append(read.get()))
    before = timezone.now()
    outbox_put(topic=topic, key="a", payload={})

    outbox_deliver()

    (until,) = leases
    assert timedelta(0) <= until - before - timedelta(minutes=minutes) < timedelta(seconds=30)


@pytest.mark.parametrize(("queue", "done"), [("quick", ["q"]), ("slow", ["s"]), (None, ["q", "s"])])
def test_a_worker_of_one_queue_leaves_the_other_alone(db, monkeypatch, queue, done):
    delivered = []
    for topic in ("q", "s"):
        monkeypatch.setitem(outbox._handlers, topic, lambda p, t=topic: delivered.append(t))
        outbox_put(topic=topic, key=topic, payload={})
    monkeypatch.setitem(outbox._queues, "s", "slow")

    outbox_deliver(queue=queue)

    assert delivered == done


def test_with_a_broker_the_nudge_goes_into_the_queue_of_its_topic(db, settings, monkeypatch):
    settings.CELERY_BROKER_URL = "redis://localhost/0"
    sent = []
    monkeypatch.setattr(
        outbox_relay,
        "apply_async",
        lambda args, queue, expires: sent.append((args, queue, expires)),
    )

    for topic in ("invoice_make", "sync1c.import"):
        outbox._wake(outbox.queue_of(topic))

    assert sent == [(["quick"], "quick", 60), (["slow"], "slow", 60)]


def test_every_tick_of_the_clock_ends_before_the_next_but_one(settings):
    """Ticks that nobody took up while a broker's workers were away must not pile up."""
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["options"]["expires"] > 0, name
        if isinstance(entry["schedule"], float):
            assert entry["options"]["expires"] <= entry["schedule"], name


def test_what_was_delivered_long_ago_is_deleted_and_nothing_else(db, delivered, monkeypatch):
    monkeypatch.setattr(outbox, "PURGE_BATCH", 2)
    now = timezone.now()
    rows = [
        ("test", "done", timedelta(days=31)),
        ("test", "done", timedelta(days=31)),
        ("test", "done", timedelta(days=31)),
        ("test", "done", timedelta(days=29)),
        ("test", "parked", None),
        ("test", "waiting", None),
        ("pulled", "done", timedelta(days=400)),
    ]
    OutboxMessage.objects.bulk_create(
        OutboxMessage(topic=topic, key=str(n), state=state, done_at=age and now - age)
        for n, (topic, state, age) in enumerate(rows)
    )

    tidy()

    assert sorted(OutboxMessage.objects.values_list("key", flat=True)) == ["3", "4", "5", "6"]


def test_expired_sessions_of_the_site_are_deleted(db):
    for key, days in [("old", -1), ("new", 1)]:
        Session.objects.create(session_key=key, expire_date=timezone.now() + timedelta(days=days))

    tidy()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


def test_a_topic_without_a_handler_waits_for_whoever_pulls_it(db, delivered):
    outbox_put(topic="pulled", key="a", payload={})

    assert outbox_deliver() == 0
    assert OutboxMessage.objects.get().state == "waiting"


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_deliver_each_message_once(delivered):
    for n in range(40):
        outbox_put(topic="test", key=str(n), payload={"n": n})
    barrier = threading.Barrier(4)

    def work():
        barrier.wait()
        try:
            outbox_deliver()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(call["n"] for call in delivered) == list(range(40))


def test_a_transaction_wakes_its_worker_once(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as nudges:
        with transaction.atomic():
            outbox_put(topic="test", key="undone", payload={})
            transaction.set_rollback(True)
        assert not connection.run_on_commit
        outbox_put(topic="test", key="first", payload={})
        outbox_put(topic="test", key="second", payload={})

    assert len(nudges) == 1
