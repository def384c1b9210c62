"""Orders to 1C and what comes back: none lost, none twice, nothing backwards."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from lxml import etree

from b2b_apps.companies.models import Organization
from b2b_apps.core.models import ExternalId, OutboxMessage
from b2b_apps.finance.models import Payment
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.fulfilment.services import shipments_cancel
from b2b_apps.inventory.models import StockHold
from b2b_apps.sync1c.models import ExchangeConnection, ExchangeProblem
from tests.storefront.test_projects import add_project
from tests.sync1c.client_1c import Client1C
from tests.sync1c.orders import name_in_1c, place, waiting


def ask(client) -> etree._Element:
    """The answer of query in a session of its own, as XML."""
    client.begin("sale")
    response = client.raw("sale", "query")
    assert response["Content-Type"].startswith("application/xml; charset=windows-1251")
    assert response.content.startswith(b"<?xml")
    return etree.fromstring(response.content)


def numbers(root: etree._Element) -> list[str]:
    return [element.text for element in root.findall("Документ/Номер")]


def acknowledge(client) -> None:
    assert client.call("sale", "success") == "success"


def test_nothing_to_send_is_a_root_without_documents(client_1c_a):
    assert len(ask(client_1c_a)) == 0


def test_an_order_from_two_warehouses_is_two_documents(client_1c_a, world):
    place(world, "26-000123", [("cable", "rostov", "2"), ("lamp", "moscow", "3")])
    guid = name_in_1c("counterparty", world.companies["own"])

    root = ask(client_1c_a)

    assert numbers(root) == ["26-000123/1", "26-000123/2"]
    assert [e.text for e in root.findall("Документ/Сумма")] == ["200.00", "300.00"]
    assert {e.text for e in root.findall("Документ/Контрагенты/Контрагент/Ид")} == {guid}
    requisites = {
        row.findtext("Наименование"): row.findtext("Значение")
        for row in root.find("Документ/ЗначенияРеквизитов")
    }
    assert requisites["Договор"] == "142/24"
    assert requisites["Склад"] == "Ростов-на-Дону, склад"
    assert requisites["Номер заказа покупателя"] == "ЗП-7"


@pytest.mark.parametrize("name", ["ЖК «Лазурный»", None])
def test_an_order_names_its_project(client_1c_a, world, name):
    order = place(world, "26-000123", [("cable", "rostov", "2")])
    if name:
        order.project = add_project(world, name)
        order.save()

    rows = ask(client_1c_a).find("Документ/ЗначенияРеквизитов")

    told = {row.findtext("Наименование"): row.findtext("Значение") for row in rows}
    assert told.get("Проект") == name


def held_until(document) -> str | None:
    rows = document.find("ЗначенияРеквизитов")
    return {row.findtext("Наименование"): row.findtext("Значение") for row in rows}.get("Резерв до")


def test_an_order_says_until_when_its_stock_is_held(client_1c_a, world):
    order = place(world, "26-000123", [("cable", "rostov", "2"), ("lamp", "moscow", "3")])
    until = timezone.now() + timedelta(hours=72)
    cable = order.lines.get(product=world.products["cable"])
    StockHold.objects.filter(order_line__order=order).update(expires_at=None)
    StockHold.objects.filter(order_line=cable).update(expires_at=until)

    first, second = ask(client_1c_a).findall("Документ")

    assert held_until(first) == timezone.localtime(until).strftime("%Y-%m-%dT%H:%M:%S")
    assert not held_until(second)


def test_an_order_stays_until_it_is_acknowledged(client_1c_a, world):
    order = place(world, "26-000123", [("cable", "rostov", "2")])

    assert numbers(ask(client_1c_a)) == ["26-000123"]
    assert numbers(ask(client_1c_a)) == ["26-000123"]
    assert waiting() == [order.pk]
    acknowledge(client_1c_a)

    assert waiting() == []
    assert numbers(ask(client_1c_a)) == []
    assert StockHold.objects.get().mirrored_at is not None


def test_an_order_placed_between_query_and_success_is_not_marked(client_1c_a, world):
    place(world, "26-000123", [("cable", "rostov", "2")])
    ask(client_1c_a)

    late = place(world, "26-000124", [("lamp", "rostov", "1")])
    acknowledge(client_1c_a)

    assert waiting() == [late.pk]
    assert numbers(ask(client_1c_a)) == ["26-000124"]


def test_success_of_another_session_marks_nothing(client_1c_a, world):
    order = place(world, "26-000123", [("cable", "rostov", "2")])
    ask(client_1c_a)

    client_1c_a.begin("sale")
    acknowledge(client_1c_a)

    assert waiting() == [order.pk]


def test_an_order_of_a_product_without_guid_is_set_aside_and_others_go(client_1c_a, world):
    bad = place(world, "26-000123", [("cable", "rostov", "2")])
    ExternalId.objects.filter(kind="product").delete()
    place(world, "26-000124", [("lamp", "rostov", "1")])

    root = ask(client_1c_a)

    assert numbers(root) == ["26-000124"]
    parked = OutboxMessage.objects.get(payload__order_id=bad.pk)
    assert parked.state == "parked"
    assert "Кабель" in parked.last_error


def test_after_five_offers_orders_go_one_by_one_and_new_ones_in_between(client_1c_a, world):
    for number in ("26-000001", "26-000002"):
        place(world, number, [("cable", "rostov", "1")])
    for _offer in range(5):
        assert numbers(ask(client_1c_a)) == ["26-000001", "26-000002"]

    assert numbers(ask(client_1c_a)) == ["26-000001"]
    place(world, "26-000003", [("lamp", "rostov", "1")])
    assert numbers(ask(client_1c_a)) == ["26-000003"]
    acknowledge(client_1c_a)
    assert numbers(ask(client_1c_a)) == ["26-000002"]
    acknowledge(client_1c_a)
    assert numbers(ask(client_1c_a)) == ["26-000001"]


def back(number: str, amount: str = "200.00", **requisites: str) -> bytes:
    rows = "".join(
        f"<ЗначениеРеквизита><Наименование>{name.replace('_', ' ')}</Наименование>"
        f"<Значение>{value}</Значение></ЗначениеРеквизита>"
        for name, value in requisites.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><КоммерческаяИнформация ВерсияСхемы="2.07">'
        f"<Документ><Ид>1c-{number}</Ид><Номер>{number}</Номер><Дата>2026-11-24</Дата>"
        "<ХозОперация>Заказ товара</ХозОперация><Роль>Продавец</Роль><Валюта>RUB</Валюта>"
        f"<Сумма>{amount}</Сумма><ЗначенияРеквизитов>{rows}</ЗначенияРеквизитов></Документ>"
        "</КоммерческаяИнформация>"
    ).encode()


def receive(client, body: bytes) -> str:
    """As an older client: the file is processed without ``import``."""
    client.begin("sale")
    return client.call("sale", "file", body, filename="orders-1.xml")


def status(order) -> tuple[str, list[str]]:
    order.refresh_from_db()
    shipments = Shipment.objects.filter(order=order).order_by("sequence")
    return order.status, [shipment.status for shipment in shipments]


def test_steps_of_an_order_come_back_and_never_go_backwards(client_1c_a, world):
    order = place(world, "26-000123", [("cable", "rostov", "2"), ("lamp", "moscow", "3")])

    receive(client_1c_a, back("26-000123/1", Номер_по_1С="ЦБ-1", Статус_заказа="Согласован"))
    assert status(order) == ("placed", ["confirmed", "planned"])
    receive(client_1c_a, back("26-000123/2", СтатусЗаказа="[N] К отгрузке"))
    assert status(order) == ("picking", ["confirmed", "picking"])
    receive(
        client_1c_a,
        back(
            "26-000123/2",
            Номер_отгрузки_по_1С="РТ-9",
            Дата_отгрузки_по_1С="2026-11-23T10:30:00",
        ),
    )
    assert status(order) == ("shipping", ["confirmed", "shipped"])
    receive(client_1c_a, back("26-000123/2", Статус_заказа="Согласован"))
    receive(client_1c_a, back("26-000123/2", Отменен="true"))

    assert status(order) == ("shipping", ["confirmed", "shipped"])
    first, second = Shipment.objects.filter(order=order).order_by("sequence")
    assert first.order_number_1c == "ЦБ-1"
    assert second.waybill_number_1c == "РТ-9"
    assert second.shipped_at.date() == date(2026, 11, 23)
    assert [str(line.quantity_shipped) for line in order.lines.all()] == ["0.000", "3.000"]


def test_a_repeated_message_changes_nothing(client_1c_a, world):
    order = place(world, "26-000123", [("cable", "rostov", "2")])
    body = back("26-000123", Статус_заказа="Согласован", Номер_оплаты_по_1С="П-1")

    receive(client_1c_a, body)
    before = (status(order), Payment.objects.get().pk, Shipment.objects.get().confirmed_at)
    receive(client_1c_a, body)

    assert (status(order), Payment.objects.get().pk, Shipment.objects.get().confirmed_at) == before
    assert client_1c_a.session().files.get().counts["document"]["unchanged"] == 1


def test_a_payment_comes_back_with_its_number_date_and_sum(client_1c_a, world):
    place(world, "26-000123", [("cable", "rostov", "2")])

    receive(client_1c_a, back("26-000123", Заказ_оплачен="true"))
    receive(
        client_1c_a,
        back("26-000123", Номер_оплаты_по_1С="П-7", Дата_оплаты_по_1С="2026-11-20"),
    )

    payment = Payment.objects.get()
    assert (payment.number_1c, payment.date, payment.amount) == (
        "П-7",
        date(2026, 11, 20),
        Decimal("200.00"),
    )


def paid() -> list[tuple[str, str]]:
    rows = Payment.objects.order_by("number_1c").values_list("number_1c", "amount")
    return [(number, str(amount)) for number, amount in rows]


def test_each_shipment_of_a_split_order_may_be_flagged_as_paid(client_1c_a, world):
    place(world, "26-000123", [("cable", "rostov", "2"), ("lamp", "moscow", "3")])

    receive(client_1c_a, back("26-000123/1", amount="200.00", Заказ_оплачен="true"))
    receive(client_1c_a, back("26-000123/2", amount="300.00", Заказ_оплачен="true"))

    assert paid() == [("— 26-000123/1", "200.00"), ("— 26-000123/2", "300.00")]


def test_real_payments_take_the_place_of_flags_and_nothing_is_paid_twice(client_1c_a, world):
    place(world, "26-000123", [("cable", "rostov", "2"), ("lamp", "moscow", "3")])
    for number, amount in (("26-000123/1", "200.00"), ("26-000123/2", "300.00")):
        receive(client_1c_a, back(number, amount=amount, Заказ_оплачен="true"))

    receive(client_1c_a, back("26-000123/1", amount="200.00", Номер_оплаты_по_1С="П-1"))
    assert paid() == [("П-1", "200.00"), ("— 26-000123/2", "300.00")]
    receive(client_1c_a, payment_of("26-000123", "П-2", "250.00"))
    assert paid() == [("П-1", "200.00"), ("П-2", "250.00"), ("— 26-000123/2", "50.00")]
    receive(client_1c_a, payment_of("26-000123", "П-3", "50.00"))

    assert paid() == [("П-1", "200.00"), ("П-2", "250.00"), ("П-3", "50.00")]


def test_a_flag_after_a_part_was_paid_claims_the_rest(client_1c_a, world):
    place(world, "26-000123", [("cable", "rostov", "2")])
    receive(client_1c_a, payment_of("26-000123", "П-1", "150.00"))

    receive(client_1c_a, back("26-000123", Заказ_оплачен="true"))

    assert paid() == [("П-1", "150.00"), ("— 26-000123", "50.00")]
    receive(client_1c_a, payment_of("26-000123", "П-2", "50.00"))
    assert paid() == [("П-1", "150.00"), ("П-2", "50.00")]


def payment_of(order: str, number: str, amount: str) -> bytes:
    """A payment of the package exchange, in the container of its order."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><КоммерческаяИнформация ВерсияСхемы="3.1">'
        f"<Контейнер><Документ><Ид>o</Ид><Номер>{order}</Номер></Документ>"
        f"<Документ><Ид>{number}</Ид><Номер>{number}</Номер><Дата>2026-11-22</Дата>"
        f"<ХозОперация>Выплата безналичных денег</ХозОперация><Сумма>{amount}</Сумма></Документ>"
        "</Контейнер></КоммерческаяИнформация>"
    ).encode()


