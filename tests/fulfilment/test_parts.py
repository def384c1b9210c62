"""Shipments that leave in parts: what has left of each line, the rest, its stock and its credit."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.invariants import INVARIANTS as CREDIT
from b2b_apps.contracts.models import CreditAccount, CreditHold
from b2b_apps.core.models import OutboxMessage
from b2b_apps.documents.models import Document
from b2b_apps.documents.order_invoice import invoice_data_of
from b2b_apps.finance.models import Payment
from b2b_apps.fulfilment.invariants import INVARIANTS as SUMS
from b2b_apps.fulfilment.models import ShippedPart
from b2b_apps.fulfilment.partly import Waybill, shipment_ship_part
from b2b_apps.fulfilment.services import shipment_ship, shipments_cancel
from b2b_apps.inventory.invariants import INVARIANTS as STOCK
from b2b_apps.inventory.models import StockHold
from tests.amending.orders import actor, change
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


def fresh(order):
    return type(order).objects.get(pk=order.pk)


def invoice_of(order):
    return invoice_data_of(Document.objects.get(order_id=order.pk))


def books(order):
    hold = CreditHold.objects.get(order=order)
    return hold.taken, hold.shipped


def mails():
    rows = OutboxMessage.objects.filter(topic="mail").values_list("payload", flat=True)
    return [row["body"] for row in rows if row["key"].startswith("shipped_part")]


def all_is_well():
    return [text for check in (*STOCK, *CREDIT, *SUMS) for text in check()] == []


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


@pytest.mark.parametrize("vat_mode", ["included", "on_top"])
def test_an_order_comes_to_what_has_left_once_its_rest_is_closed(placed, vat_mode):
    type(placed).objects.filter(pk=placed.pk).update(vat_mode=vat_mode)
    part(placed, "РТ-1", breaker=24)
    assert placed.total_incl_tax == fresh(placed).total_incl_tax
    [shipment] = placed.shipments.all()

    shipments_cancel(shipment_ids=[shipment.pk])

    breaker = placed.lines.get(position=1)
    gone = (breaker.line_price_incl_tax * 24 / 36).quantize(D("0.01"))
    order = fresh(placed)
    assert order.total_incl_tax == gone
    assert order.total_excl_tax + order.vat_amount == gone
    [invoice] = invoice_of(placed).lines
    is_on_top = vat_mode == "on_top"
    assert (invoice.quantity, invoice.amount) == (
        24, order.total_excl_tax if is_on_top else order.total_incl_tax,
    )  # fmt: skip
    assert invoice.vat_amount == order.vat_amount
    assert all_is_well()


def test_a_rest_that_leaves_after_all_is_paid_for_again(placed):
    part(placed, "РТ-1", breaker=24)
    [shipment] = placed.shipments.all()
    shipments_cancel(shipment_ids=[shipment.pk])

    part(placed, "РТ-2", breaker=12, cable=100)

    assert fresh(placed).total_incl_tax == placed.total_incl_tax
    assert len(invoice_of(placed).lines) == 2
    assert all_is_well()


def test_an_order_that_says_another_sum_than_its_lines_is_found(placed):
    type(placed).objects.filter(pk=placed.pk).update(total_incl_tax=1)

    [found] = [text for check in SUMS for text in check()]

    assert found == f"order {placed.number}: says 1.00, comes to {placed.total_incl_tax}"


@pytest.fixture
def two(world):
    """An order of two shipments: 36 breakers from Rostov, 100 m of cable from Moscow."""
    stock(world, "breaker", rostov=500, moscow=0)
    stock(world, "cable", rostov=0, moscow=500)
    context, basket, sheet = filled(world, breaker=36, cable=100)
    return place(context, basket, sheet)


def test_what_1c_cancels_is_not_in_the_sum_nor_in_the_invoice(two):
    first, second = two.shipments.order_by("sequence")
    breaker, cable = two.lines.order_by("position")

    shipments_cancel(shipment_ids=[second.pk])

    order = fresh(two)
    assert order.total_incl_tax == breaker.line_price_incl_tax
    assert order.vat_amount == breaker.vat_amount
    assert [x.article for x in invoice_of(two).lines] == [breaker.article]
    assert all_is_well()

    shipments_cancel(shipment_ids=[first.pk])

    # All of it is cancelled: it says what it would have come to.
    assert fresh(two).total_incl_tax == breaker.line_price_incl_tax + cable.line_price_incl_tax
    assert len(invoice_of(two).lines) == 2
    assert all_is_well()


def test_a_change_of_what_goes_on_leaves_out_the_rest_that_was_closed(world, two):
    first = two.shipments.order_by("sequence")[0]
    breaker, cable = two.lines.order_by("position")
    waybill = Waybill("РТ-1")
    shipment_ship_part(shipment_id=first.pk, waybill=waybill, quantities={breaker.pk: D(24)})
    shipments_cancel(shipment_ids=[first.pk])
    gone = (breaker.line_price_incl_tax * 24 / 36).quantize(D("0.01"))
    assert fresh(two).total_incl_tax == gone + cable.line_price_incl_tax

    change(world, two, {cable.article: 50}, by=actor(world, "manager", "staff"))

    cable.refresh_from_db()
    assert cable.quantity == 50
    assert fresh(two).total_incl_tax == gone + cable.line_price_incl_tax
    invoice = Document.objects.filter(order=two).order_by("pk").last()
    assert sum(x.amount for x in invoice_data_of(invoice).lines) == fresh(two).total_incl_tax
    assert all_is_well()


def test_staff_read_lines_that_come_to_the_orders_sum(world, two, client):
    first, second = two.shipments.order_by("sequence")
    breaker, _cable = two.lines.order_by("position")
    waybill = Waybill("РТ-1")
    shipment_ship_part(shipment_id=first.pk, waybill=waybill, quantities={breaker.pk: D(24)})
    shipments_cancel(shipment_ids=[first.pk, second.pk])
    client.force_login(world.people["manager"])

    page = client.get(reverse("dashboard:order", args=[two.number]))

    owed = [line.owed_incl_tax for line in page.context["card"].lines]
    assert owed == [fresh(two).total_incl_tax, 0]
    assert page.status_code == 200


@pytest.mark.parametrize(("paid", "keeps"), [("1.00", True), ("", False)])
def test_what_is_paid_for_once_the_rest_is_cancelled_is_kept_without_a_term(two, paid, keeps):
    soon = timezone.now() + timedelta(hours=5)
    breaker, _cable = two.lines.order_by("position")
    StockHold.objects.filter(order_line__order=two).update(expires_at=soon)
    paid = D(paid) if paid else breaker.line_price_incl_tax
    Payment.objects.create(order=two, number_1c="ПП-1", amount=paid, date=timezone.localdate())

    shipments_cancel(shipment_ids=[two.shipments.order_by("sequence")[1].pk])

    [hold] = StockHold.objects.filter(released_at=None)
    assert hold.expires_at == (soon if keeps else None)


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
