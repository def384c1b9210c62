"""Credit over the wire: what 1C is told of stopped orders, and what it tells of debts."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from b2b_apps.contracts.decisions import Decided
from b2b_apps.contracts.invariants import INVARIANTS
from b2b_apps.contracts.models import Contract
from b2b_apps.purchasing.services.credit import credit_decide
from tests.contracts.orders import account_of, figures, reported
from tests.contracts.test_taking import place
from tests.sync1c.files import file_of
from tests.sync1c.orders import name_in_1c, waiting
from tests.sync1c.test_exchange_orders import acknowledge, ask, numbers

FORBIDDEN = "Отгрузка запрещена"
TOTAL = Decimal("7012.34")


@pytest.fixture(autouse=True)
def _books(db):
    yield
    assert [text for check in INVARIANTS for text in check()] == []


@pytest.fixture
def order(world, client_1c_a):
    """An order of 100 m of cable under a limit of 5 000, accepted with its shipment held."""
    name_in_1c("product", world.products["cable"])
    account_of(world, limit=5_000, mode="soft")
    return place(world.context(), world)


def requisite(root, name):
    rows = root.iterfind("Документ/ЗначенияРеквизитов/ЗначениеРеквизита")
    return next(r.findtext("Значение") for r in rows if r.findtext("Наименование") == name)


def decide(world, order, verdict):
    credit_decide(
        order_id=order.pk,
        decided=Decided(verdict, "Сверка"),
        user_id=world.people["manager"].pk,
    )


def test_a_held_order_is_told_with_its_shipment_forbidden(order, client_1c_a, world):
    root = ask(client_1c_a)
    assert (numbers(root), requisite(root, FORBIDDEN)) == ([order.number], "true")
    acknowledge(client_1c_a)

    decide(world, order, "release")

    root = ask(client_1c_a)
    assert (numbers(root), requisite(root, FORBIDDEN)) == ([order.number], "false")


def test_told_twice_before_1c_asked_is_one_document(order, client_1c_a, world):
    decide(world, order, "release")
    assert waiting() == [order.pk, order.pk]

    root = ask(client_1c_a)
    acknowledge(client_1c_a)

    assert (numbers(root), requisite(root, FORBIDDEN)) == ([order.number], "false")
    assert waiting() == []


def test_a_refused_order_that_1c_has_is_cancelled_there(order, client_1c_a, world):
    ask(client_1c_a)
    acknowledge(client_1c_a)

    decide(world, order, "refuse")

    root = ask(client_1c_a)
    assert requisite(root, "Отменен") == "true"


def test_a_waiting_order_is_told_once_it_is_released(world, client_1c_a):
    name_in_1c("product", world.products["cable"])
    account_of(world, limit=5_000, mode="release")
    order = place(world.context(), world)
    assert numbers(ask(client_1c_a)) == []

    decide(world, order, "release")

    root = ask(client_1c_a)
    assert (numbers(root), requisite(root, FORBIDDEN)) == ([order.number], "false")


def shipped(order, moment):
    return file_of(
        f"<Документ><Номер>{order.number}</Номер><ХозОперация>Заказ товара</ХозОперация>"
        "<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Номер отгрузки по 1С</Наименование>"
        "<Значение>УТ-1</Значение></ЗначениеРеквизита><ЗначениеРеквизита><Наименование>"
        f"Дата отгрузки по 1С</Наименование><Значение>{moment}</Значение></ЗначениеРеквизита>"
        "</ЗначенияРеквизитов></Документ>"
    )


@pytest.mark.parametrize(
    ("moment", "debt"),
    [
        # In the report already, after it, and of a day that the report is of.
        (-2, 1000),
        (+2, 1000 + TOTAL),
        (None, 1000 + TOTAL),
    ],
)
def test_a_shipment_is_debt_once(order, client_1c_a, world, moment, debt):
    account, now = account_of(world), timezone.localtime().replace(microsecond=0)
    reported(account, 1000, at=now)
    at = now + timedelta(hours=moment) if moment else now
    text = at.strftime("%Y-%m-%dT%H:%M:%S") if moment else at.strftime("%Y-%m-%d")

    for _time in range(2):
        client_1c_a.send("orders.xml", shipped(order, text), "sale")

    assert figures(account) == (0, debt)


def test_a_payment_comes_off_the_hold(order, client_1c_a, world):
    paid = file_of(
        f"<Документ><Номер>{order.number}</Номер><ХозОперация>Заказ товара</ХозОперация>"
        "<Сумма>7012.34</Сумма><ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>"
        "Номер оплаты по 1С</Наименование><Значение>УТ-9</Значение></ЗначениеРеквизита>"
        "</ЗначенияРеквизитов></Документ>"
    )

    client_1c_a.send("orders.xml", paid, "sale")

    assert figures(account_of(world)) == (0, 0)


def test_a_cancelled_order_lets_credit_go(order, client_1c_a, world):
    cancelled = file_of(
        f"<Документ><Номер>{order.number}</Номер><ХозОперация>Заказ товара</ХозОперация>"
        "<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Отменен</Наименование>"
        "<Значение>true</Значение></ЗначениеРеквизита></ЗначенияРеквизитов></Документ>"
    )

    client_1c_a.send("orders.xml", cancelled, "sale")

    assert figures(account_of(world)) == (0, 0)
    assert Contract.objects.filter(orders=order).exists()
