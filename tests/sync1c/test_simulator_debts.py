"""Debts of the simulated 1C: they move as it ships and is paid, and are told when they moved."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from lxml import etree

from b2b_apps.sync1c.commerceml.reader import read
from b2b_apps.sync1c.commerceml.records import CounterpartyRecord
from b2b_apps.sync1c.commerceml.writer import write_orders
from b2b_apps.sync1c.simulator.base import Infobase
from b2b_apps.sync1c.simulator.debts import debts_file, moved, with_debts
from b2b_apps.sync1c.simulator.life import advance
from tests.sync1c.infobase import PARTIES, infobase_folder, order_of

NOW = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
SETTLED = (
    "<Взаиморасчеты><Долг>1000.50</Долг><Просрочено>10.00</Просрочено>"
    "<ДнейПросрочки>3</ДнейПросрочки></Взаиморасчеты></Договор>"
)


@pytest.fixture
def base(tmp_path):
    folder = infobase_folder(tmp_path)
    path = folder / "catalogue" / "30_parties.xml"
    path.write_text(PARTIES.replace("</Договор>", SETTLED))
    return Infobase(folder)


def take(base, *orders):
    base.take(write_orders(orders), client="a")


def step(base, times=1):
    for _time in range(times):
        for order in advance(base, NOW):
            order.is_told = True


def told(body, tmp_path):
    """Debts of a file by contract, as the portal's own reader reads them."""
    if body is None:
        return None
    path = tmp_path / "debts.xml"
    path.write_bytes(body)
    parties = [r for r in read(path) if isinstance(r, CounterpartyRecord)]
    return {c.external_id: c.debt for party in parties for c in party.contracts}


def test_a_debt_grows_with_shipments_and_falls_with_payments(base):
    take(base, order_of())
    step(base, 2)
    assert moved(base) == {}

    step(base)
    assert moved(base) == {"contract-1": 120}
    step(base)

    assert moved(base) == {}


def test_debts_are_told_when_they_moved_and_once_a_day(base, tmp_path):
    assert told(debts_file(base, NOW), tmp_path)["contract-1"].debt == "1000.50"
    assert debts_file(base, NOW) is None
    take(base, order_of())
    step(base, 3)

    found = told(debts_file(base, NOW), tmp_path)["contract-1"]

    assert (found.debt, found.overdue, found.at) == ("1120.50", "10.00", "2026-03-03T09:30:00")
    assert debts_file(base, NOW) is None
    assert debts_file(base, NOW + timedelta(days=1)) is not None


def test_a_counterparty_is_told_whole(base, tmp_path):
    path = tmp_path / "debts.xml"
    path.write_bytes(debts_file(base, NOW))

    (party,) = [r for r in read(path) if isinstance(r, CounterpartyRecord)]

    assert (party.name, party.inn) == ("Ромашка", "7700000000")
    assert party.contracts[0].number == "142/24"


def test_the_whole_catalogue_has_the_debts_of_the_moment(base, tmp_path):
    take(base, order_of())
    step(base, 3)

    body = with_debts(base, base.folder / "catalogue" / "30_parties.xml", NOW)

    assert told(body, tmp_path)["contract-1"].debt == "1120.50"
    plain = base.folder / "catalogue" / "10_import0_1.xml"
    assert with_debts(base, plain, NOW) == plain.read_bytes()


def test_an_order_that_must_not_leave_waits_for_the_site(base):
    held = order_of()
    held = replace(held, requisites=(*held.requisites, ("Отгрузка запрещена", "true")))
    take(base, held)
    step(base, 5)
    (order,) = base.orders.values()
    assert order.step == 2

    free = replace(held, requisites=(*held.requisites[:-1], ("Отгрузка запрещена", "false")))
    take(base, free)
    step(base)

    assert order.step == 3
    assert moved(base) == {"contract-1": Decimal("120.00")}


def test_an_order_whose_goods_are_on_their_way_stays_confirmed_until_they_come(base):
    later = (NOW + timedelta(days=9)).date().isoformat()
    waits = order_of()
    waits = replace(waits, requisites=(*waits.requisites, ("Ожидает поступления", later)))
    take(base, waits)

    step(base, 5)

    (order,) = base.orders.values()
    assert (order.step, order.waits_on(NOW + timedelta(days=9))) == (1, False)


@pytest.mark.parametrize(("days", "done"), [(0, 4), (14, 4), (15, 1)])
def test_what_is_to_leave_later_than_in_two_weeks_stays_reserved(base, days, done):
    wished = (NOW + timedelta(days=days)).date().isoformat()
    order = order_of()
    take(base, replace(order, requisites=(*order.requisites, ("Дата отгрузки", wished))))

    step(base, 5)

    (taken,) = base.orders.values()
    assert taken.step == done
    assert not taken.waits_on(NOW + timedelta(days=days))


def test_the_journal_remembers_what_was_told(base):
    debts_file(base, NOW)
    base.save()

    assert debts_file(Infobase(base.folder), NOW) is None


def test_debts_are_xml_that_1c_writes(base):
    root = etree.fromstring(debts_file(base, NOW))

    assert root.find("Контрагенты").get("СодержитТолькоИзменения") == "true"
