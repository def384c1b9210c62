"""Orders with paid delivery after they were placed: emptied, shipped in parts, closed."""

from decimal import Decimal

import pytest
from django_scopes import scopes_disabled

from b2b_apps.contracts.models import CreditHold
from b2b_apps.core.models import ExternalId
from b2b_apps.delivery.models import WindowLoad
from b2b_apps.documents.models import Document
from b2b_apps.documents.order_invoice import invoice_data_of
from b2b_apps.fulfilment.partly import Waybill, shipment_ship_part
from b2b_apps.fulfilment.services import shipment_ship, shipments_cancel
from b2b_apps.fulfilment.splitting import Source
from b2b_apps.purchasing.deliveries import ShipmentWish
from b2b_apps.purchasing.plan import first_day, plan_of
from b2b_apps.purchasing.rearranging import moved
from b2b_apps.sync1c.models import ExchangeConnection
from b2b_apps.sync1c.outgoing_documents import documents_of, orders_by_pk
from tests.amending.orders import broken, change, fresh
from tests.contracts.orders import account_of
from tests.delivery.conftest import ROSTOV
from tests.purchasing.test_split import filled, place

D = Decimal
BREAKER, CABLE = "MVA20-1-016-C", "VVG3X25LS"
# 24 breakers, 100 m of cable, deliveries of each.
GOODS, WIRE, CARRIAGE = D("3179.52"), D("7012.34"), D("650.00")


@pytest.fixture(autouse=True)
def _all_companies():
    with scopes_disabled():
        yield


@pytest.fixture(params=[("deferral", 0), ("stages", 30), ("prepayment", 0)], ids=lambda p: p[0])
def terms(request, world, methods):
    """How the order is paid; deliveries are to be paid for like goods."""
    contract = world.contracts["own"]
    contract.payment_kind, contract.prepaid_percent = request.param
    contract.save()
    account_of(world, limit=D(1_000_000))
    methods.city.free_from = None
    methods.city.save()
    return request.param[0]


def ordered(world, methods, **wish):
    """Breakers from Rostov and cable from Moscow, each driven for 650 ₽."""
    context, basket, sheet = filled(world, breaker=24, cable=100)
    plan = plan_of(sheet)
    cable = next(line for line in sheet.lines if line.article == CABLE)
    to = Source(first_day(), world.warehouses["moscow"].pk)
    plan = plan_of(sheet, choice=moved(plan.choice, plan.shipments[0], [cable.id], to))
    wishes = {s.key: ShipmentWish(method=f"m{methods.own.pk}", **wish) for s in plan.shipments}
    order = place(
        context, basket, sheet, plan,
        consignee_name="Склад 4", delivery_address=ROSTOV, wishes=wishes,
    )  # fmt: skip
    assert order.total_incl_tax == GOODS + WIRE + 2 * CARRIAGE
    return order


@pytest.fixture
def placed(world, methods, terms):
    return ordered(world, methods)


def first(order):
    return order.shipments.order_by("sequence").first()


def part(order, number, quantity):
    shipment = first(order)
    [line] = shipment.lines.all()
    return shipment_ship_part(
        shipment_id=shipment.pk, waybill=Waybill(number), quantities={line.pk: D(quantity)}
    )


def hold_of(order):
    return CreditHold.objects.get(order=order)


def papers(world, order):
    """The sums of the latest invoice and of each document to 1C."""
    data = invoice_data_of(Document.objects.filter(order=order).latest("pk"))
    bridge, _new = ExchangeConnection.objects.get_or_create(name="1С", username="1c")
    for key in ("breaker", "cable"):
        ExternalId.objects.get_or_create(
            source=bridge.source, kind="product", object_id=world.products[key].pk,
            defaults={"external_id": key},
        )  # fmt: skip
    documents = documents_of(orders_by_pk([order.pk])[order.pk], connection=bridge)
    for document in documents:
        vat = sum(x.vat_amount for x in document.lines) if document.vat_included is False else 0
        assert sum(line.amount for line in document.lines) + vat == document.amount
    cancelled = [dict(d.requisites)["Отменен"] for d in documents]
    return data, [d.amount for d in documents], cancelled


@pytest.mark.parametrize("vat_mode", ["included", "on_top"])
def test_an_order_with_an_emptied_shipment_adds_up(world, methods, terms, vat_mode):
    world.contracts["own"].vat_mode = vat_mode
    world.contracts["own"].save()
    order = ordered(world, methods)
    was = order.total_incl_tax

    change(world, order, {CABLE: 0})

    order = fresh(order)
    [left, gone] = order.shipments.order_by("sequence")
    assert (left.status, gone.status) == ("planned", "cancelled")
    assert order.total_incl_tax == was - WIRE - CARRIAGE == GOODS + CARRIAGE
    assert order.total_incl_tax == order.total_excl_tax + order.vat_amount
    assert order.shipping_incl_tax == CARRIAGE
    data, amounts, cancelled = papers(world, order)
    assert data.totals.total_incl_tax == order.total_incl_tax
    assert [line.article for line in data.lines] == [BREAKER, ""]
    assert amounts == [GOODS + CARRIAGE, WIRE + CARRIAGE]
    assert cancelled == ["false", "true"]
    assert broken() == []


