"""The reader: namespaces, encodings, and the ways in which 1C writes one thing."""

from decimal import Decimal

import pytest

from b2b_apps.sync1c.commerceml.records import (
    BadRecord,
    DocumentRecord,
    OfferRecord,
    ProductRecord,
)
from tests.sync1c.reading import file_of, goods, offers, records_of


@pytest.mark.parametrize("namespace", ["", "2", "205", "208", "210", "3"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251"])
def test_namespaces_and_encodings_make_no_difference(namespace, encoding, tmp_path):
    path = tmp_path / "file.xml"
    xmlns = f' xmlns="urn:1C.ru:commerceml_{namespace}"' if namespace else ""
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    row = "<Товар><Ид>a#b</Ид><Наименование>Ёлка</Наименование></Товар>"
    text = (
        f'<?xml version="1.0" encoding="{declared}"?><КоммерческаяИнформация{xmlns}>'
        f"{goods(row)}</КоммерческаяИнформация>"
    )
    path.write_bytes(text.encode(encoding))

    found = records_of(path, ProductRecord)

    assert [(r.external_id, r.name) for r in found] == [("a#b", "Ёлка")]


def test_changes_of_an_offer_name_their_characteristic_apart(tmp_path):
    path = file_of(
        tmp_path,
        "<ИзмененияПакетаПредложений><Ид>#</Ид><Предложения><Предложение><Ид>n</Ид>"
        "<ИдХарактеристики>c</ИдХарактеристики>"
        '<Склады ИдСклада="w1" КоличествоНаСкладе="2,5"/>'
        '<Склады ИдСклада="w2" КоличествоНаСкладе="1 000"/>'
        "<Количество>1002.5</Количество></Предложение></Предложения>"
        "</ИзмененияПакетаПредложений>",
    )

    (offer,) = records_of(path, OfferRecord)

    assert offer.external_id == "n#c"
    assert [(b.warehouse_id, b.quantity) for b in offer.balances] == [
        ("w1", Decimal("2.5")), ("w2", Decimal(1000)),
    ]  # fmt: skip
    assert offer.quantity == Decimal("1002.5")
    assert offer.prices is None


def test_a_balance_without_a_warehouse_and_an_offer_without_any(tmp_path):
    path = file_of(
        tmp_path,
        offers(
            "<Предложение><Ид>a</Ид><Остатки><Остаток><Количество>2</Количество></Остаток>"
            "</Остатки></Предложение>",
            "<Предложение><Ид>b</Ид><Цены/></Предложение>",
        ),
    )

    first, second = records_of(path, OfferRecord)

    assert [(b.warehouse_id, b.quantity) for b in first.balances] == [("", 2)]
    assert (second.balances, second.quantity, second.prices) == (None, None, ())


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ("<Документ><Номер/></Документ>", "missing_number"),
        ((f"<Каталог><Товары><Товар><Ид>{'a' * 201}</Ид><Наименование>Т</Наименование></Товар>"
         "</Товары></Каталог>"), "long_id"),
        (("<ПакетПредложений><Предложения><Предложение><Ид>a</Ид><Цены><Цена><ЦенаЗаЕдиницу>5"
         "</ЦенаЗаЕдиницу></Цена></Цены></Предложение></Предложения></ПакетПредложений>"),
         "missing_price_type"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_from_others_is_reported(inner, code, tmp_path):
    assert [r.code for r in records_of(file_of(tmp_path, inner), BadRecord)] == [code]


def test_an_object_without_an_id_is_told_and_the_rest_read(tmp_path):
    path = file_of(
        tmp_path,
        goods("<Товар><Ид/><Наименование>Без имени</Наименование></Товар>",
              "<Товар><Ид>b</Ид><Наименование>Б</Наименование></Товар>"),
    )  # fmt: skip

    found = records_of(path)

    assert [r.code for r in found if isinstance(r, BadRecord)] == ["missing_id"]
    assert [r.external_id for r in found if isinstance(r, ProductRecord)] == ["b"]


@pytest.mark.parametrize("mark", ['Статус="Удален"', ""])
def test_deletion_is_seen_in_both_of_its_forms(mark, tmp_path):
    flag = "" if mark else "<ПометкаУдаления>true</ПометкаУдаления>"
    path = file_of(
        tmp_path, goods(f"<Товар {mark}><Ид>a</Ид><Наименование>А</Наименование>{flag}</Товар>")
    )

    (record,) = records_of(path, ProductRecord)

    assert record.is_deleted


def test_documents_of_a_container_belong_to_its_order(tmp_path):
    path = file_of(
        tmp_path,
        "<Контейнер><Документ><Ид>1</Ид><Номер>26-1</Номер></Документ>"
        "<Документ><Ид>2</Ид><Номер>П-9</Номер>"
        "<ХозОперация>Выплата безналичных денег</ХозОперация></Документ></Контейнер>"
        "<Контейнер><Документ><Ид>3</Ид><Номер>26-2</Номер><ПодчиненныеДокументы>"
        "<ПодчиненныйДокумент><Ид>4</Ид><Номер>РТ-1</Номер></ПодчиненныйДокумент>"
        "</ПодчиненныеДокументы></Документ></Контейнер>",
    )

    found = records_of(path, DocumentRecord)

    assert [(d.number, d.order_number) for d in found] == [
        ("26-1", "26-1"), ("П-9", "26-1"), ("26-2", "26-2"), ("РТ-1", "26-2"),
    ]  # fmt: skip


def test_lines_past_65535_are_numbered_too(tmp_path):
    rows = "\n".join(
        f"<Товар>\n<Ид>{n}</Ид>\n<Наименование>Т</Наименование>\n</Товар>" for n in range(20_000)
    )
    path = file_of(tmp_path, goods("\n" + rows))

    last = records_of(path, ProductRecord)[-1]

    # libxml2 keeps such lines in the text that follows, hence one further on.
    assert last.line - (4 + 19_999 * 4) in {0, 1}
