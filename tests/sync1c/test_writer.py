"""Orders written for 1C: by its rules, in its encodings, valid by its own schemas."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from lxml import etree

from b2b_apps.sync1c.commerceml.outgoing import (
    OutgoingLine,
    OutgoingOrder,
    OutgoingParty,
    OutgoingWarehouse,
)
from b2b_apps.sync1c.commerceml.reader import read
from b2b_apps.sync1c.commerceml.records import DocumentRecord
from b2b_apps.sync1c.commerceml.writer import NumberTooLongError, write_orders
from tests.sync1c.real_files import FOLDER

NOW = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
LINE = OutgoingLine(
    product_id="11111111-1111-4111-8111-111111111111#22222222-2222-4222-8222-222222222222",
    name="Кабель ВВГнг 3×2,5 — бухта 100 м",
    price=Decimal("122.0000"),
    quantity=Decimal("2.000"),
    amount=Decimal("244.00"),
    vat_label="22",
    vat_amount=Decimal("44.00"),
    article="A-1",
    unit_code="796",
    unit_name="шт",
)
SMALL = replace(
    LINE, price=Decimal("0.4567"), quantity=Decimal("1000"), amount=Decimal("456.70"),
    vat_label="10", vat_amount=Decimal("41.52"), unit_code="006", unit_name="м",
    factor=Decimal(100),
)  # fmt: skip
ORDER = OutgoingOrder(
    id="5e0ddf5c-6f0c-4a10-9000-000000000001-1",
    number="26-000123/1",
    placed_at=NOW,
    currency="RUB",
    amount=Decimal("700.70"),
    vat_included=True,
    party=OutgoingParty(
        id="6f0c2a10-0000-4000-8000-000000000001",
        name="Ромашка ООО",
        official_name='ООО "Ромашка"',
        inn="7700000000",
        kpp="770001001",
        legal_address="г. Москва, ул. Тестовая, 1",
        delivery_address="г. Москва, склад 2",
        email="buyer@example.com",
        phone="+7 000 000-00-00",
    ),
    lines=(LINE, SMALL),
    comment="Позвонить ☎ за час",
    requisites=(("Отменен", "false"), ("Сайт", "Пакгауз"), ("Пустой", "")),
)
SCHEMAS = ["2.07", "2.09", "3.1"]
ENCODINGS = ["windows-1251", "utf-8", "utf-8-sig"]


def root_of(orders, **how) -> etree._Element:
    return etree.fromstring(write_orders(orders, now=NOW, **how))


def texts(root, path):
    return [element.text for element in root.findall(path)]


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_was_written_is_read_back_in_every_schema_and_encoding(schema, encoding, tmp_path):
    path = tmp_path / "orders.xml"
    path.write_bytes(write_orders([ORDER, ORDER], schema=schema, encoding=encoding, now=NOW))

    found = [record for record in read(path) if isinstance(record, DocumentRecord)]

    assert [d.number for d in found] == ["26-000123/1"] * 2
    assert found[0].comment == "Позвонить ☎ за час"
    assert [(x.price, x.quantity, x.amount, x.vat, x.factor) for x in found[0].lines] == [
        (Decimal("122.00"), 2, Decimal("244.00"), "22", 1),
        (Decimal("0.4567"), 1000, Decimal("456.70"), "10", 100),
    ]
    assert found[0].counterparty.inn == "7700000000"


def test_bytes_are_of_the_encoding_that_was_asked_for():
    cp1251 = write_orders([ORDER], encoding="windows-1251", now=NOW)
    utf8 = write_orders([ORDER], encoding="utf-8", now=NOW)
    with_bom = write_orders([ORDER], encoding="utf-8-sig", now=NOW)

    assert cp1251.startswith(b"<?xml")
    assert b"windows-1251" in cp1251[:60]
    assert "Позвонить &#9742; за час".encode("cp1251") in cp1251
    assert with_bom == b"\xef\xbb\xbf" + utf8
    assert "☎".encode() in utf8


def test_there_is_no_namespace_at_all():
    for schema in SCHEMAS:
        assert b"xmlns" not in write_orders([ORDER], schema=schema, now=NOW)


def test_nothing_to_send_is_a_root_without_documents():
    root = root_of([])

    assert root.tag == "КоммерческаяИнформация"
    assert dict(root.attrib) == {"ВерсияСхемы": "2.07", "ДатаФормирования": "2026-03-02T10:15:00"}
    assert len(root) == 0


def test_every_line_names_its_vat_and_its_unit():
    lines = root_of([ORDER]).findall(".//Товар")

    assert len(lines) == 2
    for line in lines:
        assert line.findtext("СтавкиНалогов/СтавкаНалога/Ставка") in {"22", "10"}
        assert line.findtext("Единица")
        assert line.findtext("Коэффициент")
        assert line.find("БазоваяЕдиница").get("Код")
    assert [line.findtext("ЦенаЗаЕдиницу") for line in lines] == ["122.00", "0.4567"]
    assert [line.findtext("Сумма") for line in lines] == ["244.00", "456.70"]


@pytest.mark.parametrize(("included", "expected"), [(True, "true"), (False, "false")])
def test_the_document_says_whether_vat_is_inside_and_how_much_by_rate(included, expected):
    root = root_of([replace(ORDER, vat_included=included)])

    assert texts(root, "Документ/Налоги/Налог/УчтеноВСумме") == [expected] * 2
    assert texts(root, "Документ/Налоги/Налог/Ставка") == ["22", "10"]
    assert texts(root, "Документ/Налоги/Налог/Сумма") == ["44.00", "41.52"]


def test_a_document_without_vat_has_no_taxes_but_a_rate_on_the_line():
    line = replace(LINE, vat_label="", vat_amount=Decimal(0))
    root = root_of([replace(ORDER, vat_included=None, lines=(line,))])

    assert root.findall(".//Налог") == []
    assert texts(root, ".//СтавкаНалога/Ставка") == ["Без НДС"]


def test_goods_without_vat_in_a_document_with_it_say_so_above_too():
    line = replace(LINE, vat_label="", vat_amount=Decimal(0))
    root = root_of([replace(ORDER, lines=(line,))])

    assert texts(root, "Документ/Налоги/Налог/Ставка") == ["Без НДС"]
    assert texts(root, ".//Товар/Налоги/Налог/Ставка") == ["Без НДС"]


def test_a_warehouse_is_named_only_with_address_and_contact():
    whole = OutgoingWarehouse(id="w", name="Склад", address="Москва", phone="+7")
    half = replace(whole, phone="")

    with_whole = root_of([replace(ORDER, warehouse=whole)])
    with_half = root_of([replace(ORDER, warehouse=half)])

    assert texts(with_whole, ".//Склад/Адрес/АдресноеПоле/Значение") == ["Москва"]
    assert texts(with_whole, ".//Склад/Контакты/Контакт/Значение") == ["+7"]
    assert with_half.findall(".//Склады") == []


def test_only_schema_3_wraps_each_order_in_a_container():
    assert len(root_of([ORDER, ORDER], schema="3.1").findall("Контейнер/Документ")) == 2
    assert len(root_of([ORDER, ORDER], schema="2.09").findall("Документ")) == 2


def test_a_number_of_twelve_characters_is_refused():
    with pytest.raises(NumberTooLongError):
        write_orders([replace(ORDER, number="26-000123/10")], now=NOW)


def test_characters_that_xml_cannot_hold_are_left_out():
    root = root_of([replace(ORDER, comment="до\x00 \x0bсклада\ud800")])

    assert root.findtext("Документ/Комментарий") == "до склада"


def schema_errors(schema_file: str, orders) -> list[str]:
    path = next(p for p in sorted(FOLDER.glob("dobromyslov*.xsd")) if p.name.endswith(schema_file))
    schema = etree.XMLSchema(etree.parse(str(path)))
    body = write_orders(orders, encoding="utf-8", now=NOW).replace(
        "<КоммерческаяИнформация ".encode(),
        '<КоммерческаяИнформация xmlns="urn:1C.ru:commerceml_2" '.encode(),
    )
    schema.validate(etree.fromstring(body))
    return [error.message for error in schema.error_log]


@pytest.mark.parametrize("schema_file", ["2.08.xsd", "2.10.xsd"])
@pytest.mark.skipif(not FOLDER.exists(), reason="schemas of 1C are not beside the project")
def test_a_file_is_valid_by_the_schemas_of_1c(schema_file):
    warehouse = OutgoingWarehouse(id="w-1", name="Склад", address="Москва", phone="+7")
    plain = replace(ORDER, lines=(LINE, LINE), warehouse=warehouse)

    assert schema_errors(schema_file, [plain, replace(plain, vat_included=False)]) == []
    assert schema_errors(schema_file, [replace(plain, vat_included=None, warehouse=None)]) == []


@pytest.mark.skipif(not FOLDER.exists(), reason="schemas of 1C are not beside the project")
def test_a_price_of_four_decimals_is_all_that_goes_beyond_the_schema():
    errors = schema_errors("2.10.xsd", [ORDER])

    assert len(errors) == 1
    assert "'0.4567' has more fractional digits" in errors[0]
