"""Shipments that leave in parts: what has left of each line, the rest, its stock and its credit."""

from decimal import Decimal

import pytest
from django_scopes import scopes_disabled

from b2b_apps.contracts.invariants import INVARIANTS as CREDIT
from b2b_apps.contracts.models import CreditAccount, CreditHold
from b2b_apps.core.models import OutboxMessage
from b2b_apps.fulfilment.models import ShippedPart
from b2b_apps.fulfilment.partly import Waybill, shipment_ship_part
from b2b_apps.fulfilment.services import shipment_ship, shipments_cancel
from b2b_apps.inventory.invariants import INVARIANTS as STOCK
from b2b_apps.inventory.models import StockHold
from tests.purchasing.test_split import filled, place, stock

D = Decimal


@pytest.fixture(autouse=True)
def _all_companies():
    with scopes_disabled():
        yield


@pytest.fixture
def placed(world):
    """An order on credit of 36 breakers and 100 m of cable, of one shipment."""
    stock(world, "breaker", rostov=500)
    stock(world, "cable", rostov=500)
    contract = world.contracts["own"]
    contract.payment_kind = "deferral"
    contract.save()
    account = CreditAccount.objects.filter(contract=contract).first()
    if account is None:
        CreditAccount.objects.create(contract=contract, limit=D(1_000_000))
    context, basket, sheet = filled(world, breaker=36, cable=100)
    return place(context, basket, sheet)


def part(order, number, **quantities):
    """A waybill that took so many of lines by place."""
    [shipment] = order.shipments.all()
    lines = list(order.lines.order_by("position"))
    named = dict(zip(("breaker", "cable"), lines, strict=True))
    return shipment_ship_part(
        shipment_id=shipment.pk,
        waybill=Waybill(number),
        quantities={named[name].pk: D(quantity) for name, quantity in quantities.items()},
    )


def state(order):
    order.refresh_from_db()
    [shipment] = order.shipments.all()
    shipped = [int(line.quantity_shipped) for line in order.lines.order_by("position")]
    return order.status, shipment.status, shipped


def books(order):
    hold = CreditHold.objects.get(order=order)
    return hold.taken, hold.shipped


def mails():
    rows = OutboxMessage.objects.filter(topic="mail").values_list("payload", flat=True)
    return [row["body"] for row in rows if row["key"].startswith("shipped_part")]


def all_is_well():
    return [text for check in (*STOCK, *CREDIT) for text in check()] == []


def test_what_has_left_is_kept_by_line_and_the_rest_stays(placed):
    total = placed.total_incl_tax

    assert part(placed, "РТ-1", breaker=24)

    assert state(placed) == ("shipping", "partly", [24, 0])
    breaker = placed.lines.get(position=1)
    gone = (breaker.line_price_incl_tax * 24 / 36).quantize(D("0.01"))
    assert books(placed) == (total, gone)
    assert StockHold.objects.filter(released_at=None).count() == 2
    [mail] = mails()
    assert "24" in mail
    assert "36" in mail
    assert all_is_well()


def test_a_waybill_told_again_changes_nothing(placed):
    part(placed, "РТ-1", breaker=24)

    assert part(placed, "РТ-1", breaker=24) is False

    assert state(placed) == ("shipping", "partly", [24, 0])
    assert len(mails()) == 1


def test_a_waybill_that_is_corrected_takes_the_place_of_what_it_said(placed):
    part(placed, "РТ-1", breaker=24)
    gone = books(placed)[1]

    assert part(placed, "РТ-1", breaker=12)

    assert state(placed)[2] == [12, 0]
    assert books(placed)[1] == (gone / 2).quantize(D("0.01"))
    assert ShippedPart.objects.count() == 1
    assert all_is_well()


def test_when_all_has_left_in_parts_the_order_is_done_and_owed_to_the_kopeck(placed):
    part(placed, "РТ-1", breaker=24)
    part(placed, "РТ-2", breaker=11, cable=33)

    assert part(placed, "РТ-3", breaker=1, cable=67)

    assert state(placed) == ("completed", "shipped", [36, 100])
    assert books(placed) == (placed.total_incl_tax, placed.total_incl_tax)
    assert len(mails()) == 2
    assert all_is_well()


@pytest.mark.parametrize("how", ["shipped", "cancelled"])
def test_the_rest_that_1c_closes_does_not_come_and_its_credit_is_let_go(placed, how):
    part(placed, "РТ-1", breaker=24)
    gone = books(placed)[1]
    [shipment] = placed.shipments.all()

    if how == "shipped":
        assert shipment_ship(shipment_id=shipment.pk)
    else:
        assert shipments_cancel(shipment_ids=[shipment.pk])

    assert state(placed) == ("completed", "shipped", [24, 0])
    assert books(placed) == (gone, gone)
    # What has left stays held until 1C's stock leaves it out.
    [hold] = StockHold.objects.filter(released_at=None)
    assert hold.order_line.position == 1
    assert hold.mirrored_at is not None
    assert all_is_well()


def test_another_waybill_that_names_no_lines_takes_all_the_rest(placed):
    part(placed, "РТ-1", breaker=24)
    [shipment] = placed.shipments.all()

    assert shipment_ship(shipment_id=shipment.pk, waybill_number_1c="РТ-1") is False
    assert shipment_ship(shipment_id=shipment.pk, waybill_number_1c="РТ-2")

    assert state(placed) == ("completed", "shipped", [36, 100])
    assert books(placed) == (placed.total_incl_tax, placed.total_incl_tax)
    assert all_is_well()


def test_what_has_really_left_of_a_shipment_that_was_told_whole(placed):
    [shipment] = placed.shipments.all()
    shipment_ship(shipment_id=shipment.pk)

    assert part(placed, "РТ-1", breaker=24, cable=100)

    assert state(placed) == ("completed", "shipped", [24, 100])
    assert all_is_well()
