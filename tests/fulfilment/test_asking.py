"""Shipping requests: what may be asked, what becomes of it when goods leave, change or are called
off. How they travel to 1C and back: ``tests/sync1c/test_asked.py``.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.approvals.models import ApprovalRule
from b2b_apps.companies.models import Consignee
from b2b_apps.core.models import OutboxMessage
from b2b_apps.fulfilment.asking import (
    Asked,
    lines_to_ask,
    shipping_ask,
    shipping_withdraw,
)
from b2b_apps.fulfilment.errors import ShippingRefusedError
from b2b_apps.fulfilment.models import ShippingRequest, ShippingRequestLine
from b2b_apps.fulfilment.partly import Waybill, shipment_ship_part
from b2b_apps.fulfilment.services import shipment_confirm, shipment_ship, shipments_cancel
from b2b_apps.notifications.models import Notice
from tests.amending.orders import broken, change, fresh, lines_of
from tests.storefront.orders import place

D = Decimal
BREAKER, CABLE = "MVA20-1-016-C", "VVG3X25LS"


@pytest.fixture(autouse=True)
def _all_companies():
    with scopes_disabled():
        yield


@pytest.fixture
def placed(world):
    """24 breakers and 100 m of cable, confirmed."""
    order = place(world, "buyer", delivery_address="Ростов, Ленина 1")
    shipment_confirm(shipment_id=order.shipments.get().pk)
    return fresh(order)


def wanted(order, days=1, **more):
    """A request for quantities by article."""
    goods = {BREAKER: more.pop("breaker", 0), CABLE: more.pop("cable", 0)}
    lines = lines_of(order)
    return Asked(
        {lines[article].pk: D(much) for article, much in goods.items() if article in lines},
        timezone.localdate() + timedelta(days=days),
        **more,
    )


def asking(world, order, person="buyer", **more):
    return shipping_ask(
        order_id=order.pk, asked=wanted(order, **more), user_id=world.people[person].pk
    )


def refusal(world, order, **more):
    with pytest.raises(ShippingRefusedError) as error:
        asking(world, order, **more)
    return error.value.code


def free(order):
    return {line.article: line.free for line in lines_to_ask(order_id=order.pk)}


def states(order):
    """[(status, {article: (asked, shipped)})]."""
    return [
        (
            row.status,
            {x.order_line.article: (x.quantity, x.quantity_shipped) for x in row.lines.all()},
        )
        for row in ShippingRequest.objects.filter(order=order)
    ]


def leave(order, number, **quantities):
    lines = lines_of(order)
    named = {BREAKER: quantities.get("breaker", 0), CABLE: quantities.get("cable", 0)}
    shipment_ship_part(
        shipment_id=order.shipments.get().pk,
        waybill=Waybill(number),
        quantities={lines[article].pk: D(much) for article, much in named.items() if much},
    )


def outgoing(order):
    keys = OutboxMessage.objects.filter(key__startswith=f"order_to_1c:{order.pk}:asked")
    return sorted(key.rpartition(f"{order.pk}:")[2] for key in keys.values_list("key", flat=True))


def test_several_requests_share_an_order_and_never_ask_for_more_than_is_left(world, placed):
    asking(world, placed, breaker=12, cable=30)
    asking(world, placed, cable=50)

    assert free(placed) == {BREAKER: 12, CABLE: 20}
    assert refusal(world, placed, cable=21) == "too_much"
    asking(world, placed, cable=20)
    assert free(placed) == {BREAKER: 12}
    assert outgoing(placed) == ["asked:1", "asked:2", "asked:3"]
    assert [row.sequence for row in ShippingRequest.objects.all()] == [1, 2, 3]


def test_what_cannot_be_asked_is_refused_and_nothing_is_kept(world, placed):
    stranger = Consignee.objects.create(
        counterparty=world.companies["stranger"], name="Чужой", address="Таганрог"
    )

    assert refusal(world, placed) == "nothing"
    assert refusal(world, placed, cable=1, days=-1) == "past"
    assert refusal(world, placed, cable=1, consignee_id=stranger.pk) == "consignee"
    placed.shipments.update(ready_on=timezone.localdate() + timedelta(days=5))
    assert refusal(world, placed, cable=1, days=4) == "not_here"
    type(placed).objects.update(credit_state="held")
    assert refusal(world, placed, cable=1) == "stopped"
    type(placed).objects.update(credit_state="")
    placed.shipments.update(status="planned")
    assert refusal(world, placed, cable=1) == "too_much"
    assert not ShippingRequest.objects.exists()
    assert fresh(placed).num_shipping_requests == 0
    assert outgoing(placed) == []


def test_lines_of_another_order_are_not_asked(world, placed):
    other = place(world, "head")
    shipment_confirm(shipment_id=other.shipments.get().pk)
    foreign = Asked({lines_of(other)[CABLE].pk: D(1)}, timezone.localdate())

    with pytest.raises(ShippingRefusedError) as error:
        shipping_ask(order_id=placed.pk, asked=foreign, user_id=world.people["buyer"].pk)

    assert error.value.code == "too_much"


def test_what_leaves_meets_the_request_that_was_made_first(world, placed):
    leave(placed, "РТ-1", cable=10)
    asking(world, placed, cable=40)
    asking(world, placed, cable=30)

    leave(placed, "РТ-2", cable=50)

    assert states(placed) == [("shipped", {CABLE: (40, 40)}), ("asked", {CABLE: (30, 10)})]
    assert free(placed)[CABLE] == 20
    leave(placed, "РТ-2", cable=20)
    assert states(placed) == [("accepted", {CABLE: (40, 20)}), ("asked", {CABLE: (30, 0)})]
    shipment_ship(shipment_id=placed.shipments.get().pk, waybill_number_1c="РТ-3")
    assert states(placed) == [("shipped", {CABLE: (40, 40)}), ("shipped", {CABLE: (30, 30)})]


def test_a_change_of_the_order_leaves_no_more_asked_than_there_is(world, placed):
    asking(world, placed, cable=60)
    asking(world, placed, cable=40, breaker=12)

    change(world, placed, {CABLE: 70})

    assert states(placed) == [
        ("asked", {CABLE: (60, 0)}),
        ("asked", {BREAKER: (12, 0), CABLE: (10, 0)}),
    ]
    change(world, placed, {CABLE: 0})
    assert states(placed) == [("withdrawn", {}), ("asked", {BREAKER: (12, 0)})]
    assert broken() == []


def test_a_cancelled_shipment_takes_its_requests_along(world, placed):
    asking(world, placed, cable=60)
    leave(placed, "РТ-1", cable=20)

    shipments_cancel(shipment_ids=[placed.shipments.get().pk])

    assert states(placed) == [("shipped", {CABLE: (20, 20)})]
    assert free(placed) == {}


def test_a_request_that_is_taken_back_frees_what_it_asked(world, placed):
    asking(world, placed, cable=100)
    leave(placed, "РТ-1", cable=30)

    assert shipping_withdraw(order_id=placed.pk, sequence=1) is True

    assert shipping_withdraw(order_id=placed.pk, sequence=1) is False
    assert states(placed) == [("withdrawn", {CABLE: (100, 30)})]
    assert free(placed)[CABLE] == 70
    asking(world, placed, cable=70)
    leave(placed, "РТ-2", cable=20)
    assert states(placed)[0][1][CABLE] == (100, 30)
    assert states(placed)[1][1][CABLE] == (70, 20)
    assert outgoing(placed) == ["asked:1", "asked:1:withdrawn", "asked:2"]


def test_a_new_address_is_not_reached_past_a_rule_of_the_company(world, placed):
    there = Consignee.objects.create(
        counterparty=world.companies["own"], name="Склад в Азове", address="Азов, Дружбы 13"
    )
    ApprovalRule.objects.create(
        counterparty=world.companies["own"], name="Новый объект", is_new_consignee=True
    )

    assert refusal(world, placed, cable=1, consignee_id=there.pk) == "address"

    asking(world, placed, cable=1)
    ApprovalRule.objects.all().delete()
    assert asking(world, placed, cable=1, consignee_id=there.pk).consignee_address == there.address


def test_the_buyer_and_the_manager_ask_on_pages(client, world, placed):
    line = lines_of(placed)[CABLE]
    page = reverse("storefront:order_shipping", args=[placed.number])
    day = f"{timezone.localdate() + timedelta(days=1):%d.%m.%Y}"
    client.force_login(world.people["buyer"])

    bad = client.post(page, {"act": "ask", "day": day, f"q-{line.pk}": "101"})
    assert bad.status_code == 422
    assert 'value="101"' in bad.content.decode()
    made = client.post(page, {"act": "ask", "day": day, f"q-{line.pk}": "60"}, follow=True)

    assert "Заявки на отгрузку" in made.content.decode()
    assert states(placed) == [("asked", {CABLE: (60, 0)})]
    late = client.post(page, {"act": "ask", "day": day, f"q-{line.pk}": "41"})
    assert late.status_code == 422
    client.force_login(world.people["stranger"])
    assert client.get(page).status_code == 404
    assert client.post(page, {"act": "withdraw", "sequence": "1"}).status_code == 404
    client.force_login(world.people["manager"])
    desk = reverse("dashboard:order-shipping", args=[placed.number])
    shown = client.post(desk, {"act": "ask", "day": day, f"q-{line.pk}": "40"}, follow=True)
    assert shown.status_code == 200
    assert ShippingRequest.objects.get(sequence=2).is_by_staff
    assert Notice.objects.filter(order=placed, kind="asked_for").count() == 1
    client.post(desk, {"act": "withdraw", "sequence": "1"})
    assert [state for state, _goods in states(placed)] == ["withdrawn", "asked"]
    trace = client.get(reverse("dashboard:order-trace", args=[placed.number])).content.decode()
    assert "№ 1" in trace
    board = client.get(reverse("dashboard:orders") + "?view=asked").content.decode()
    assert placed.number in board


@pytest.mark.parametrize("person", ["buyer", "manager"])
def test_where_all_is_asked_the_button_gives_way_to_a_word(client, world, placed, person):
    asking(world, placed, breaker=24, cable=99)
    view, name = ("dashboard:order", "dashboard:order-shipping")
    if person == "buyer":
        view, name = ("storefront:order", "storefront:order_shipping")
    client.force_login(world.people[person])
    button = f'href="{reverse(name, args=[placed.number])}"'

    with_some_left = client.get(reverse(view, args=[placed.number])).content.decode()
    asking(world, placed, cable=1)
    with_none_left = client.get(reverse(view, args=[placed.number])).content.decode()
    shipping_withdraw(order_id=placed.pk, sequence=1)
    with_some_again = client.get(reverse(view, args=[placed.number])).content.decode()

    said = "уже в заявках. Чтобы отгрузить иначе"
    assert [button in page for page in (with_some_left, with_none_left, with_some_again)] == [
        True, False, True,
    ]  # fmt: skip
    assert [said in page for page in (with_some_left, with_none_left, with_some_again)] == [
        False, True, False,
    ]  # fmt: skip


def test_pages_take_the_same_queries_whatever_the_number_of_requests(
    client, world, placed, django_assert_max_num_queries
):
    client.force_login(world.people["buyer"])
    page = reverse("storefront:order", args=[placed.number])
    client.get(page)
    asking(world, placed, cable=1)
    with django_assert_max_num_queries(100) as one:
        client.get(page)
    for _turn in range(10):
        asking(world, placed, cable=1)

    with django_assert_max_num_queries(len(one)):
        client.get(page)

    assert ShippingRequestLine.objects.count() == 11
