"""A session ends when 1C is done; polls that brought nothing are told apart, and swept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from b2b_apps.sync1c.exchange.sessions import polls_purge
from b2b_apps.sync1c.models import ExchangeSession
from b2b_apps.sync1c.tasks import tidy, watchdog
from tests.sync1c.files import file_of, good, goods
from tests.sync1c.orders import place

State = ExchangeSession.State


def poll(client, *, with_success: bool = True) -> ExchangeSession:
    """As the standard client asks for orders: sign in, query, acknowledge."""
    client.begin("sale")
    client.raw("sale", "query")
    if with_success:
        assert client.call("sale", "success") == "success"
    return client.session()


@pytest.mark.parametrize("with_success", [True, False])
def test_a_poll_that_finds_nothing_ends_at_once(client_1c_a, with_success):
    session = poll(client_1c_a, with_success=with_success)

    assert (session.state, session.is_idle, session.sent) == (State.DONE, True, 0)
    assert session.finished_at is not None


def test_orders_end_a_session_with_their_acknowledgement(client_1c_a, world):
    place(world, "26-000123", [("cable", "rostov", "2")])

    given = poll(client_1c_a, with_success=False)
    client_1c_a.call("sale", "success")
    taken = client_1c_a.session()

    assert (given.state, given.is_idle) == (State.OPEN, False)
    assert (taken.state, taken.is_idle, taken.sent) == (State.DONE, False, 1)


def test_orders_that_nobody_acknowledged_are_no_empty_poll(client_1c_a, world):
    place(world, "26-000123", [("cable", "rostov", "2")])
    session = poll(client_1c_a, with_success=False)
    fall_silent(session)

    watchdog()

    session.refresh_from_db()
    assert (session.state, session.is_idle, session.sent) == (State.DONE, False, 0)


def fall_silent(session: ExchangeSession, **ago: int) -> None:
    then = timezone.now() - timedelta(**(ago or {"minutes": 6}))
    ExchangeSession.objects.filter(pk=session.pk).update(last_seen_at=then)


def test_a_file_after_an_empty_query_opens_the_session_again(client_1c_a):
    poll(client_1c_a)

    client_1c_a.call("sale", "file", b"<half", filename="orders-1.xml")

    session = client_1c_a.session()
    assert (session.state, session.is_idle, session.finished_at) == (State.OPEN, False, None)


def test_an_order_after_an_empty_query_is_no_empty_poll(client_1c_a, world):
    poll(client_1c_a)
    place(world, "26-000123", [("cable", "rostov", "2")])

    client_1c_a.raw("sale", "query")
    client_1c_a.call("sale", "success")

    assert (client_1c_a.session().is_idle, client_1c_a.session().sent) == (False, 1)


def test_a_session_that_only_began_is_closed_by_the_worker(client_1c_a):
    client_1c_a.begin()
    begun = client_1c_a.session()
    watchdog()
    begun.refresh_from_db()
    assert begun.state == State.OPEN
    fall_silent(begun)

    watchdog()

    begun.refresh_from_db()
    assert (begun.state, begun.is_idle) == (State.DONE, True)


def test_an_exchange_of_goods_is_no_empty_poll(client_1c_a):
    client_1c_a.send("import.xml", file_of(goods(good(1))))
    client_1c_a.call("catalog", "complete")

    assert (client_1c_a.session().state, client_1c_a.session().is_idle) == (State.DONE, False)


def test_polls_of_yesterday_are_swept_but_the_last_of_a_connection(client_1c_a, connection):
    worked = poll(client_1c_a)
    ExchangeSession.objects.filter(pk=worked.pk).update(is_idle=False)
    polls = [poll(client_1c_a) for _n in range(3)]
    for session in [worked, *polls]:
        fall_silent(session, hours=25)

    tidy()

    left = ExchangeSession.objects.order_by("pk").values_list("pk", flat=True)
    assert list(left) == [worked.pk, polls[-1].pk]


def test_polls_of_today_stay(client_1c_a, django_assert_num_queries):
    for _n in range(3):
        poll(client_1c_a)

    with django_assert_num_queries(1):
        assert polls_purge(before=timezone.now() - timedelta(days=1)) == 0

    assert ExchangeSession.objects.count() == 3
