"""The infobase of the simulated 1C: which orders it takes, what becomes of them."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from b2b_apps.sync1c.commerceml.reader import read
from b2b_apps.sync1c.commerceml.records import BadRecord, DocumentRecord, OfferRecord
from b2b_apps.sync1c.commerceml.writer import write_orders
from b2b_apps.sync1c.simulator.base import Infobase
from b2b_apps.sync1c.simulator.checks import RefusedError
from b2b_apps.sync1c.simulator.life import advance, documents_back
from b2b_apps.sync1c.simulator.stock import stock_file
from tests.sync1c.infobase import BOLT, PAINT, infobase_folder, line_of, order_of

NOW = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)


@pytest.fixture
def base(tmp_path):
    return Infobase(infobase_folder(tmp_path))


def take(base, *orders, client="a"):
    schema = "3.1" if client == "b" else "2.07"
    return base.take(write_orders(orders, schema=schema), client=client)


def step(base):
    """Move on, as if the site had heard of everything."""
    orders = advance(base, NOW)
    for order in orders:
        order.is_told = True
    return orders


def records_in(tmp_path, body, kind):
    path = tmp_path / "back.xml"
    path.write_bytes(body)
    records = list(read(path))
    assert not [r for r in records if isinstance(r, BadRecord)]
    return [r for r in records if isinstance(r, kind)]


def test_order_received_again_is_updated_never_doubled(base):
    take(base, order_of())

    taken = take(base, order_of("26-000001", line_of(quantity="7")))

    rows = json.loads(base.journal_path.read_text())["orders"]
    assert (taken.new, taken.updated, taken.errors) == ([], ["26-000001"], [])
    assert list(rows) == ["26-000001 2026-03-02"]
    assert rows["26-000001 2026-03-02"]["lines"][0]["quantity"] == "7"
    assert rows["26-000001 2026-03-02"]["num_received"] == 2


def test_journal_is_read_back_as_it_was(base):
    take(base, order_of())
    step(base)
    base.save()

    again = Infobase(base.folder)

    assert again.orders == base.orders
    assert again.stale == {BOLT}


@pytest.mark.parametrize(
    ("order", "text"),
    [
        (order_of(id=""), 'Поле "Ид" не обнаружено.'),
        (order_of(currency=""), 'Поле "Валюта" не обнаружено.'),
        (order_of(party_id="x", inn="1"), "Контрагент «Ромашка» не найден."),
        (order_of("26-000001", line_of("nom-x")), "Номенклатура nom-x не найдена."),
        (order_of("26-000001", line_of("nom-paint#char-x")), ("Номенклатура nom-paint#char-x не "
         "найдена.")),
        (order_of("26-000001", line_of(quantity="0")), ("Товар nom-bolt: количество, цена или "
         "коэффициент не годятся.")),
        (order_of(amount=Decimal("119.99")), ("Сумма документа 26-000001 — 119.99, а по строкам "
         "120.00.")),
        (order_of(contract="c-x"), "Заказ 26-000001: договор c-x не найден."),
        (order_of(store="s-x"), "Заказ 26-000001: склад s-x не найден."),
    ],
)  # fmt: skip
def test_order_that_1c_would_not_take_is_refused_with_the_reason(base, order, text):
    taken = take(base, order)

    assert taken.errors == [f"26-000001: {text}"]
    assert base.orders == {}


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (b"<\xd1\xf2\xe0\xe2\xea\xe0>22</\xd1\xf2\xe0\xe2\xea\xe0></\xd1\xf2\xe0\xe2\xea\xe0\xcd",
         b"</\xd1\xf2\xe0\xe2\xea\xe0\xcd", "Товар nom-bolt: не указана ставка НДС."),
        ("<Номер>26-000001<".encode("cp1251"), "<Номер>26-0000000001<".encode("cp1251"),
         "Номер «26-0000000001» длиннее 11 знаков."),
        ("<Дата>2026-03-02<".encode("cp1251"), "<Дата>02.03.2026<".encode("cp1251"),
         "Заказ 26-000001: «02.03.2026» — не дата."),
    ],
    ids=["vat", "number", "date"],
)  # fmt: skip
def test_what_our_writer_never_writes_is_refused_too(base, before, after, text):
    body = write_orders([order_of()])
    assert body.count(before) == 1

    taken = base.take(body.replace(before, after), client="a")

    assert [error.partition(": ")[2] for error in taken.errors] == [text]


def test_counterparty_is_known_by_its_inn(base):
    taken = take(base, order_of(party_id="b2b-5"))

    assert taken.new == ["26-000001"]


def test_vat_on_top_is_part_of_the_documents_sum(base):
    line = line_of(vat_amount=Decimal("26.40"))

    taken = take(base, order_of("26-000001", line, vat_included=False, amount=Decimal("146.40")))

    assert taken.errors == []


def test_package_client_wants_containers(base):
    taken = take(base, order_of(), client="b")

    assert taken.new == ["26-000001"]
    with pytest.raises(RefusedError, match="не в контейнере"):
        base.take(write_orders([order_of()]), client="b")


def test_answer_that_is_not_xml_is_refused(base):
    with pytest.raises(RefusedError, match="не XML"):
        base.take(b"Internal Server Error", client="a")


def test_no_orders_is_not_an_error(base):
    taken = take(base)

    assert (taken.new, taken.updated, taken.errors) == ([], [], [])


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
def test_each_step_is_a_document_with_the_sites_number(base, tmp_path, encoding):
    take(base, order_of())

    seen = []
    for _ in range(4):
        body = documents_back(step(base), client="a", now=NOW, encoding=encoding)
        seen += records_in(tmp_path, body, DocumentRecord)

    assert {(d.number, d.date, d.time, d.role) for d in seen} == {
        ("26-000001", "2026-03-02", "10:15:00", "Продавец")
    }
    assert [d.requisite("Статус заказа") for d in seen] == [
        "Подтвержден", "Собирается", "Отгружен", "Отгружен"
    ]  # fmt: skip
    assert {d.requisite("Номер по 1С") for d in seen} == {"УТ-000001"}
    assert [d.requisite("Номер отгрузки по 1С") for d in seen] == ["", "", *["УТ-000001"] * 2]
    assert [d.requisite("Заказ оплачен") for d in seen] == ["", "", "", "true"]
    assert seen[3].lines[0].quantity == Decimal(12)


def test_package_client_gives_back_a_container_of_three_documents(base, tmp_path):
    take(base, order_of(), client="b")
    for _ in range(3):
        step(base)

    body = documents_back(step(base), client="b", now=NOW)

    order, shipment, payment = records_in(tmp_path, body, DocumentRecord)
    assert order.requisite("Номер по 1С") == order.number_1c == "УТ-000001"
    assert (shipment.operation, shipment.order_number) == ("Отпуск товара", "26-000001")
    assert (payment.operation, payment.order_number) == ("Выплата безналичных денег", "26-000001")
    assert (payment.amount, payment.date) == (Decimal(120), "2026-03-03")


def test_paid_order_has_no_more_news(base):
    take(base, order_of())
    for _ in range(4):
        step(base)

    assert step(base) == []


def test_stock_of_a_confirmed_order_leaves_its_quantity_out(base, tmp_path):
    paint = line_of(PAINT, quantity="2", factor=Decimal("2"))
    take(base, order_of("26-000001", line_of(), paint))
    before = stock_file(base, NOW)
    step(base)

    offers = records_in(tmp_path, stock_file(base, NOW), OfferRecord)

    assert before is None
    assert [(o.external_id, o.quantity) for o in offers] == [(BOLT, 118), (PAINT, 1)]
    assert [(b.warehouse_id, b.quantity) for b in offers[0].balances] == [
        ("store-1", 88), ("store-2", 30)
    ]  # fmt: skip


def test_cancelled_order_gives_its_stock_back_and_tells_so_once(base, tmp_path):
    take(base, order_of())
    step(base)
    base.stale.clear()

    take(base, order_of(cancelled="true"))
    back = documents_back(step(base), client="a", now=NOW)
    (offer,) = records_in(tmp_path, stock_file(base, NOW), OfferRecord)

    (document,) = records_in(tmp_path, back, DocumentRecord)
    assert document.requisite("Отменен") == "true"
    assert offer.quantity == 130
    assert step(base) == []


def test_shipped_order_is_not_changed_by_the_site(base):
    take(base, order_of())
    for _ in range(3):
        step(base)

    take(base, order_of("26-000001", line_of(quantity="1"), cancelled="true"))

    (order,) = base.orders.values()
    assert (order.lines[0].quantity, order.is_cancelled) == ("12", False)