def test_the_credit_of_an_order_that_is_changed_again_after_is_that_of_its_sum(
    world, placed, terms
):
    change(world, placed, {CABLE: 0})
    change(world, placed, {BREAKER: 12})

    order = fresh(placed)
    assert order.total_incl_tax == GOODS / 2 + CARRIAGE
    asked = {
        "deferral": order.total_incl_tax,
        "stages": D("1567.83"),
        "prepayment": D(0),
    }[terms]
    assert sum(hold.taken for hold in CreditHold.objects.filter(order=order)) == asked
    assert papers(world, order)[0].totals.total_incl_tax == order.total_incl_tax
    assert broken() == []


def test_the_invoice_of_an_order_of_which_1c_cancelled_a_shipment_has_its_sum(world, placed):
    shipments_cancel(shipment_ids=[placed.shipments.order_by("sequence").last().pk])

    order = fresh(placed)
    data = papers(world, order)[0]
    assert data.totals.total_incl_tax == order.total_incl_tax
    change(world, order, {BREAKER: 12})
    assert papers(world, order)[0].totals.total_incl_tax == GOODS / 2 + CARRIAGE
    assert broken() == []


@pytest.mark.parametrize("terms", [("deferral", 0)], indirect=True, ids=["deferral"])
class TestParts:
    def test_delivery_is_owed_with_the_first_waybill(self, placed):
        part(placed, "РТ-1", 8)

        assert hold_of(placed).shipped == D("1059.84") + CARRIAGE
        assert broken() == []

    def test_all_that_left_in_parts_is_owed_to_the_kopeck(self, placed):
        for number, quantity in (("РТ-1", 7), ("РТ-2", 16), ("РТ-3", 1)):
            part(placed, number, quantity)

        hold = hold_of(placed)
        assert first(placed).status == "shipped"
        assert hold.shipped == GOODS + CARRIAGE
        assert hold.amount == WIRE + CARRIAGE
        assert broken() == []

    def test_a_waybill_that_is_corrected_does_not_charge_delivery_twice(self, placed):
        part(placed, "РТ-1", 8)
        part(placed, "РТ-1", 4)

        assert hold_of(placed).shipped == D("529.92") + CARRIAGE
        part(placed, "РТ-1", 0)
        assert hold_of(placed).shipped == 0
        assert broken() == []

    def test_the_rest_by_another_waybill_is_goods_alone(self, placed):
        part(placed, "РТ-1", 8)
        shipment_ship(shipment_id=first(placed).pk, waybill_number_1c="РТ-2")

        assert hold_of(placed).shipped == GOODS + CARRIAGE
        assert broken() == []

    @pytest.mark.parametrize("close", [shipment_ship, None])
    def test_a_shipment_that_is_closed_keeps_what_its_delivery_cost(self, placed, close):
        part(placed, "РТ-1", 8)
        pk = first(placed).pk
        if close:
            close(shipment_id=pk)
        else:
            shipments_cancel(shipment_ids=[pk])

        hold = hold_of(placed)
        assert hold.shipped == D("1059.84") + CARRIAGE
        assert hold.taken == hold.shipped + WIRE + CARRIAGE
        assert broken() == []

    def test_one_that_is_cancelled_whole_lets_its_delivery_go(self, placed):
        shipments_cancel(shipment_ids=[first(placed).pk])

        assert hold_of(placed).amount == WIRE + CARRIAGE
        assert broken() == []


@pytest.mark.parametrize("terms", [("stages", 30)], indirect=True, ids=["stages"])
def test_stages_in_parts_are_owed_to_the_kopeck(placed):
    whole = hold_of(placed).taken
    for number, quantity in (("РТ-1", 7), ("РТ-2", 16), ("РТ-3", 1)):
        part(placed, number, quantity)
        assert broken() == []
    shipment_ship(shipment_id=placed.shipments.order_by("sequence").last().pk)

    hold = hold_of(placed)
    assert (hold.shipped, hold.amount) == (whole, 0)
    assert broken() == []


@pytest.mark.parametrize("terms", [("deferral", 0)], indirect=True, ids=["deferral"])
def test_hours_of_a_shipment_that_has_left_in_part_stay_taken(world, methods, terms):
    window = methods.window(5)
    order = ordered(world, methods, window=window.pk)
    part(order, "РТ-1", 8)

    shipments_cancel(shipment_ids=list(order.shipments.values_list("pk", flat=True)))

    assert WindowLoad.objects.get().taken == 1
