"""The reader: every real file counted apart, every quirk, every attack, memory of a large file."""

import contextlib
import subprocess
import sys
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from b2b_apps.sync1c.commerceml import errors
from b2b_apps.sync1c.commerceml.messages import TEXTS, message, message_of
from b2b_apps.sync1c.commerceml.reader import read
from b2b_apps.sync1c.commerceml.records import (
    BadRecord,
    CounterpartyRecord,
    DocumentRecord,
    GroupRecord,
    HeaderRecord,
    OfferRecord,
    PriceTypeRecord,
    ProductRecord,
    PropertyRecord,
    UnitRecord,
    WarehouseRecord,
)
from tests.sync1c.real_files import FILES, tree_of

# What to count in a tree, apart from the reader: the last step is the object.
PLACES = {
    GroupRecord: "//*[local-name()='Группы']/*[local-name()='Группа']",
    PropertyRecord: "//*[local-name()='Свойства']/*[local-name()='Свойство']",
    PriceTypeRecord: "//*[local-name()='ТипыЦен']/*[local-name()='ТипЦены']",
    WarehouseRecord: "//*[local-name()='Классификатор' or local-name()='ПакетПредложений']"
    "/*[local-name()='Склады']/*[local-name()='Склад']",
    UnitRecord: "//*[local-name()='ЕдиницыИзмерения']/*[local-name()='ЕдиницаИзмерения']",
    ProductRecord: "//*[local-name()='Каталог']/*[local-name()='Товары']/*[local-name()='Товар']",
    OfferRecord: "//*[local-name()='Предложения']/*[local-name()='Предложение']",
    CounterpartyRecord: "/*/*[local-name()='Контрагенты']/*[local-name()='Контрагент']",
    DocumentRecord: "//*[local-name()='Документ']",
}


def records_of(path: Path, kind: type | None = None) -> list:
    return [record for record in read(path) if kind is None or isinstance(record, kind)]


def read_into(found: list, path: Path) -> None:
    """Append record by record, so that what was read before an error stays."""
    for record in read(path):
        found += [record]


def file_of(tmp_path: Path, inner: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "file.xml"
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n'
        f'<КоммерческаяИнформация ВерсияСхемы="2.07">\n{inner}\n</КоммерческаяИнформация>'
    )
    path.write_bytes(text.encode(encoding))
    return path


def offers(*rows: str) -> str:
    return f"<ПакетПредложений><Предложения>{''.join(rows)}</Предложения></ПакетПредложений>"


def goods(*rows: str) -> str:
    return f"<Каталог><Товары>{''.join(rows)}</Товары></Каталог>"


@pytest.mark.skipif(not FILES, reason="real files are not beside the project")
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_real_file_is_read_whole(path):
    root = tree_of(path)
    expected = {kind.__name__: len(root.xpath(place)) for kind, place in PLACES.items()}

    found = records_of(path)

    counted = Counter(type(record).__name__ for record in found)
    assert {name: counted[name] for name in expected} == expected
    assert counted["BadRecord"] == 0


@pytest.mark.skipif(not FILES, reason="real files are not beside the project")
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_prices_balances_pictures_and_lines_of_real_files_are_all_there(path):
    root = tree_of(path)

    def number(place: str) -> int:
        return len(root.xpath(place))

    found = records_of(path)

    of_offers = [r for r in found if isinstance(r, OfferRecord)]
    of_goods = [r for r in found if isinstance(r, ProductRecord)]
    documents = [r for r in found if isinstance(r, DocumentRecord)]
    assert sum(len(r.prices or ()) for r in of_offers) == number(
        "//*[local-name()='Предложение']/*[local-name()='Цены']/*[local-name()='Цена']"
    )
    assert sum(len(r.balances or ()) for r in of_offers) == number(
        "//*[local-name()='Предложение']/*[local-name()='Склад' or local-name()='Склады']"
        "[@ИдСклада] | //*[local-name()='Остатки']/*[local-name()='Остаток']"
    )
    assert sum(len(r.pictures) for r in of_goods) == number(
        "//*[local-name()='Каталог']//*[local-name()='Картинка'][normalize-space()]"
    )
    assert sum(len(r.lines) for r in documents) == number(
        "//*[local-name()='Документ']/*[local-name()='Товары']/*[local-name()='Товар']"
    )


