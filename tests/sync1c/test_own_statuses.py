"""Statuses of the staff's own that stand for texts of 1C: worn, let go of, never lost."""

import threading

import pytest
from django.db import connection as database
from django_scopes import scopes_disabled

from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_deliver
from b2b_apps.fulfilment.models import Shipment, StatusLook
from b2b_apps.fulfilment.statuses import status_book, worn_by
from b2b_apps.notifications.models import Notice
from b2b_apps.sync1c.importing import order_documents
from b2b_apps.sync1c.mapping import own_status_texts, status_apply, status_map
from b2b_apps.sync1c.models import StatusMapping, StatusMappingChange
from tests.sync1c.client_1c import Client1C
from tests.sync1c.orders import place
from tests.sync1c.test_exchange_orders import back, receive


def own(base="picking", name="Ждёт машину", **values):
    values = {"name_ru": name, "name_en": name, "code": f"own{StatusLook.objects.count()}"} | values
    return StatusLook.objects.create(of="own", base=base, **values)


def shown(order):
    """What the order and each of its shipments show, (tone, name)."""
    order.refresh_from_db()
    book, shipments = status_book(), order.shipments.order_by("sequence")
    look = book.of_order(order.status, worn_by([order.pk])[order.pk])
    return look.pair, [book.worn(shipment).pair for shipment in shipments]


@pytest.fixture
def order(world):
    return place(world, "26-000123", [("cable", "rostov", "2")])


def test_a_status_that_1c_tells_is_shown_by_the_name_of_the_staff(client_1c_a, order):
    lorry = own(tone="warn")
    own_status_texts(own=lorry, texts=["Ждёт машину", "К отгрузке на рейс"], user_id=None)

    receive(client_1c_a, back("26-000123", Статус_заказа="[W] к отгрузке на рейс"))

    pair = ("warn", "Ждёт машину")
    assert shown(order) == (pair, [pair])
    assert order.status == "picking"
    assert order.shipments.get().status_1c == "к отгрузке на рейс"


def test_the_next_status_of_1c_takes_the_name_off(client_1c_a, order):
    own_status_texts(own=own(), texts=["Ждёт машину"], user_id=None)
    receive(client_1c_a, back("26-000123", Статус_заказа="Ждёт машину"))

    receive(client_1c_a, back("26-000123", Статус_заказа="Что-то новое"))

    assert order.shipments.get().own_status is None
    assert shown(order)[0] == status_book().order("picking").pair


def test_goods_that_leave_take_the_name_off_and_keep_what_1c_said(client_1c_a, order):
    own_status_texts(own=own(), texts=["Ждёт машину"], user_id=None)
    receive(client_1c_a, back("26-000123", Статус_заказа="Ждёт машину"))

    body = back("26-000123", Статус_заказа="Ждёт машину", Номер_отгрузки_по_1С="РТ-1")
    receive(client_1c_a, body)

    assert shown(order)[1] == [status_book().shipment("shipped").pair]
    assert order.shipments.get().status_1c == "Ждёт машину"


def test_what_has_left_may_have_a_name_of_its_own(client_1c_a, order):
    own_status_texts(own=own("shipped", "Доставлен", tone="ok"), texts=["Доставлен"], user_id=None)
    receive(client_1c_a, back("26-000123", Номер_отгрузки_по_1С="РТ-1"))

    receive(client_1c_a, back("26-000123", Статус_заказа="Доставлен"))

    assert shown(order) == (("ok", "Доставлен"), [("ok", "Доставлен")])
    assert order.status == "completed"


def test_orders_that_carry_a_text_follow_when_it_is_given_a_name(client_1c_a, order):
    receive(client_1c_a, back("26-000123", Статус_заказа="Ждёт машину"))
    assert shown(order)[0] == status_book().order("placed").pair

    own_status_texts(own=own(), texts=["Ждет машину"], user_id=None)
    outbox_deliver()

    assert shown(order)[0][1] == "Ждёт машину"
    assert order.status == "picking"
    change = StatusMappingChange.objects.get()
    assert (change.own_now, change.now, change.orders) == ("Ждёт машину", "picking", [order.number])


def test_another_kind_moves_its_orders_and_the_texts_mean_it(client_1c_a, order):
    lorry = own()
    own_status_texts(own=lorry, texts=["Ждёт машину"], user_id=None)
    receive(client_1c_a, back("26-000123", Статус_заказа="Ждёт машину"))

    StatusLook.objects.filter(pk=lorry.pk).update(base="confirmed")
    lorry.refresh_from_db()
    own_status_texts(own=lorry, texts=["Ждёт машину"], user_id=None)
    outbox_deliver()

    assert StatusMapping.objects.get(text="Ждёт машину").meaning == "confirmed"
    assert shown(order)[0][1] == "Ждёт машину"
    assert order.status == "confirmed"


def test_a_text_that_is_taken_away_keeps_its_meaning(client_1c_a, order):
    lorry = own()
    own_status_texts(own=lorry, texts=["Ждёт машину"], user_id=None)
    receive(client_1c_a, back("26-000123", Статус_заказа="Ждёт машину"))

    own_status_texts(own=lorry, texts=[], user_id=None)
    outbox_deliver()

    assert StatusMapping.objects.get(text="Ждёт машину").meaning == "picking"
    assert shown(order)[0] == status_book().order("picking").pair