def test_a_date_of_payment_that_is_none_is_told_and_the_payment_counts(client_1c_a, world):
    place(world, "26-000123", [("cable", "rostov", "2")])

    receive(
        client_1c_a, back("26-000123", Номер_оплаты_по_1С="П-1", Дата_оплаты_по_1С="31.11.2026")
    )

    assert (Payment.objects.get().number_1c, Payment.objects.get().date) == ("П-1", None)
    problem = ExchangeProblem.objects.get()
    assert (problem.code, problem.level) == ("bad_date", "warning")
    assert "«31.11.2026» — не дата" in problem.text


@pytest.mark.parametrize(
    ("text", "step"),
    [("Подтверждён", "confirmed"), ("Отменён", "cancelled"), ("отгружён", "shipped")],
)
def test_a_status_is_the_same_with_and_without_dots(client_1c_a, world, text, step):
    order = place(world, "26-000123", [("cable", "rostov", "2")])

    receive(client_1c_a, back("26-000123", Статус_заказа=text))

    assert status(order)[1] == [step]
    assert not ExchangeProblem.objects.exists()


def another_base(**values):
    """A second base of 1C that speaks now, and the organization it is bound to."""
    own = Organization.objects.create(name="ООО «Другая»", inn="7707083893")
    ExchangeConnection.objects.update(**values.pop("first", {}))
    bound = own if values.pop("is_bound", True) else None
    ExchangeConnection.objects.create(
        name="2", username="второй", password=make_password("x" * 12), source="base-2",
        organization=bound, **values,
    )  # fmt: skip
    return Client1C(user="второй", password="x" * 12)