@pytest.mark.skipif(not FILES, reason="real files are not beside the project")
def test_groups_of_real_files_hang_on_the_groups_around_them():
    for path in FILES:
        expected = {}
        for element in tree_of(path).xpath(PLACES[GroupRecord]):
            around = element.getparent().getparent()
            name = etree.QName(around).localname
            parent = around.xpath("string(*[local-name()='Ид'])") if name == "Группа" else ""
            expected[element.xpath("string(*[local-name()='Ид'])")] = parent

        found = records_of(path, GroupRecord)

        assert {group.external_id: group.parent_id for group in found} == expected
        told = set()
        for group in found:
            assert not group.parent_id or group.parent_id in told
            told.add(group.external_id)


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


@pytest.mark.parametrize("value", ["NaN", "1e999999", "６９９０", "6 990 руб", "Infinity"])
def test_a_bad_price_costs_that_price_and_nothing_else(value, tmp_path):
    row = "<Цена><ИдТипаЦены>{}</ИдТипаЦены><ЦенаЗаЕдиницу>{}</ЦенаЗаЕдиницу></Цена>"
    path = file_of(
        tmp_path,
        offers(
            f"<Предложение><Ид>a</Ид><Цены>{row.format('t1', value)}{row.format('t2', '10,5')}"
            "</Цены><Количество>3</Количество></Предложение>",
            "<Предложение><Ид>b</Ид></Предложение>",
        ),
    )

    found = records_of(path)

    first, second = [r for r in found if isinstance(r, OfferRecord)]
    (bad,) = [r for r in found if isinstance(r, BadRecord)]
    assert [(p.price_type_id, p.amount) for p in first.prices] == [("t2", Decimal("10.5"))]
    assert first.quantity == 3
    assert second.external_id == "b"
    assert (bad.kind, bad.external_id, bad.code) == ("price", "a", "bad_number")
    assert value in message(bad.code, bad.params)
    assert len(bad.excerpt) <= 1000


@pytest.mark.parametrize(
    ("inner", "kind"),
    [
        (("<Классификатор><Склады><Склад><Ид>{id}</Ид><Порядок>{number}</Порядок></Склад></Склады>"
         "</Классификатор>"), "warehouse"),
        (("<Каталог><Товары><Товар><Ид>{id}</Ид><Наименование>Т</Наименование><БазоваяЕдиница>"
         "<Пересчет><Коэффициент>{number}</Коэффициент></Пересчет></БазоваяЕдиница></Товар>"
         "</Товары></Каталог>"), "product"),
    ],
)  # fmt: skip
def test_a_bad_number_of_any_object_is_a_report_and_no_abort(inner, kind, tmp_path):
    path = file_of(tmp_path, inner.format(id="a", number="много") + inner.format(id="b", number=5))

    found = [r for r in read(path) if not isinstance(r, HeaderRecord)]

    assert [type(r) is BadRecord for r in found] == [True, False]
    assert (found[0].kind, found[0].external_id, found[0].code) == (kind, "a", "bad_number")
    assert found[1].external_id == "b"


BAD_CONTRACTS = {
    "ЛимитКредита": ["много", "-5", "1000000000000"],
    "ДнейОтсрочки": ["скоро", "-1", "1,5", "3651"],
    "ДействуетДо": ["31.12.26", "2026-02-30", "31 декабря"],
    "НДС": ["да"],
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, row in BAD_CONTRACTS.items() for value in row]
)
def test_a_bad_term_costs_its_contract_and_neither_the_company_nor_other_contracts(
    field, value, tmp_path
):
    path = file_of(
        tmp_path,
        "<Контрагенты><Контрагент><Ид>a</Ид><Договоры>"
        f"<Договор><Ид>д1</Ид><{field}>{value}</{field}></Договор>"
        "<Договор><Ид>д2</Ид><ЛимитКредита>5</ЛимитКредита></Договор>"
        "</Договоры></Контрагент></Контрагенты>",
    )

    company, bad = [r for r in read(path) if not isinstance(r, HeaderRecord)]

    assert [contract.external_id for contract in company.contracts] == ["д2"]
    assert (bad.kind, bad.external_id) == ("contract", "д1")
    text = message(bad.code, bad.params)
    assert f"«{field}»: «{value}»" in text
    assert "?" not in text
    assert bad.excerpt.startswith("<Договор>")


