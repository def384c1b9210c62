"""The chat of an order: who reads what, what is unread, one letter for what was not read."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.chat.models import LONGEST, OrderMessage, OrderRead
from b2b_apps.chat.services import chat_read
from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_deliver
from tests.storefront.orders import place


@pytest.fixture
def placed(world):
    with scopes_disabled():
        company = world.companies["own"]
        manager = world.manager if hasattr(world, "manager") else company.manager
        assert manager is not None
    order = place(world, "buyer")
    OutboxMessage.objects.all().delete()
    return order


def say(client, world, person, order, text, name="storefront:order_messages"):
    client.force_login(world.people[person])
    return client.post(reverse(name, args=[order.number]), {"text": text})


def page(client, world, person, order, name="storefront:order"):
    client.force_login(world.people[person])
    return client.get(reverse(name, args=[order.number])).content.decode()


def mails():
    """Letters about chats once their time has come."""
    OutboxMessage.objects.filter(topic="chat_notice").update(
        available_at=timezone.now() - timedelta(seconds=1)
    )
    outbox_deliver()
    return [m.payload for m in OutboxMessage.objects.filter(topic="mail").order_by("pk")]


def test_a_buyer_and_the_staff_write_to_each_other(world, client, placed):
    say(client, world, "buyer", placed, "Когда <b>отгрузите</b>?")
    answered = page(client, world, "manager", placed, "dashboard:order")
    say(client, world, "manager", placed, "Завтра.", "dashboard:order-messages")
    shown = page(client, world, "buyer", placed)

    assert "Когда &lt;b&gt;отгрузите&lt;/b&gt;?" in answered
    assert "Завтра." in shown
    assert "data-new" in shown
    assert "data-new" not in page(client, world, "buyer", placed)


def test_as_much_as_the_field_takes_is_kept_whole(world, client, placed):
    """A browser counts the end of a line as one sign and sends two."""
    lines = "\n".join(["12345"] * 100)
    typed = lines + "x" * (LONGEST - len(lines))

    say(client, world, "buyer", placed, typed.replace("\n", "\r\n"))

    with scopes_disabled():
        assert OrderMessage.objects.get(order=placed).text == typed


@pytest.mark.parametrize("person", ["stranger", "sister"])
def test_the_chat_of_another_company_does_not_exist(world, client, placed, person):
    say(client, world, "buyer", placed, "тайна")

    assert say(client, world, person, placed, "я тут").status_code == 404
    client.force_login(world.people[person])
    url = reverse("storefront:order_messages", args=[placed.number])
    assert client.get(url).status_code == 404
    with scopes_disabled():
        assert OrderMessage.objects.count() == 1


def test_empty_words_are_no_message_and_long_ones_are_cut(world, client, placed):
    say(client, world, "buyer", placed, "  \n ")
    say(client, world, "buyer", placed, "я" * 9000)

    with scopes_disabled():
        (message,) = OrderMessage.objects.all()
    assert len(message.text) == 4000


def test_unread_ones_stand_in_the_list_and_on_the_board(world, client, placed):
    say(client, world, "buyer", placed, "вопрос")
    say(client, world, "buyer", placed, "ещё вопрос")
    client.force_login(world.people["manager"])

    board = client.get(reverse("dashboard:orders"), {"view": "unread"}).content.decode()
    assert placed.number in board
    page(client, world, "manager", placed, "dashboard:order")
    board = client.get(reverse("dashboard:orders"), {"view": "unread"}).content.decode()
    assert placed.number not in board

    say(client, world, "manager", placed, "ответ", "dashboard:order-messages")
    client.force_login(world.people["buyer"])
    assert "1 новое сообщение" in client.get(reverse("storefront:orders")).content.decode()


def test_several_messages_are_one_letter_and_none_if_they_were_read(world, client, placed):
    for text in ("первое", "второе"):
        say(client, world, "manager", placed, text, "dashboard:order-messages")

    assert OutboxMessage.objects.filter(topic="chat_notice").count() == 1
    (mail,) = mails()
    assert (mail["to"], "первое" in mail["body"], "второе" in mail["body"]) == (
        world.people["buyer"].email,
        True,
        True,
    )

    say(client, world, "manager", placed, "третье", "dashboard:order-messages")
    page(client, world, "buyer", placed)
    assert len(mails()) == 1


def test_a_letter_waits_till_it_may_have_been_read(world, client, placed):
    say(client, world, "manager", placed, "ответ", "dashboard:order-messages")

    outbox_deliver()

    assert OutboxMessage.objects.filter(topic="mail").count() == 0


def test_nobody_reads_less_far_than_before(world, placed):
    user = world.people["buyer"]
    for last in (7, 3):
        chat_read(order_id=placed.pk, user_id=user.pk, is_staff=False, last_id=last)

    with scopes_disabled():
        assert OrderRead.objects.get().last_id == 7


@pytest.mark.parametrize("number", [1, 30])
def test_a_chat_costs_the_same_however_long(
    world, client, placed, number, django_assert_num_queries
):
    with scopes_disabled():
        OrderMessage.objects.bulk_create(
            OrderMessage(order=placed, author=world.people["manager"], is_staff=True, text="…")
            for _n in range(number)
        )
    client.force_login(world.people["buyer"])
    url = reverse("storefront:order_messages", args=[placed.number])
    client.get(url)

    with django_assert_num_queries(QUERIES):
        client.get(url)


QUERIES = 9