def test_a_base_has_no_say_in_orders_of_another_organization(client_1c_a, world):
    order = place(world, "26-000123", [("cable", "rostov", "2")])
    other = another_base()

    answers = [
        receive(other, back("26-000123", Отменен="true")),
        receive(other, back("26-000123", Номер_отгрузки_по_1С="РТ-1")),
        receive(other, payment_of("26-000123", "П-1", "200.00")),
    ]

    assert all(answer.startswith("success") for answer in answers)
    assert status(order) == ("placed", ["planned"])
    assert paid() == []
    assert StockHold.objects.get().mirrored_at is None
    assert {p.code for p in ExchangeProblem.objects.all()} == {"foreign_order"}


@pytest.mark.parametrize(("has_its_base", "expected"), [(True, "planned"), (False, "cancelled")])
def test_a_base_for_the_rest_hears_of_organizations_without_a_base(
    client_1c_a, world, has_its_base, expected
):
    order = place(world, "26-000123", [("cable", "rostov", "2")])
    first = {"organization": world.organization} if has_its_base else {}
    other = another_base(is_bound=False, first=first)

    receive(other, back("26-000123", Отменен="true"))

    assert status(order)[1] == [expected]


def test_a_cancelled_order_lets_its_stock_go(client_1c_a, world):
    order = place(world, "26-000123", [("cable", "rostov", "2")])

    receive(client_1c_a, back("26-000123", Отменен="true"))

    assert status(order) == ("cancelled", ["cancelled"])
    assert StockHold.objects.get().released_at is not None
    assert order.lines.get().stockrecord.num_allocated == 0