def test_a_term_that_ends_before_it_begins_is_told_with_both_ends(tmp_path):
    path = file_of(
        tmp_path,
        "<Контрагенты><Контрагент><Ид>a</Ид><Договоры><Договор><Ид>д</Ид>"
        "<ДействуетС>01.03.2026</ДействуетС><ДействуетДо>28.02.2026</ДействуетДо></Договор>"
        "</Договоры></Контрагент></Контрагенты>",
    )

    (bad,) = records_of(path, BadRecord)

    assert "с 2026-03-01 по 2026-02-28" in message(bad.code, bad.params)


def test_dates_of_a_contract_are_read_in_all_of_1cs_forms(tmp_path):
    path = file_of(
        tmp_path,
        "<Контрагенты><Контрагент><Ид>a</Ид><Договоры><Договор><Ид>д</Ид><Дата>12.01.2026</Дата>"
        "<ДействуетС>2026-01-12T00:00:00</ДействуетС><ДействуетДо>31.12.2026</ДействуетДо>"
        "</Договор></Договоры></Контрагент></Контрагенты>",
    )

    (company,) = records_of(path, CounterpartyRecord)

    (contract,) = company.contracts
    assert (contract.date, contract.valid_from, contract.valid_to) == (
        "2026-01-12",
        "2026-01-12",
        "2026-12-31",
    )


def test_a_document_is_taken_without_a_date_that_is_none(tmp_path):
    path = file_of(tmp_path, "<Документ><Ид>1</Ид><Номер>1</Номер><Дата>вчера</Дата></Документ>")

    document, bad = [r for r in read(path) if not isinstance(r, HeaderRecord)]

    assert (document.number, document.date) == ("1", "")
    assert "«Дата»: «вчера» — не дата" in message(bad.code, bad.params)


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


@pytest.mark.parametrize(("factor", "expected"), [("", 1), ("0", 1), ("0,5", Decimal("0.5"))])
def test_a_price_is_for_one_base_unit_unless_it_says_otherwise(factor, expected, tmp_path):
    path = file_of(
        tmp_path,
        offers("<Предложение><Ид>a</Ид><Цены><Цена><ИдТипаЦены>t</ИдТипаЦены><ЦенаЗаЕдиницу>5"
               f"</ЦенаЗаЕдиницу><Коэффициент>{factor}</Коэффициент></Цена></Цены></Предложение>"),
    )  # fmt: skip

    (offer,) = records_of(path, OfferRecord)

    assert [price.factor for price in offer.prices] == [expected]


def test_a_price_of_a_pack_of_less_than_nothing_is_left_out(tmp_path):
    path = file_of(
        tmp_path,
        offers("<Предложение><Ид>a</Ид><Цены><Цена><ИдТипаЦены>t</ИдТипаЦены><ЦенаЗаЕдиницу>5"
               "</ЦенаЗаЕдиницу><Коэффициент>-2</Коэффициент></Цена></Цены></Предложение>"),
    )  # fmt: skip

    found = records_of(path)

    assert [r.code for r in found if isinstance(r, BadRecord)] == ["bad_factor"]
    assert [r.prices for r in found if isinstance(r, OfferRecord)] == [()]


def test_a_negative_price_is_told_and_left_out(tmp_path):
    path = file_of(
        tmp_path,
        offers("<Предложение><Ид>a</Ид><Цены><Цена><ИдТипаЦены>t</ИдТипаЦены>"
               "<ЦенаЗаЕдиницу>-5</ЦенаЗаЕдиницу></Цена></Цены></Предложение>"),
    )  # fmt: skip

    found = records_of(path)

    assert [r.code for r in found if isinstance(r, BadRecord)] == ["negative_price"]
    assert [r.prices for r in found if isinstance(r, OfferRecord)] == [()]


def test_a_bad_document_is_one_report_and_the_next_is_read(tmp_path):
    path = file_of(
        tmp_path,
        "<Документ><Ид>1</Ид><Номер>1</Номер><Сумма>много</Сумма></Документ>\n"
        "<Документ><Номер>2</Номер><Сумма>5,00</Сумма></Документ>",
    )

    found = [r for r in read(path) if not isinstance(r, HeaderRecord)]

    assert [type(r) for r in found] == [BadRecord, DocumentRecord]
    assert (found[0].external_id, found[0].line) == ("1", 3)
    assert (found[1].number, found[1].amount) == ("2", Decimal("5.00"))


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


