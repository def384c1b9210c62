"""Who is told that a reserve by hand ends, and that it is over."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_deliver
from b2b_apps.inventory.models import StockHold
from b2b_apps.inventory.services import holds_expire, holds_let_go, holds_prolong, stock_hold
from b2b_apps.inventory.tasks import holds_sweep
from tests.inventory.stock import by_hand, endings, held, order_of, record_of, stock, wish

D = Decimal
BUYER, MANAGER = "buyer@buyers.example", "manager@pakgauz.example"


@pytest.fixture(autouse=True)
def _all_companies():
    with scopes_disabled():
        yield


def deliver():
    """Let the outbox deliver all it can, mails that others write among it."""
    while outbox_deliver():
        pass


def reserved(world, *products, hours=24, taken_ago=0, contract="own_wholesale"):
    """A buyer's reserves of three pieces of each, all to one moment."""
    until = timezone.now() + timedelta(hours=hours)
    holds = [by_hand(world, record_of(world, name), 3, contract) for name in products]
    for hold in holds:
        hold.expires_at = until
        hold.created_at = timezone.now() - timedelta(hours=taken_ago)
        hold.save()
    return holds


def sent():
    return sorted((message.to[0], message.subject) for message in mail.outbox)


def test_a_reserve_that_is_over_is_told_to_buyer_and_manager_once(world, settings):
    settings.PORTAL_URL = "https://b2b.example.ru/"
    lamp, _cable = reserved(world, "lamp", "cable", hours=-1)

    holds_sweep()
    holds_sweep()
    deliver()
    OutboxMessage.objects.filter(topic="reserve_over").update(state="waiting", lease_until=None)
    deliver()

    assert sent() == [
        (BUYER, "Ваш резерв закончился: 2 товара"),
        (MANAGER, f"{lamp.contract.counterparty.name}: ручной резерв закончился"),
    ]
    product = lamp.stock_record.product
    for message in mail.outbox:
        assert f"{product.article}  3 шт  {product.title} — " in message.body
        assert lamp.stock_record.partner.name in message.body
        assert timezone.localtime(lamp.expires_at).strftime("%d.%m.%Y %H:%M") in message.body
        assert "Ждём подписи" in message.body
    to_buyer = next(message for message in mail.outbox if message.to == [BUYER])
    assert f"https://b2b.example.ru{product.get_absolute_url()}\n" in to_buyer.body


def test_a_reserve_that_others_ended_in_parts_is_one_mail(world):
    _lamp, cable = reserved(world, "lamp", "cable", hours=-1)
    record = stock(cable.stock_record, 3)
    order = order_of(world)

    stock_hold(requests=[wish(order, record, 3)], contract_id=order.contract_id)
    deliver()
    holds_sweep()
    deliver()

    (message,) = [message for message in mail.outbox if message.to == [BUYER]]
    assert "2 товара" in message.subject


def test_a_reserve_that_was_ordered_or_let_go_is_told_to_nobody(world):
    lamp, cable = reserved(world, "lamp", "cable", hours=1, taken_ago=24)
    holds_sweep()
    holds_let_go(hold_ids=[lamp.pk])
    order = order_of(world, "own_wholesale")
    record = cable.stock_record
    stock_hold(requests=[wish(order, record, 3)], contract_id=order.contract_id)

    deliver()
    holds_expire(now=timezone.now() + timedelta(days=3))
    deliver()

    assert mail.outbox == []
    assert endings()[:2] == [("manual", "let_go", 3), ("manual", "ordered", 3)]


def test_who_reserved_is_warned_once_some_hours_before(world, settings):
    settings.PORTAL_URL = "https://b2b.example.ru"
    lamp, _cable = reserved(world, "lamp", "cable", hours=3, taken_ago=21)

    holds_sweep()
    deliver()
    holds_sweep()
    OutboxMessage.objects.filter(topic="reserve_ending").update(state="waiting", lease_until=None)
    deliver()

    until = timezone.localtime(lamp.expires_at).strftime("%d.%m.%Y %H:%M")
    assert sent() == [(BUYER, f"Ваш резерв закончится {until}")]
    (message,) = mail.outbox
    assert f"{lamp.stock_record.product.article}  3 шт" in message.body
    assert message.body.strip().endswith("https://b2b.example.ru/reserves/")
    assert held(lamp.stock_record) == 3


@pytest.mark.parametrize(
    ("hours", "taken_ago"),
    [(5, 43), (3, 0.5), (-1, 24)],
    ids=["it lasts for long", "it was short from the beginning", "it is over"],
)
def test_nobody_is_warned_too_early_or_in_vain(world, hours, taken_ago):
    reserved(world, "lamp", hours=hours, taken_ago=taken_ago)

    holds_sweep()

    assert not OutboxMessage.objects.filter(topic="reserve_ending").exists()


def test_a_reserve_prolonged_before_the_mail_left_is_warned_of_at_its_new_end(world):
    (lamp,) = reserved(world, "lamp", hours=3, taken_ago=21)
    holds_sweep()

    holds_prolong(hold_ids=[lamp.pk], until=timezone.now() + timedelta(hours=24))
    deliver()
    assert mail.outbox == []

    StockHold.objects.update(expires_at=timezone.now() + timedelta(hours=2))
    holds_sweep()
    deliver()
    assert [to for to, _subject in sent()] == [BUYER]


def test_what_an_order_holds_is_not_warned_of(world):
    order, record = order_of(world), record_of(world)
    until = timezone.now() + timedelta(hours=2)
    stock_hold(requests=[wish(order, record, 3)], contract_id=order.contract_id, expires_at=until)
    StockHold.objects.update(created_at=timezone.now() - timedelta(hours=24))

    holds_sweep()

    assert not OutboxMessage.objects.filter(topic="reserve_ending").exists()


def test_what_staff_reserved_is_told_to_the_company(world):
    (lamp,) = reserved(world, "lamp", hours=-1)
    StockHold.objects.update(user=world.people["manager"])
    company = lamp.contract.counterparty
    type(company).objects.filter(pk=company.pk).update(email="office@buyers.example")

    holds_sweep()
    deliver()

    assert [to for to, _subject in sent()] == [MANAGER, "office@buyers.example"]
