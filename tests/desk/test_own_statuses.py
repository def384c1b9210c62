"""Statuses that the staff make themselves: shown, filtered by, journalled, removed, put back."""

import pytest
from django.test import Client
from django.urls import reverse

from b2b_apps.amending.rules import rules_of
from b2b_apps.core.outbox import outbox_deliver
from b2b_apps.fulfilment.models import Shipment, StatusLook, StatusLookChange
from b2b_apps.sync1c.models import StatusMapping
from tests.desk.test_statuses import page_of

VALUES = {
    "name_ru": "Ждёт машину", "name_en": "Waits for a lorry", "base": "confirmed", "tone": "warn",
    "about_ru": "Машина будет завтра", "about_en": "", "position": "", "texts": "Ждёт машину",
}  # fmt: skip
SHOWN = '<span class="status status--warn">Ждёт машину</span>'


def make(staff, **values):
    return staff.post(reverse("dashboard:own-status-new"), VALUES | values)


def edit(staff, row, **values):
    return staff.post(reverse("dashboard:own-status", args=[row.code]), VALUES | values)


@pytest.fixture
def order(desk):
    order = Shipment.objects.filter(order_id=desk.owned["own"].order_id).first().order
    order.shipments.update(status_1c="Ждёт машину")
    return order


@pytest.fixture
def buyer(desk):
    client = Client()
    client.force_login(desk.world.people["buyer"])
    return client


def test_one_that_is_made_is_shown_to_the_buyer_and_the_staff(staff, buyer, order):
    assert make(staff).status_code == 302
    outbox_deliver()

    for page in (
        page_of(buyer, "storefront:orders"),
        page_of(buyer, "storefront:order", order.number),
        page_of(staff, "dashboard:orders"),
        page_of(staff, "dashboard:order", order.number),
        page_of(staff, "dashboard:statuses"),
    ):
        assert SHOWN in page
    assert "Машина будет завтра" in page_of(buyer, "storefront:order", order.number)
    assert "Ждёт машину" in page_of(buyer, "storefront:order_change", order.number)


def test_a_stranger_sees_neither_the_order_nor_its_count(staff, desk, order):
    make(staff)
    outbox_deliver()
    stranger = Client()
    stranger.force_login(desk.world.people["stranger"])

    page = page_of(stranger, "storefront:orders")

    assert order.number not in page
    assert "Ждёт машину" not in page


def test_lists_are_filtered_by_it(staff, buyer, order):
    make(staff)
    outbox_deliver()
    row = StatusLook.objects.get(of="own")
    other = StatusLook.objects.create(of="own", code="other", base="planned", name_ru="Иное")

    for client, name, key in (
        (buyer, "storefront:orders", "status"),
        (staff, "dashboard:orders", "own"),
    ):
        url = reverse(name)
        # The summary names other orders; rows link to theirs.
        link = f'/{order.number}/"'
        assert link in client.get(url, {key: row.code}).content.decode()
        assert link not in client.get(url, {key: other.code}).content.decode()


def test_what_may_be_changed_follows_from_its_kind(staff, order):
    make(staff)
    outbox_deliver()

    shipment = order.shipments.first()

    assert shipment.status == "confirmed"
    assert rules_of("buyer").allows("lower", shipment)
    edit(staff, StatusLook.objects.get(of="own"), base="picking")
    outbox_deliver()
    shipment.refresh_from_db()
    assert not rules_of("buyer").allows("lower", shipment)


def test_a_text_that_nobody_has_mapped_is_named_by_one_choice(staff, buyer, order):
    make(staff, texts="")
    row = StatusLook.objects.get(of="own")
    page = page_of(staff, "dashboard:exchange-statuses")
    assert "1С прислала, портал не знает" in page
    assert f'value="own-{row.code}"' in page

    staff.post(
        reverse("dashboard:exchange-status-new"),
        {"text": "Ждёт машину", "meaning": f"own-{row.code}"},
    )
    outbox_deliver()

    mapping = StatusMapping.objects.get(text="Ждёт машину")
    assert (mapping.meaning, mapping.own_status) == ("confirmed", row)
    assert SHOWN in page_of(buyer, "storefront:orders")
    page = page_of(staff, "dashboard:exchange-statuses")
    assert "1С прислала, портал не знает" not in page
    assert SHOWN in page


def test_it_is_removed_and_put_back(staff, buyer, order):
    make(staff)
    outbox_deliver()
    url = reverse("dashboard:own-status-remove", args=[StatusLook.objects.get(of="own").code])

    assert staff.get(url).status_code == 405
    staff.post(url)
    without = page_of(buyer, "storefront:orders")
    staff.post(url, {"back": "1"})

    assert "Ждёт машину" not in without
    assert "Подтверждён" in without
    assert SHOWN in page_of(buyer, "storefront:orders")
    assert [c.changes[0][0] for c in StatusLookChange.objects.all()[:2]] == ["is_removed"] * 2


def test_one_text_has_one_name(staff, order):
    make(staff)

    answer = make(staff, name_ru="Другое")

    assert answer.status_code == 422
    assert "«Ждёт машину» уже показывается как «Ждёт машину»" in answer.content.decode()
    assert StatusLook.objects.filter(of="own").count() == 1


@pytest.mark.parametrize(
    "values", [{"name_ru": ""}, {"name_en": ""}, {"base": ""}, {"base": "lost"}, {"tone": "#f00"}]
)
def test_what_is_not_whole_is_refused(staff, desk, values):
    assert make(staff, **values).status_code == 422
    assert not StatusLook.objects.exists()


def test_a_buyer_makes_none(buyer, desk):
    assert make(buyer).status_code in {302, 403, 404}
    assert not StatusLook.objects.exists()
