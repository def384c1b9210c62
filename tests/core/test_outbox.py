"""Nothing that must leave is lost or done twice."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from b2b_apps.core import outbox
from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_deliver, outbox_put


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