def test_an_unknown_status_is_a_warning_and_the_rest_is_taken(client_1c_a, world):
    order = place(world, "26-000123", [("cable", "rostov", "2")])

    answer = receive(
        client_1c_a,
        back("26-000123", Статус_заказа="Ждёт у моря", Номер_оплаты_по_1С="П-1"),
    )

    assert answer.startswith("success")
    assert status(order) == ("placed", ["planned"])
    assert Payment.objects.count() == 1
    problem = ExchangeProblem.objects.get()
    assert (problem.level, problem.code) == ("warning", "unknown_status")


def test_an_order_of_somebody_else_is_left_aside(client_1c_a, world):
    answer = receive(client_1c_a, back("99-999999", Отменен="true"))

    assert answer.startswith("success")
    assert ExchangeProblem.objects.get().code == "unknown_order"


def test_payment_and_shipment_documents_of_the_package_exchange_come_back(client_1c_a, world):
    order = place(world, "26-000123", [("cable", "rostov", "2")])
    document = (
        "<Документ><Ид>{id}</Ид><Номер>{number}</Номер><Дата>2026-11-22</Дата>"
        "<ХозОперация>{operation}</ХозОперация><Валюта>RUB</Валюта><Сумма>{amount}</Сумма></Документ>"
    )
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<КоммерческаяИнформация ВерсияСхемы="3.1"><Контейнер>'
        + document.format(id="o", number="26-000123", operation="Заказ товара", amount="200.00")
        + document.format(
            id="p", number="П-1", operation="Выплата безналичных денег", amount="150.00"
        )
        + document.format(id="s", number="РТ-1", operation="Отпуск товара", amount="200.00")
        + "</Контейнер></КоммерческаяИнформация>"
    ).encode()

    receive(client_1c_a, body)

    assert status(order) == ("completed", ["shipped"])
    assert Payment.objects.get().amount == Decimal("150.00")


