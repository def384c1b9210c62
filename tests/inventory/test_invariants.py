"""The audit: silent while all is well, plain words and exit 1 when something is not."""

import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.fulfilment.models import Shipment
from b2b_apps.inventory.invariants import INVARIANTS
from b2b_apps.inventory.models import AwaitedHold, ExpectedReceipt, StockHold, StockShortage
from b2b_apps.inventory.services import AwaitRequest, stock_hold, stock_promise
from tests.inventory.stock import by_hand, line_of, order_of, record_of, ship_together, wish


@pytest.fixture(autouse=True)
def _all_companies():
    with scopes_disabled():
        yield


def violations():
    return [text for invariant in INVARIANTS for text in invariant()]


@pytest.fixture
def sold(world):
    """An order that holds five lamps, and its shipment."""
    order, record = order_of(world), record_of(world)
    stock_hold(requests=[wish(order, record, 5)], contract_id=order.contract_id)
    by_hand(world, record, 3)
    return order, record, ship_together(order, record)


def test_all_is_well_after_orders_and_reserves(sold):
    out = StringIO()

    call_command("audit_invariants", stdout=out)

    assert violations() == []
    assert "invariants hold" in out.getvalue()


def test_each_fault_is_told_in_plain_words(world, sold):
    order, record, shipment = sold
    long_ago = timezone.now() - timedelta(days=9)
    type(record).objects.filter(pk=record.pk).update(num_allocated=7)
    Shipment.objects.filter(pk=shipment.pk).update(status="shipped", shipped_at=long_ago)
    StockHold.objects.filter(kind="manual").update(expires_at=long_ago)
    order.lines.update(quantity=6)
    StockShortage.objects.create(stock_record=record, on_hand=1, held=2)
    order.basket = apps.get_model("basket", "Basket").objects.create()
    order.save()
    line_of(order, record_of(world, "cable"), 1)

    found = violations()

    # One of each kind of what is in stock, in the order of the invariants; nothing is awaited.
    assert [len(invariant()) for invariant in INVARIANTS] == [1] * 6 + [0] * 4
    assert [text.split(":")[0].split()[0] for text in found] == [
        "stock", "hold", "hold", "order", "hold", "shortage",
    ]  # fmt: skip
    assert found[0] == f"stock record {record.pk}: held 7.000, its holds 8.000"


@pytest.fixture
def waiting(world):
    """A line that waits for five lamps, which come in a week."""
    order, record = order_of(world), record_of(world)
    line, day = line_of(order, record, 5), timezone.localdate() + timedelta(days=7)
    ExpectedReceipt.objects.create(
        product=record.product, warehouse=record.partner, day=day, quantity=5
    )
    ship_together(order, record)
    stock_promise(requests=[AwaitRequest(record.pk, line.pk, Decimal(5), day)])
    return line


def fewer_come(line):
    ExpectedReceipt.objects.update(quantity=4)


def the_line_is_another(line):
    type(line).objects.filter(pk=line.pk).update(quantity=6)


def the_shipment_is_cancelled(line):
    Shipment.objects.update(status="cancelled")


def the_day_is_over(line):
    long_ago = timezone.localdate() - timedelta(days=9)
    AwaitedHold.objects.update(day=long_ago)
    ExpectedReceipt.objects.update(day=long_ago)


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (fewer_come, "no_more_is_promised_than_comes"),
        (the_line_is_another, "promises_are_of_their_line"),
        (the_shipment_is_cancelled, "ended_shipments_wait_for_nothing"),
        (the_day_is_over, "nothing_is_awaited_long_beyond_its_day"),
    ],
)
def test_a_fault_of_what_is_awaited_is_found_by_its_invariant_alone(waiting, spoil, name):
    assert violations() == []

    spoil(waiting)

    found = {check.__name__: len(check()) for check in INVARIANTS}
    assert {check for check, number in found.items() if number} == {name}


def test_the_command_exits_with_one_and_tells_programs_too(sold):
    _order, record, _shipment = sold
    type(record).objects.filter(pk=record.pk).update(num_allocated=0)
    out = StringIO()

    with pytest.raises(CommandError) as stop:
        call_command("audit_invariants", "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert stop.value.returncode == 1
    assert told["num_violations"] == 1
    assert len(told["checks"]["inventory.held_is_the_sum_of_holds"]) == 1
    assert any(name.startswith("contracts.") for name in told["checks"])
