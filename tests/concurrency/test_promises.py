"""Races for goods on their way, with real threads; each first shown without its protection."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.invariants import no_more_is_promised_than_comes
from b2b_apps.inventory.models import AwaitedHold, ExpectedReceipt
from b2b_apps.inventory.services import AwaitRequest, HoldRequest, promising, stock_hold
from b2b_apps.sync1c.exchange.sessions import session_folder, session_open
from b2b_apps.sync1c.importing import offers as importing
from b2b_apps.sync1c.importing.runner import file_import
from b2b_apps.sync1c.models import ExchangeFile
from tests.concurrency.test_orders import at_once
from tests.concurrency.test_stock import wait_for_a_waiter
from tests.concurrency.test_stock_import import names
from tests.inventory.stock import held, line_of, order_of, record_of, stock
from tests.sync1c import client_1c
from tests.sync1c.files import file_of, offer, package
from tests.sync1c.files import stock as balances
from tests.sync1c.test_import_receipts import came, expected

pytestmark = pytest.mark.django_db(transaction=True)


def day() -> date:
    return timezone.localdate() + timedelta(days=7)


@pytest.fixture
def lamp(world):
    """None in stock, ten come in a week."""
    with scopes_disabled():
        record = stock(record_of(world), 0)
    ExpectedReceipt.objects.create(
        product=record.product, warehouse=record.partner, day=day(), quantity=10
    )
    return record


def promises(world, record, num, quantity=1):
    """So many buyers, each about to wait for so much."""
    with scopes_disabled():
        lines = [line_of(order_of(world), record, quantity) for _buyer in range(num)]

    def asking(line):
        request = AwaitRequest(record.pk, line.pk, Decimal(quantity), day())

        def ask():
            try:
                stock_hold(requests=[], awaited=[request])
            except StockShortageError:
                return "short"
            return "promised"

        return ask

    return [asking(line) for line in lines]


def num_promised():
    return AwaitedHold.objects.aggregate(sum=Sum("quantity"))["sum"] or 0


def test_twenty_buyers_of_the_last_ten_that_come_get_ten(world, lamp):
    answers = at_once(promises(world, lamp, 20))

    assert sorted(answers) == ["promised"] * 10 + ["short"] * 10
    assert num_promised() == 10
    assert no_more_is_promised_than_comes() == []


def test_without_the_lock_what_comes_is_promised_twice(world, lamp, monkeypatch):
    gate = threading.Barrier(2)
    monkeypatch.setattr(promising, "stock_records_locked", lambda **ids: {})
    monkeypatch.setattr("b2b_apps.inventory.services.taking.stock_records_locked", lambda **ids: {})

    def all_have_taken(ask):
        def work():
            with transaction.atomic():
                answer = ask()
                gate.wait(timeout=10)
            return answer

        return work

    answers = at_once([all_have_taken(ask) for ask in promises(world, lamp, 2, quantity=10)])

    assert answers == ["promised", "promised"]
    assert len(no_more_is_promised_than_comes()) == 1


@pytest.fixture
def base(world, lamp, settings, tmp_path):
    settings.EXCHANGE_ROOT = tmp_path / "exchange"
    names(lamp.product, "product", 1)
    names(lamp.partner, "warehouse", 801)
    return client_1c.connection()


def comes(base, *, coming, on_hand=None):
    """1C sends receipts of the lamp, and its stock if it is said."""

    def send():
        with scopes_disabled():
            session = session_open(connection=base, kind="catalog")
            row = expected(came(801, day().isoformat(), str(coming))) if coming else expected()
            inside = (balances(w801=str(on_hand)) if on_hand is not None else "") + row
            body = file_of(package(offer(1, inside=inside)))
            (session_folder(session.pk) / "rests.xml").write_bytes(body)
            file = ExchangeFile.objects.create(session=session, name="rests.xml")
            file_import(file.pk)
        return "imported"

    return send


def order_meets_cut(world, lamp, base):
    """An order has taken what comes and is not done yet, when 1C cuts the receipt."""
    [ask] = promises(world, lamp, 1, quantity=10)
    taken = threading.Event()

    def ordering():
        with transaction.atomic():
            answer = ask()
            taken.set()
            wait_for_a_waiter_or_an_import()
        return answer

    def cut():
        taken.wait(timeout=10)
        return comes(base, coming=4)()

    answers = at_once([ordering, cut])
    assert answers == ["promised", "imported"]


def wait_for_a_waiter_or_an_import():
    """Till the import waits for us, or has gone by."""
    try:
        wait_for_a_waiter()
    except AssertionError:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(quantity) FROM inventory_expectedreceipt")
            assert cursor.fetchone() == (4,)


def test_a_receipt_that_is_cut_while_it_is_promised_finds_the_promise(world, lamp, base):
    order_meets_cut(world, lamp, base)

    assert AwaitedHold.objects.get().short == 6
    assert no_more_is_promised_than_comes() == []


def test_without_the_lock_of_the_import_nobody_notices_the_cut(world, lamp, base, monkeypatch):
    monkeypatch.setattr(importing, "product_stock_locked", lambda **ids: {})
    monkeypatch.setattr(
        "tests.concurrency.test_promises.wait_for_a_waiter_or_an_import", wait_for_the_import
    )

    order_meets_cut(world, lamp, base)

    assert AwaitedHold.objects.get().short == 0
    assert len(no_more_is_promised_than_comes()) == 1


def wait_for_the_import():
    deadline = timezone.now() + timedelta(seconds=10)
    while timezone.now() < deadline:
        if ExpectedReceipt.objects.get().quantity == 4:
            return
    raise AssertionError("the import has not gone by")


def test_what_arrives_while_others_buy_is_held_for_who_waits(world, lamp, base):
    """Ten wait; ten arrive, while ten others want them from the stock."""
    assert [ask() for ask in promises(world, lamp, 10)] == ["promised"] * 10
    with scopes_disabled():
        lines = [line_of(order_of(world), lamp, 1) for _buyer in range(10)]

    def buying(line):
        def buy():
            try:
                stock_hold(requests=[HoldRequest(lamp.pk, line.pk, Decimal(1))])
            except StockShortageError:
                return "short"
            return "held"

        return buy

    answers = at_once([comes(base, on_hand=10, coming=0), *(buying(line) for line in lines)])

    assert answers == ["imported"] + ["short"] * 10
    assert held(lamp) == 10
    assert set(AwaitedHold.objects.values_list("ending", flat=True)) == {"arrived"}
