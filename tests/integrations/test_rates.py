"""Rates of the bank: what is taken over, what is refused, what is caught up."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.core.management import CommandError, call_command

from b2b_apps.core import outbound
from b2b_apps.core.outbound import OutboundError, outbound_get
from b2b_apps.core.outbox import outbox_deliver
from b2b_apps.integrations.cbr.services import rates_catch_up, rates_due, rates_request
from b2b_apps.integrations.cbr.stub import MODES
from b2b_apps.integrations.models import RateLoad
from b2b_apps.pricing.models import CurrencyRate
from b2b_apps.pricing.rates import bank_rates_store, rate_set, rate_unset

# A Wednesday, at noon in Moscow.
NOON = datetime(2026, 11, 25, 9, tzinfo=UTC)
DAY = date(2026, 11, 25)
BAD = {
    "error": "status",
    "redirect": "redirect",
    "broken": "broken",
    "html": "root",
    "encoding": "broken",
    "doctype": "doctype",
    "old": "day",
    "future": "day",
    "number": "row",
    "empty": "empty",
    "huge": "too_large",
    "gzip": "encoded",
    "timeout": "timeout",
}


def days():
    return sorted(set(CurrencyRate.objects.values_list("day", flat=True)))


def test_the_rates_of_the_day_are_per_unit(db, bank):
    load = rates_catch_up(now=NOON)

    assert (load.state, load.day, load.num_written) == ("done", DAY, 7)
    rates = dict(CurrencyRate.objects.values_list("currency", "rate"))
    assert Decimal(85) < rates["USD"] < Decimal(95)
    assert Decimal("0.17") < rates["KZT"] < Decimal("0.18")
    assert Decimal("0.0034") < rates["VND"] < Decimal("0.0038")
    assert set(CurrencyRate.objects.values_list("source", flat=True)) == {"bank"}


def test_what_is_there_is_not_asked_for_again(db, bank):
    rates_catch_up(now=NOON)
    asked = bank.behave("ok")

    assert rates_catch_up(now=NOON + timedelta(hours=1)) is None
    assert bank.behave("ok") == asked


def test_in_the_afternoon_the_next_day_is_due():
    assert rates_due(NOON) == DAY
    assert rates_due(datetime(2026, 11, 25, 13, 59, tzinfo=UTC)) == DAY
    assert rates_due(datetime(2026, 11, 25, 14, 0, tzinfo=UTC)) == DAY + timedelta(days=1)
    # Midnight is Moscow's.
    assert rates_due(datetime(2026, 11, 25, 21, 0, tzinfo=UTC)) == DAY + timedelta(days=1)


def test_missed_days_are_caught_up_and_holidays_are_no_gap(db, bank):
    rates_catch_up(now=NOON - timedelta(days=7))

    load = rates_catch_up(now=NOON)

    assert load.day == DAY
    # Wednesday to Saturday, then Tuesday and Wednesday: Sunday and Monday have none.
    assert [day.isoweekday() for day in days()] == [3, 4, 5, 6, 2, 3]


def test_no_more_than_a_month_is_caught_up(db, bank):
    rates_catch_up(now=NOON - timedelta(days=200))

    rates_catch_up(now=NOON)

    assert days()[1] > DAY - timedelta(days=31)


def test_a_holiday_is_answered_by_the_day_before(db, bank):
    sunday = datetime(2026, 11, 29, 9, tzinfo=UTC)

    load = rates_catch_up(now=sunday)

    assert (load.state, load.asked_day, load.day) == (
        "done",
        date(2026, 11, 29),
        date(2026, 11, 28),
    )
    assert rates_catch_up(now=sunday) is None


@pytest.mark.parametrize("mode", sorted(BAD))
def test_a_bad_answer_leaves_the_old_rates_and_says_why(db, bank, mode, monkeypatch):
    monkeypatch.setattr(outbound, "READ_SECONDS", 0.5)
    rates_catch_up(now=NOON - timedelta(days=1))
    before = list(CurrencyRate.objects.values())
    bank.behave(mode)

    load = rates_catch_up(now=NOON)

    assert (load.state, load.problem) == ("failed", BAD[mode])
    assert load.finished_at is not None
    assert list(CurrencyRate.objects.values()) == before


def test_every_way_to_misbehave_is_tried():
    assert BAD.keys() | {"ok", "unknown", "holiday"} == MODES.keys()


def test_after_a_failure_the_next_tick_gets_it_all(db, bank):
    rates_catch_up(now=NOON - timedelta(days=1))
    bank.behave("error")
    rates_catch_up(now=NOON)
    bank.behave("ok")

    load = rates_catch_up(now=NOON)

    assert load.state == "done"
    assert DAY in days()


def test_a_failure_halfway_keeps_what_came_and_leaves_no_gap(db, bank, monkeypatch):
    from b2b_apps.integrations.cbr import services

    rates_catch_up(now=NOON - timedelta(days=4))
    true, asked = services._ask, []

    def ask(day):
        asked.append(day)
        if len(asked) == 2:
            raise OutboundError("timeout")
        return true(day)

    monkeypatch.setattr(services, "_ask", ask)

    assert rates_catch_up(now=NOON).state == "failed"
    assert days()[-1] == DAY
    assert rates_catch_up(now=NOON + timedelta(days=1)).state == "done"
    assert [day.day for day in days()] == [21, 24, 25, 26]


def test_a_currency_that_nobody_knows_is_left_out_and_named(db, bank):
    bank.behave("unknown")

    load = rates_catch_up(now=NOON)

    assert (load.state, load.left_out, load.num_written) == ("done", "QQQ", 7)


def test_nobody_listening_is_a_failure(db, settings):
    settings.CBR_URL = "http://127.0.0.1:1/"

    assert rates_catch_up(now=NOON).problem == "unreachable"


@pytest.mark.parametrize("url", ["http://www.cbr.ru/x", "ftp://127.0.0.1/", "file:///etc/passwd"])
def test_only_https_leaves_the_machine(url):
    with pytest.raises(OutboundError) as refused:
        outbound_get(url)

    assert refused.value.code == "insecure"


def test_the_same_rates_are_not_written_twice(db):
    rates = {"EUR": Decimal("98.4012"), "USD": Decimal("90.1")}

    assert bank_rates_store(day=DAY, rates=rates) == 2
    assert bank_rates_store(day=DAY, rates=rates) == 0
    assert bank_rates_store(day=DAY, rates=rates | {"USD": Decimal(91)}) == 1


def test_a_rate_by_hand_stands_beside_the_banks_and_goes_away(world):
    user = world.people["manager"]
    bank_rates_store(day=DAY, rates={"EUR": Decimal(98)})

    row = rate_set(currency="EUR", day=DAY, rate=Decimal(99), user_id=user.pk)
    again = rate_set(currency="EUR", day=DAY, rate=Decimal(100), user_id=user.pk)

    assert row.pk == again.pk
    assert set(CurrencyRate.objects.values_list("source", "rate")) == {("bank", 98), ("hand", 100)}
    assert not rate_unset(rate_id=CurrencyRate.objects.get(source="bank").pk)
    assert rate_unset(rate_id=row.pk)
    assert CurrencyRate.objects.get().source == "bank"


def test_a_load_that_was_asked_for_is_done_once(db, bank):
    import_module("b2b_apps.integrations.tasks")
    first = rates_request(now=NOON)

    assert rates_request(now=NOON).pk == first.pk
    outbox_deliver()
    outbox_deliver()

    first.refresh_from_db()
    assert (first.state, RateLoad.objects.count()) == ("done", 1)


def test_the_command_says_what_it_did(db, bank, capsys):
    call_command("rates_load")
    call_command("rates_load")
    bank.behave("error")
    RateLoad.objects.all().delete()

    with pytest.raises(CommandError, match="status 500"):
        call_command("rates_load")

    assert "7 written" in capsys.readouterr().out
