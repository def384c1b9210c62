"""What a buyer is told of his orders: once, as he chose, and only while he may read them."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Membership
from b2b_apps.contracts.context import trade_options_for
from b2b_apps.core.models import OutboxMessage
from b2b_apps.finance.services import payment_record
from b2b_apps.fulfilment.partly import Waybill, shipment_ship_part
from b2b_apps.fulfilment.services import (
    shipment_confirm,
    shipment_ship,
    shipments_cancel,
)
from b2b_apps.notifications.kinds import Channel, Kind
from b2b_apps.notifications.models import Notice, NoticeChoice
from b2b_apps.notifications.services import notices_choose, order_notify
from tests.purchasing.test_split import filled, place

D = Decimal
NOTICES, SETTINGS = "/notices/", "/notices/settings/"


@pytest.fixture(autouse=True)
def _all_companies():
    with scopes_disabled():
        yield


@pytest.fixture
def placed(world):
    context, basket, sheet = filled(world, breaker=24, cable=100)
    return place(context, basket, sheet)


def told():
    return list(Notice.objects.order_by("pk").values_list("kind", flat=True))


def letters(topic="notice:"):
    rows = OutboxMessage.objects.filter(topic="mail").order_by("pk")
    return [m.payload for m in rows if m.payload["key"].startswith(topic)]


def steps_of(order):
    return [shipment.pk for shipment in order.shipments.all()]


def test_each_step_of_an_order_is_told_once_in_the_centre_and_by_mail(world, placed):
    (pk,) = steps_of(placed)
    for _again in range(2):
        shipment_confirm(shipment_id=pk)
        shipment_ship(shipment_id=pk)

    assert told() == ["confirmed", "shipped"]
    assert [m["subject"] for m in letters()] == [
        f"Заказ {placed.number} подтверждён",
        f"Заказ {placed.number} отгружен",
    ]
    assert {m["to"] for m in letters()} == {world.people["buyer"].email}
    assert placed.number in letters()[0]["body"]


def test_the_same_event_told_twice_is_one_notice_and_one_letter(placed):
    for _again in range(3):
        order_notify(order_id=placed.pk, kind=Kind.CONFIRMED)

    assert told() == ["confirmed"]
    assert len(letters()) == 1


def test_taken_by_1c_stands_in_the_centre_and_is_no_letter_until_it_is_asked_for(world, placed):
    order_notify(order_id=placed.pk, kind=Kind.TAKEN)
    assert (told(), letters()) == (["taken"], [])

    notices_choose(
        person_id=world.people["buyer"].pk, channels={Kind.TAKEN: [Channel.MAIL]}, language=""
    )
    order_notify(order_id=placed.pk, kind=Kind.TAKEN, key="taken again")

    assert told() == ["taken"]
    assert len(letters()) == 1


def test_a_part_that_left_by_lines_is_one_letter_and_none_if_it_is_not_wanted(world, placed):
    (pk,) = steps_of(placed)
    breaker = placed.lines.order_by("position").first()

    shipment_ship_part(shipment_id=pk, waybill=Waybill("УТ-1"), quantities={breaker.pk: D(12)})

    assert told() == ["partly"]
    assert (len(letters()), len(letters("shipped_part:"))) == (0, 1)
    notices_choose(person_id=world.people["buyer"].pk, channels={}, language="")
    shipment_ship_part(shipment_id=pk, waybill=Waybill("УТ-2"), quantities={breaker.pk: D(6)})
    assert len(letters("shipped_part:")) == 1


def test_an_order_that_1c_cancels_is_told_and_one_cancelled_here_is_not_by_mail(placed):
    shipments_cancel(shipment_ids=steps_of(placed), is_told=True)
    assert (told(), letters()) == (["cancelled"], [])
    order_notify(order_id=placed.pk, kind=Kind.CANCELLED)
    assert [m["subject"] for m in letters()] == [f"Заказ {placed.number} отменён"]


def test_a_payment_is_told_once_with_its_sum_and_corrected_without_a_word(placed):
    for amount in (D(1000), D(1000), D(1200)):
        payment_record(order_id=placed.pk, number_1c="П-1", date=None, amount=amount)
    payment_record(order_id=placed.pk, number_1c="П-2", date=None, amount=D(5), replaces="П-1")

    assert told() == ["paid"]
    assert Notice.objects.get().amount == D(1000)
    assert "1 000,00 ₽" in letters()[0]["body"].replace("\xa0", " ").replace("\u202f", " ")


def test_who_may_not_see_prices_is_told_of_a_payment_without_its_sum(world, placed):
    Membership.objects.filter(employee__user=world.people["buyer"]).update(role="warehouse")

    order_notify(order_id=placed.pk, kind=Kind.PAID, key="p", amount=D(777))

    assert all("777" not in m["body"] for m in letters())


def test_who_has_left_the_company_is_told_nothing(world, placed):
    Membership.objects.filter(employee__user=world.people["buyer"]).delete()

    order_notify(order_id=placed.pk, kind=Kind.SHIPPED)

    assert (told(), letters()) == ([], [])


def test_letters_are_in_the_language_that_the_person_chose(world, placed):
    notices_choose(
        person_id=world.people["buyer"].pk,
        channels={Kind.SHIPPED: [Channel.MAIL]},
        language="en",
    )

    order_notify(order_id=placed.pk, kind=Kind.SHIPPED)

    assert letters()[0]["subject"] == f"Order {placed.number} is shipped"


def test_the_centre_shows_ones_own_notices_and_marks_them_read(world, placed, client):
    order_notify(order_id=placed.pk, kind=Kind.SHIPPED)
    client.force_login(world.people["buyer"])

    page = client.get(NOTICES, {"view": "unread"})
    assert placed.number in page.content.decode()
    client.post("/notices/read/")

    assert Notice.objects.get().read_at is not None
    assert placed.number not in client.get(NOTICES, {"view": "unread"}).content.decode()
    assert placed.number in client.get(NOTICES).content.decode()


@pytest.mark.parametrize("other", ["stranger", "head"])
def test_nobody_elses_centre_has_it(world, placed, client, other):
    order_notify(order_id=placed.pk, kind=Kind.SHIPPED)
    client.force_login(world.people[other])

    assert placed.number not in client.get(NOTICES).content.decode()
    client.post("/notices/read/")

    assert Notice.objects.get().read_at is None


def test_the_number_of_unread_ones_takes_no_query_of_its_own(world, placed):
    buyer = world.people["buyer"]

    def read():
        with CaptureQueriesContext(connection) as queries:
            options = trade_options_for(user_id=buyer.pk)
        return options.num_notices, len(queries)

    before = read()
    order_notify(order_id=placed.pk, kind=Kind.SHIPPED)
    order_notify(order_id=placed.pk, kind=Kind.CONFIRMED)

    assert before[0] == 0
    assert read() == (2, before[1])


def test_what_is_chosen_is_kept_and_what_is_no_choice_is_left_out(world, client):
    client.force_login(world.people["buyer"])
    sent = {"shipped-mail": "on", "shipped-fax": "on", "moon-mail": "on", "language": "xx"}

    client.post(SETTINGS, sent)

    row = NoticeChoice.objects.get()
    assert row.person == world.people["buyer"]
    assert row.channels == {kind: ["mail"] if kind == "shipped" else [] for kind in Kind.values}
    assert row.language == ""
    assert client.get(SETTINGS).content.decode().count(" checked") == 1


@pytest.mark.parametrize("number", [1, 40])
def test_the_centre_takes_the_same_queries_whatever_its_length(
    world, placed, client, number, django_assert_max_num_queries
):
    for n in range(number):
        order_notify(order_id=placed.pk, kind=Kind.SHIPPED, key=f"{n}")
    client.force_login(world.people["buyer"])
    client.get(NOTICES)

    with django_assert_max_num_queries(11):
        client.get(NOTICES)
