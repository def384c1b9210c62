"""Asking 1C: what goes over the wire, what is believed, what is refused, and how soon."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from b2b_apps.core.sealing import SealBrokenError, sealed, unsealed
from b2b_apps.sync1c.live.access import live_access_set
from b2b_apps.sync1c.live.breaker import MOST_FAILURES
from b2b_apps.sync1c.live.client import connection_check, prices_ask
from b2b_apps.sync1c.live.errors import LiveError
from b2b_apps.sync1c.live.wire import AnsweredLine, AskedLine, answer
from b2b_apps.sync1c.simulator.live import MODES
from tests.live.conftest import PASSWORD

D = Decimal
LINES = [AskedLine("g-lamp", D("12.000")), AskedLine("g-cable#red", D("2.5"))]
BELIEVED = {"ok", "bom"}
REFUSED = {
    "slow": "timeout", "drip_head": "timeout", "drip_body": "timeout", "hang_up": "unreachable",
    "error": "status", "busy": "status", "not_found": "no_service", "bad_request": "answer",
    "redirect": "redirect", "huge": "too_large", "gzip": "encoded",
}  # fmt: skip
# Our own mistakes, and answers of a base that is alive, open no breaker.
ALIVE = {"not_found", "bad_request"}


def ask(connection, lines=LINES):
    connection.refresh_from_db()
    return prices_ask(connection=connection, contract="c-own", counterparty="p-own", lines=lines)


def test_what_is_asked_and_what_is_answered(base, connection):
    base.say(
        lamp={"price": 62.5, "with_vat": False, "currency": "RUB", "free": "7"},
        cable={"refusal": "no_price"},
    )

    lamp, cable = ask(connection)

    assert lamp == AnsweredLine(D("62.5"), False, "RUB", D(7))
    assert cable == AnsweredLine(refusal="no_price")
    assert base.asked == [
        {
            "version": 1, "contract": "c-own", "counterparty": "p-own",
            "lines": [
                {"line": 1, "product": "g-lamp", "characteristic": "", "quantity": "12"},
                {"line": 2, "product": "g-cable", "characteristic": "red", "quantity": "2.5"},
            ],
        }
    ]  # fmt: skip


@pytest.mark.parametrize("mode", sorted(MODES))
def test_a_base_that_misbehaves(base, connection, mode):
    base.say(lamp="62.50", cable="70")
    base.behave(mode)
    started = time.monotonic()

    if mode in BELIEVED:
        assert [line.price for line in ask(connection)] == [D("62.50"), D(70)]
        return
    with pytest.raises(LiveError) as refused:
        ask(connection)

    assert refused.value.code == REFUSED.get(mode, "answer")
    assert time.monotonic() - started < 3.6
    connection.refresh_from_db()
    is_failure = mode in REFUSED and mode not in ALIVE
    assert connection.live_failures == int(is_failure)


def test_numbers_of_the_answer_are_bounded():
    def line(**values):
        plain = {"line": 1, "with_vat": True, "currency": "RUB", **values}
        return str(plain).replace("'", '"').replace("True", "true").replace("None", "null")

    def read(**values):
        return answer(f'{{"version": 1, "lines": [{line(**values)}]}}'.encode(), num_lines=1)[0]

    assert read(price="9999999999.99").price == D("9999999999.99")
    assert read(price=5, free="-3").free == 0
    for bad in ("10000000000", "1e3", " 5", "５", "0.00000000000000001", "", "+5"):
        with pytest.raises(LiveError):
            read(price=bad)
    with pytest.raises(LiveError):
        read(price="5", free="100000000000")


def test_a_wrong_password_is_said_so_and_stops_nobody(base, connection):
    live_access_set(connection=connection, url=connection.live_url, username="чужой", password="")

    for _try in range(MOST_FAILURES + 1):
        with pytest.raises(LiveError) as refused:
            ask(connection)
        assert refused.value.code == "password"


def test_only_encrypted_or_to_this_machine(connection):
    live_access_set(connection=connection, url="http://192.0.2.1/trade", username="x", password="y")

    with pytest.raises(LiveError) as refused:
        ask(connection)

    assert refused.value.code == "insecure"


def test_a_check_asks_about_nothing(base, connection):
    connection_check(connection)

    assert base.asked == [{"version": 1, "contract": "", "counterparty": "", "lines": []}]


def test_after_failures_in_a_row_the_base_is_left_alone_for_a_minute(base, connection):
    base.behave("error")
    for _try in range(MOST_FAILURES):
        with pytest.raises(LiveError) as refused:
            ask(connection)
        assert refused.value.code == "status"
    num_asked = len(base.asked)

    with pytest.raises(LiveError) as refused:
        ask(connection)

    assert refused.value.code == "resting"
    assert len(base.asked) == num_asked == MOST_FAILURES
    rest = connection.live_rests_until - timezone.now()
    assert timedelta(seconds=50) < rest <= timedelta(seconds=60)


def test_after_the_rest_one_question_tries_and_an_answer_closes_the_breaker(base, connection):
    past = timezone.now() - timedelta(seconds=1)
    rows = type(connection).objects.filter(pk=connection.pk)
    rows.update(live_failures=MOST_FAILURES, live_rests_until=past)
    connection.refresh_from_db()
    second = type(connection).objects.get(pk=connection.pk)

    base.say(lamp="62.50", cable="70")
    prices_ask(connection=connection, contract="c-own", counterparty="p-own", lines=LINES)
    connection.refresh_from_db()
    assert (connection.live_failures, connection.live_rests_until) == (0, None)

    # One that read the row before is not let through beside the first.
    with pytest.raises(LiveError) as refused:
        prices_ask(connection=second, contract="c-own", counterparty="p-own", lines=LINES)
    assert refused.value.code == "resting"


def test_a_failed_try_begins_another_rest(base, connection):
    past = timezone.now() - timedelta(seconds=1)
    type(connection).objects.filter(pk=connection.pk).update(
        live_failures=MOST_FAILURES, live_rests_until=past
    )
    base.behave("error")

    with pytest.raises(LiveError):
        ask(connection)
    connection.refresh_from_db()

    assert connection.live_rests_until > timezone.now() + timedelta(seconds=50)


def test_the_password_is_sealed_and_another_key_does_not_open_it(connection, settings):
    assert PASSWORD not in connection.live_password
    assert unsealed(connection.live_password) == PASSWORD
    assert sealed(PASSWORD) != connection.live_password
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert unsealed(connection.live_password) == PASSWORD
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SealBrokenError):
        unsealed(connection.live_password)
    with pytest.raises(LiveError) as refused:
        ask(connection)
    assert refused.value.code == "seal"
