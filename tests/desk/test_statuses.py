"""Statuses named by the staff: shown so everywhere at once, journalled, never deleted."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from b2b_apps.amending.models import ChangeRule
from b2b_apps.core.models import OutboxMessage
from b2b_apps.fulfilment.models import Shipment, StatusLook, StatusLookChange
from b2b_apps.fulfilment.services import shipment_confirm
from b2b_apps.fulfilment.statuses import status_book
from b2b_apps.sync1c.models import StatusMapping, StatusMappingChange

RENAMED = {"name_ru": "Принят в работу", "tone": "warn", "about_ru": "Ответим до 18:00"}


def page_of(client, name, *args):
    return client.get(reverse(name, args=args)).content.decode()


def rename(staff, of, code, **values):
    form = dict.fromkeys(("name_ru", "name_en", "tone", "about_ru", "about_en", "position"), "")
    return staff.post(reverse("dashboard:status", args=[of, code]), form | values)


@pytest.fixture
def order(desk):
    shipment = Shipment.objects.filter(order_id=desk.owned["own"].order_id).first()
    return shipment.order


def test_a_renamed_status_is_shown_at_once_to_the_buyer_and_the_staff(desk, staff, order):
    buyer = Client()
    buyer.force_login(desk.world.people["buyer"])

    answer = rename(staff, "order", "placed", **RENAMED)

    assert answer.status_code == 302
    shown = '<span class="status status--warn">Принят в работу</span>'
    assert shown in page_of(buyer, "storefront:orders")
    assert "Принят в работу" in page_of(buyer, "storefront:order", order.number)
    assert "Ответим до 18:00" in page_of(buyer, "storefront:order", order.number)
    assert shown in page_of(staff, "dashboard:orders")
    assert shown in page_of(staff, "dashboard:statuses")
    with override("en"):
        assert status_book().order("placed").name == "Placed"


def test_a_shipment_is_named_so_on_its_pages_and_in_the_form_of_changes(desk, staff, order):
    buyer = Client()
    buyer.force_login(desk.world.people["buyer"])

    rename(staff, "shipment", "planned", name_ru="Ждёт подтверждения склада")

    for page in (
        page_of(buyer, "storefront:order", order.number),
        page_of(buyer, "storefront:order_change", order.number),
        page_of(staff, "dashboard:order", order.number),
    ):
        assert "Ждёт подтверждения склада" in page


def test_letters_name_the_status_as_it_is_named_now(desk, staff, order):
    rename(staff, "order", "confirmed", name_ru="Взяли", about_ru="Собираем завтра")

    for shipment in order.shipments.all():
        shipment_confirm(shipment_id=shipment.pk)

    letter = OutboxMessage.objects.filter(topic="mail", key__contains="notice:").last()
    assert "Статус заказа: Взяли. Собираем завтра" in letter.payload["body"]


def test_the_place_of_a_status_is_its_place_in_the_buyers_filter(staff, desk):
    rename(staff, "order", "cancelled", position="1")

    looks = [look.code for look in status_book().all_of("order")]

    assert looks[:2] == ["placed", "cancelled"]
    assert sorted(looks) == sorted(
        ["placed", "confirmed", "picking", "shipping", "completed", "cancelled"]
    )


def test_who_renamed_what_is_entered_once(staff, desk):
    rename(staff, "order", "placed", **RENAMED)
    rename(staff, "order", "placed", **RENAMED)

    change = StatusLookChange.objects.get()
    assert change.user == desk.world.people["manager"]
    assert change.changes == [
        ["name_ru", "", "Принят в работу"],
        ["tone", "", "warn"],
        ["about_ru", "", "Ответим до 18:00"],
    ]
    page = page_of(staff, "dashboard:statuses")
    assert "Принят в работу" in page


@pytest.mark.parametrize("values", [{"tone": "#ff0000"}, {"name_ru": "x" * 41}, {"position": "0"}])
def test_a_tone_of_ones_own_or_too_long_a_name_is_refused(staff, desk, values):
    answer = rename(staff, "order", "placed", **values)

    assert answer.status_code == 422
    assert not StatusLook.objects.exists()


def test_a_status_that_is_none_is_not_found(staff, desk):
    assert rename(staff, "order", "lost").status_code == 404
    assert rename(staff, "basket", "placed").status_code == 404


def test_what_a_buyer_may_do_follows_the_rules_of_changes(staff, desk):
    assert "Изменить и отменить" in page_of(staff, "dashboard:status", "shipment", "planned")

    for who, action in [("buyer", "cancel")]:
        ChangeRule.objects.create(who=who, action=action, until="never")

    page = page_of(staff, "dashboard:status", "shipment", "planned")
    assert "Изменить, но не отменить" in page
    assert "Больше ничего" in page_of(staff, "dashboard:status", "shipment", "shipped")


def test_the_list_costs_as_many_queries_for_any_number_of_changes(
    staff, desk, django_assert_max_num_queries
):
    for number in range(12):
        rename(staff, "order", "placed", name_ru=f"Принят {number}")

    with django_assert_max_num_queries(14):
        page_of(staff, "dashboard:statuses")


def test_an_unknown_status_of_1c_is_given_a_meaning_by_one_click(staff, desk, order):
    order.shipments.update(status_1c="Ждёт машину")
    page = page_of(staff, "dashboard:exchange-statuses")
    assert "Ждёт машину" in page
    assert "1С прислала, портал не знает" in page

    answer = staff.post(
        reverse("dashboard:exchange-status-new"), {"text": "Ждёт машину", "meaning": "picking"}
    )

    assert answer.status_code == 302
    assert StatusMapping.objects.get(text="Ждёт машину").meaning == "picking"
    assert StatusMappingChange.objects.get().user == desk.world.people["manager"]
    page = page_of(staff, "dashboard:exchange-statuses")
    assert "1С прислала, портал не знает" not in page


def test_a_known_status_gets_another_meaning_on_its_page(staff, desk):
    url = reverse("dashboard:exchange-status", args=[desk.mapping.pk])

    staff.post(url, {"meaning": "confirmed"})

    desk.mapping.refresh_from_db()
    assert desk.mapping.meaning == "confirmed"
    assert StatusMappingChange.objects.get().was == "picking"