def waybill(order: str, number: str, *lines: tuple[str, str]) -> bytes:
    """A document by which so much of goods (by GUID) left."""
    rows = "".join(
        f"<Товар><Ид>{guid}</Ид><Количество>{quantity}</Количество></Товар>"
        for guid, quantity in lines
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<КоммерческаяИнформация ВерсияСхемы="3.1"><Контейнер>'
        f"<Документ><Ид>o-{order}</Ид><Номер>{order}</Номер><Дата>2026-11-22</Дата>"
        "<ХозОперация>Заказ товара</ХозОперация></Документ>"
        f"<Документ><Ид>{number}</Ид><Номер>{number}</Номер><Дата>2026-11-22</Дата>"
        "<ХозОперация>Отпуск товара</ХозОперация><Валюта>RUB</Валюта>"
        f"<Товары>{rows}</Товары></Документ></Контейнер></КоммерческаяИнформация>"
    ).encode()


def test_a_waybill_of_some_of_the_goods_ships_those_line_by_line(client_1c_a, world):
    order = place(world, "26-000123", [("cable", "rostov", "42"), ("lamp", "rostov", "5")])
    cable = name_in_1c("product", world.products["cable"])
    lamp = name_in_1c("product", world.products["lamp"])

    receive(client_1c_a, waybill("26-000123", "РТ-1", (cable, "30")))
    receive(client_1c_a, waybill("26-000123", "РТ-1", (cable, "30")))

    assert status(order) == ("shipping", ["partly"])
    shipped = order.lines.order_by("position").values_list("quantity_shipped", flat=True)
    assert [int(quantity) for quantity in shipped] == [30, 0]

    receive(client_1c_a, waybill("26-000123", "РТ-2", (cable, "12"), (lamp, "5")))

    assert status(order) == ("completed", ["shipped"])
    assert [int(quantity) for quantity in shipped.all()] == [42, 5]


