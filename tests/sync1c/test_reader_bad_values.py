"""What is wrong in one object is told and costs that object, or that value of it."""

from decimal import Decimal

import pytest

from b2b_apps.sync1c.commerceml.messages import message
from b2b_apps.sync1c.commerceml.reader import read
from b2b_apps.sync1c.commerceml.records import (
    BadRecord,
    CounterpartyRecord,
    DocumentRecord,
    HeaderRecord,
    OfferRecord,
)
from tests.sync1c.reading import file_of, offers, records_of


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