@pytest.mark.parametrize("base", ["planned", "partly"])
def test_a_kind_that_1c_does_not_move_to_moves_nothing(client_1c_a, order, base):
    own_status_texts(own=own(base, "Согласуется"), texts=["Согласуется"], user_id=None)

    receive(client_1c_a, back("26-000123", Статус_заказа="Согласуется"))

    assert StatusMapping.objects.get(text="Согласуется").meaning == ""
    assert order.shipments.get().status == "planned"
    assert (shown(order)[0][1] == "Согласуется") is (base == "planned")


def test_one_that_is_removed_shows_the_usual_name_and_comes_back_as_it_was(client_1c_a, order):
    lorry = own()
    own_status_texts(own=lorry, texts=["Ждёт машину"], user_id=None)
    receive(client_1c_a, back("26-000123", Статус_заказа="Ждёт машину"))

    StatusLook.objects.filter(pk=lorry.pk).update(is_removed=True)
    assert shown(order)[0] == status_book().order("picking").pair
    StatusLook.objects.filter(pk=lorry.pk).update(is_removed=False)

    assert shown(order)[0][1] == "Ждёт машину"


def test_an_order_shows_the_name_when_all_its_shipments_do(client_1c_a, world):
    order = place(world, "26-000124", [("cable", "rostov", "2"), ("lamp", "moscow", "3")])
    own_status_texts(own=own(), texts=["Ждёт машину"], user_id=None)

    receive(client_1c_a, back("26-000124/1", Статус_заказа="Ждёт машину"))
    first = shown(order)
    receive(client_1c_a, back("26-000124/2", Статус_заказа="Ждёт машину"))

    assert first[0] == status_book().order("picking").pair
    assert [name for _tone, name in first[1]] == [
        "Ждёт машину", status_book().shipment("planned").name
    ]  # fmt: skip
    assert shown(order)[0][1] == "Ждёт машину"


@pytest.mark.parametrize("is_locked", [True, False])
@pytest.mark.django_db(transaction=True)
def test_an_order_whose_status_comes_while_it_is_named_follows(
    connection, world, is_locked, monkeypatch
):
    """The import has looked the text up and not committed when staff map it."""
    with scopes_disabled():
        place(world, "26-000123", [("cable", "rostov", "2")])
        lorry = own()
    client = Client1C()
    looked_up, mapped = threading.Event(), threading.Event()
    keep = order_documents._keep_status

    def kept_slowly(*args):
        keep(*args)
        looked_up.set()
        mapped.wait(20)
        # Whoever maps is at his second transaction by now, or waits for this one.
        threading.Event().wait(1)

    monkeypatch.setattr(order_documents, "_keep_status", kept_slowly)
    if not is_locked:
        monkeypatch.setattr(order_documents, "statuses_share", lambda: None)

    def receives():
        with scopes_disabled():
            receive(client, back("26-000123", Статус_заказа="Ждёт машину"))
        database.close()

    importing = threading.Thread(target=receives)
    importing.start()
    assert looked_up.wait(20)
    with scopes_disabled():
        change = status_map(text="Ждёт машину", meaning="", own=lorry, user_id=None)
        mapped.set()
        status_apply(change_id=change.pk)
        importing.join()
        worn = Shipment.objects.get(order__number="26-000123").own_status_id

    assert (worn == lorry.pk) is is_locked


@pytest.fixture
def client_1c(client_1c_a, world, order):
    """1C of the same order, but placed by a buyer who is told of it."""
    order.user = world.people["buyer"]
    order.save()
    return client_1c_a


def notices():
    return list(Notice.objects.order_by("pk"))


def subjects():
    rows = OutboxMessage.objects.filter(topic="mail").order_by("pk")
    return [m.payload["subject"] for m in rows if m.payload["key"].startswith("notice:")]


def test_a_buyer_is_told_of_an_own_status_by_its_name_and_once(client_1c):
    own_status_texts(own=own(), texts=["Ждёт машину"], user_id=None)

    for _again in range(2):
        receive(client_1c, back("26-000123", Статус_заказа="Ждёт машину"))

    assert [(n.kind, n.words) for n in notices()] == [("status", "Ждёт машину")]
    assert subjects() == ["Заказ 26-000123: Ждёт машину"]


def test_a_step_that_comes_with_an_own_status_is_told_once_by_its_name(client_1c):
    own_status_texts(own=own("shipped", "Доставлен"), texts=["Доставлен"], user_id=None)

    for _again in range(2):
        receive(client_1c, back("26-000123", Статус_заказа="Доставлен"))

    assert [(n.kind, n.words) for n in notices()] == [("shipped", "Доставлен")]
    assert len(subjects()) == 1


def test_an_own_status_that_is_not_shown_is_not_told(client_1c):
    own_status_texts(own=own(), texts=["Ждёт машину"], user_id=None)

    body = back("26-000123", Статус_заказа="Ждёт машину", Номер_отгрузки_по_1С="РТ-1")
    receive(client_1c, body)

    assert [n.kind for n in notices()] == ["shipped"]