def left_cancelled():
    mails = OutboxMessage.objects.filter(topic="mail", payload__key__startswith="left_cancelled")
    problems = ExchangeProblem.objects.filter(code="left_cancelled")
    return [mail.payload["to"] for mail in mails], [p.level for p in problems]


@pytest.mark.parametrize("how", ["waybill", "requisite", "status"])
def test_the_manager_is_told_once_that_1c_has_shipped_what_was_cancelled(client_1c_a, world, how):
    order = place(world, "26-000123", [("cable", "rostov", "42")])
    shipments_cancel(shipment_ids=list(order.shipments.values_list("pk", flat=True)))
    cable = name_in_1c("product", world.products["cable"])
    body = {
        "waybill": waybill("26-000123", "РТ-1", (cable, "42")),
        "requisite": back("26-000123", Номер_отгрузки_по_1С="РТ-1"),
        "status": back("26-000123", Статус_заказа="Отгружен"),
    }[how]

    receive(client_1c_a, body)
    receive(client_1c_a, body)

    assert status(order) == ("cancelled", ["cancelled"])
    assert left_cancelled() == ([world.people["manager"].email], ["warning"])
    shown = "" if how == "status" else "РТ-1"
    assert order.shipments.get().waybill_number_1c == shown


def test_nobody_is_told_when_what_goes_on_has_left(client_1c_a, world):
    order = place(world, "26-000123", [("cable", "rostov", "42"), ("lamp", "moscow", "5")])
    first, _second = order.shipments.order_by("sequence")
    shipments_cancel(shipment_ids=[first.pk])
    lamp = name_in_1c("product", world.products["lamp"])

    receive(client_1c_a, back("26-000123", Статус_заказа="Отгружен"))
    receive(client_1c_a, waybill("26-000123", "РТ-1", (lamp, "5")))

    assert status(order) == ("completed", ["cancelled", "shipped"])
    assert left_cancelled() == ([], [])


@pytest.mark.parametrize("said", [{"Статус_заказа": "Отгружен"}, {"Отменен": "true"}])
def test_what_1c_closes_of_a_shipment_that_left_in_part_will_not_come(client_1c_a, world, said):
    order = place(world, "26-000123", [("cable", "rostov", "42")])
    cable = name_in_1c("product", world.products["cable"])
    receive(client_1c_a, waybill("26-000123", "РТ-1", (cable, "30")))

    receive(client_1c_a, back("26-000123", **said))

    assert status(order) == ("completed", ["shipped"])
    assert int(order.lines.get().quantity_shipped) == 30


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251"])
def test_the_answer_is_in_the_connections_encoding(client_1c_a, world, connection, encoding):
    connection.encoding = encoding
    connection.save()
    place(world, "26-000123", [("cable", "rostov", "2")])

    client_1c_a.begin("sale")
    body = client_1c_a.raw("sale", "query").content

    assert body.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
    assert "Позвонить за час" in body.decode(encoding)


def test_the_settings_dialog_gets_statuses(client_1c_a):
    body = client_1c_a.raw("sale", "info").content.decode("windows-1251")

    assert "<Cтатусы>" in body
    assert "<Ид>shipped</Ид>" in body


def test_an_order_that_waits_for_goods_says_till_when(client_1c_a, world):
    order = place(world, "26-000123", [("cable", "rostov", "2")])
    Shipment.objects.filter(order=order).update(ready_on=date(2026, 12, 14))

    [document] = ask(client_1c_a).iter("Документ")

    told = {
        row.findtext("Наименование"): row.findtext("Значение")
        for row in document.iter("ЗначениеРеквизита")
    }
    assert told["Ожидает поступления"] == "2026-12-14"