# -- files that are refused --------------------------------------------------------------------

HEAD = '<?xml version="1.0" encoding="utf-8"?>'
ROOT = "<КоммерческаяИнформация>"
END = "</КоммерческаяИнформация>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = {
    "plain": f"{HEAD}<!DOCTYPE x>{ROOT}{END}",
    "external": f'{HEAD}<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">{ROOT}{END}',
    "file": f'{HEAD}<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{ROOT}&e;{END}',
    "parameter": f'{HEAD}<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>{ROOT}{END}',
    "laughs": f'{HEAD}<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>{ROOT}&l9;{END}',
    "in an attribute": f'{HEAD}<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'
    f'<КоммерческаяИнформация Ид="&l9;">{END}',
    "quadratic": f'{HEAD}<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>{ROOT}{"&a;" * 5000}{END}',
    "after a comment": f"{HEAD}<!-- {'x' * 100_000} --><!DOCTYPE x>{ROOT}{END}",
}


def refused(path: Path) -> errors.CommerceMLError:
    started = time.monotonic()
    with pytest.raises(errors.CommerceMLError) as caught:
        records_of(path)
    assert time.monotonic() - started < 2
    assert message_of(caught.value).endswith(".")
    return caught.value


@pytest.mark.parametrize("name", DOCTYPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused_wherever_it_stands(name, encoding, tmp_path):
    path = tmp_path / "file.xml"
    text = DOCTYPES[name].replace('encoding="utf-8"', f'encoding="{encoding}"')
    path.write_bytes(text.encode(encoding))

    assert refused(path).code == "doctype_forbidden"


def test_a_doctype_in_utf_7_is_refused_one_way_or_another(tmp_path):
    path = tmp_path / "file.xml"
    body = DOCTYPES["file"].replace(HEAD, "").encode("utf-7")
    path.write_bytes(b'<?xml version="1.0" encoding="utf-7"?>' + body)

    assert refused(path).code in {"doctype_forbidden", "wrong_encoding", "broken_xml"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_file"),
        (b" \n ", "empty_file"),
        ("<html><body>Вход</body></html>".encode(), "not_commerceml"),
        (b"PK\x03\x04", "broken_xml"),
        (b'{"orders": []}', "broken_xml"),
        (f"{HEAD}{ROOT}<Каталог><Товары>".encode(), "broken_xml"),
        (f"{HEAD}{ROOT}&неизвестно;{END}".encode(), "broken_xml"),
        (f"{HEAD}{ROOT}{END}{ROOT}{END}".encode(), "broken_xml"),
        (f"{HEAD}{ROOT}<Каталог/><!DOCTYPE x>{END}".encode(), "doctype_forbidden"),
        (f"{HEAD}{ROOT}<Ид>Ёлка</Ид>{END}".encode("cp1251"), "wrong_encoding"),
        (f"{HEAD.replace('utf-8', 'klingon')}{ROOT}{END}".encode(), "wrong_encoding"),
        (f'{HEAD}<КоммерческаяИнформация ВерсияСхемы="1.05"/>'.encode(), "version_1"),
        (
            f'{HEAD}{ROOT}<Каталог Идентификатор="1" Наименование="К">'
            f'<Товар Идентификатор="2" Наименование="Т"/></Каталог>{END}'.encode(),
            "version_1",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_reason(body, code, tmp_path):
    path = tmp_path / "file.xml"
    path.write_bytes(body)

    assert refused(path).code == code


def test_what_stands_before_a_break_is_kept_and_the_break_has_a_line(tmp_path):
    path = file_of(
        tmp_path,
        "<Документ><Номер>1</Номер></Документ>\n<Документ><Номер>2</Номер></Документ>\n"
        "<not valid xml!!!\n<Документ><Номер>3</Номер></Документ>",
    )
    found = []

    with pytest.raises(errors.BrokenXmlError) as caught:
        read_into(found, path)

    assert [r.number for r in found if isinstance(r, DocumentRecord)] == ["1", "2"]
    assert caught.value.data["line"] == 5
    assert "строке 5" in message_of(caught.value)


def test_an_entity_that_nobody_declared_is_a_break_with_its_line(tmp_path):
    path = file_of(
        tmp_path,
        "<Документ><Номер>1</Номер></Документ>\n"
        "<Документ><Комментарий>10&nbsp;кг</Комментарий></Документ>",
    )
    found = []

    with pytest.raises(errors.BrokenXmlError) as caught:
        read_into(found, path)

    assert [r.number for r in found if isinstance(r, DocumentRecord)] == ["1"]
    assert caught.value.data["line"] == 4


@pytest.mark.parametrize("depth", [150, 100_000])
def test_groups_nested_without_end_are_refused(depth, tmp_path):
    opening = "".join(
        f"<Группы><Группа><Ид>{n}</Ид><Наименование>Г</Наименование>" for n in range(depth)
    )
    path = file_of(
        tmp_path, f"<Классификатор>{opening}{'</Группа></Группы>' * depth}</Классификатор>"
    )

    assert refused(path).code == "too_deep"


def test_elements_nested_in_a_good_without_end_are_refused(tmp_path):
    path = file_of(tmp_path, goods(f"<Товар>{'<x>' * 100_000}{'</x>' * 100_000}</Товар>"))

    assert refused(path).code == "too_deep"


def test_a_text_of_a_hundred_megabytes_is_refused(tmp_path):
    path = tmp_path / "file.xml"
    with path.open("wb") as file:
        file.write(f"{HEAD}{ROOT}<Каталог><Товары><Товар><Ид>a</Ид><Описание>".encode())
        for _ in range(100):
            file.write(b"x" * 1024 * 1024)
        file.write(f"</Описание></Товар></Товары></Каталог>{END}".encode())

    assert refused(path).code == "too_large"


def test_a_million_attributes_end_soon(tmp_path):
    path = tmp_path / "file.xml"
    many = " ".join(f'a{n}="1"' for n in range(1_000_000))
    path.write_text(f"{HEAD}<КоммерческаяИнформация {many}/>")
    started = time.monotonic()

    with contextlib.suppress(errors.CommerceMLError):
        records_of(path)

    assert time.monotonic() - started < 5


def test_every_error_has_a_text_for_the_user_of_1c():
    codes = {kind.code for kind in errors.CommerceMLError.__subclasses__()}

    assert codes <= TEXTS.keys()
    for code in TEXTS:
        assert message(code, {})


MEASURE = """
import resource, sys
from pathlib import Path
from b2b_apps.sync1c.commerceml.reader import read
def rss():
    return next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith("VmHWM"))
list(read(Path(sys.argv[1])))
before = rss()
number = sum(1 for _ in read(Path(sys.argv[2])))
print(number, rss() - before)
"""
ROWS = {
    "Товар": (
        "<Каталог><Товары>", "</Товары></Каталог>",
        "<Товар><Ид>{n}</Ид><Наименование>Кабель силовой {n}</Наименование><Описание>"
        + "О" * 400 + "</Описание></Товар>\n",
    ),
    "Группа": (
        "<Классификатор><Группы>", "</Группы></Классификатор>",
        "<Группа><Ид>{n}</Ид><Наименование>" + "Г" * 400 + "</Наименование></Группа>\n",
    ),
    "вложенная Группа": (
        "<Классификатор><Группы><Группа><Ид>г</Ид><Наименование>Все</Наименование><Группы>",
        "</Группы></Группа></Группы></Классификатор>",
        "<Группа><Ид>{n}</Ид><Наименование>" + "Г" * 400 + "</Наименование></Группа>\n",
    ),
    "Документ": (
        "", "", "<Документ><Ид>{n}</Ид><Номер>{n}</Номер><Комментарий>" + "К" * 400
        + "</Комментарий></Документ>\n",
    ),
    "чужое": (
        "<Неизвестное>", "</Неизвестное>",
        "<Строка><Ид>{n}</Ид>" + "Ч" * 400 + "</Строка>\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ROWS)
def test_sixty_megabytes_are_read_in_little_memory(kind, tmp_path):
    head, tail, row = ROWS[kind]
    small = file_of(tmp_path, head + row.format(n=0) + tail)
    large = tmp_path / "large.xml"
    size = len(row.encode())
    with large.open("w", encoding="utf-8") as file:
        file.write(f"{HEAD}{ROOT}{head}")
        for number in range(60 * 1024 * 1024 // size):
            file.write(row.format(n=number))
        file.write(f"{tail}{END}")

    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(small), str(large)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip

    number, growth = map(int, run.stdout.split())
    assert growth < 60 * 1024
    assert kind == "чужое" or number > 60 * 1024 * 1024 // size
