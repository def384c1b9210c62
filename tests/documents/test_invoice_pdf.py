"""The invoice as the accountant gets it: right values, whole rows, numbered pages."""

import io
from dataclasses import replace
from decimal import Decimal

import pypdf
import pytest

from b2b_apps.documents.invoice import invoice_html, invoice_pdf
from b2b_apps.documents.invoice_data import InvoiceSumsError, InvoiceTotals, Party
from tests.documents.invoices import invoice_of, lines_of, totals_of, with_text_everywhere


def pages_of(data) -> list[str]:
    """Return the text of each page, words parted by single spaces."""
    reader = pypdf.PdfReader(io.BytesIO(invoice_pdf(data)))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_the_invoice_of_the_design_says_what_it_has_to():
    (text,) = pages_of(invoice_of())

    for part in (
        "Счёт на оплату № 26-118402 от 17 ноября 2026 г.",
        "Оплата до 22.11.2026",
        "БИК 046015000",
        "30101810600000000000",
        "40702810900000012345",
        "ООО «Пакгауз Дон», ИНН 6165000000, КПП 616501001, 344000, Ростов-на-Дону",
        "ООО «Электромонтаж-Юг», ИНН 6163184420, КПП 616401001, 344025, Ростов-на-Дону",
        "Договор № 142/24, заказ 26-118402, ваш номер З-4471 «Лазурный, корпус 2»",
        "Поставка 2. Москва, центральный склад",
        "1 MVA20-1-016-C Автомат ВА47-29 1P 16А C IEK 240 шт 132,48 22 % 31 795,20",
        "7 RAD-BM-500-10 Радиатор биметалл. 500/80, 10 секций 24 шт 6 240,00 22 % 149 760,00",
        "Всего наименований 9 на сумму 488 160,80 ₽",
        "Четыреста восемьдесят восемь тысяч сто шестьдесят рублей 80 копеек",
        "Без НДС 400 131,81",
        "НДС 22 % 88 028,99",
        "Всего к оплате 488 160,80",
        "Вес 418,2 кг, объём 1,94 м³",
        "Счёт № 26-118402 от 17.11.2026",
        "лист 1 из 1",
    ):
        assert part in text


def test_sums_are_printed_as_they_were_counted():
    """A third of a kopeck is lost in every row; nobody may count the rows again here."""
    line = replace(
        lines_of(1)[0],
        quantity=Decimal("0.333"),
        price=Decimal("0.1234"),
        amount=Decimal("0.05"),
        vat_amount=Decimal("0.02"),
    )
    data = replace(invoice_of(1), lines=(line,), totals=totals_of((line,)))

    (text,) = pages_of(data)

    assert "0,333 шт 0,1234 22 % 0,05" in text
    assert "НДС 22 % 0,02" in text
    assert "Ноль рублей 05 копеек" in text


def test_prices_before_vat_are_named_so_and_rates_are_listed_apart():
    first, second = (
        replace(line, amount=Decimal("100.00"), vat_amount=vat, vat_label=label)
        for line, vat, label in zip(
            lines_of(2), (Decimal("22.00"), Decimal("10.00")), ("22 %", "10 %"), strict=True
        )
    )
    totals = InvoiceTotals(
        Decimal("200.00"),
        (("22 %", Decimal("22.00")), ("10 %", Decimal("10.00"))),
        Decimal("232.00"),
    )
    data = replace(invoice_of(2), lines=(first, second), totals=totals, includes_vat=False)

    (text,) = pages_of(data)

    assert "Цена без НДС, ₽" in text
    assert "Без НДС 200,00 НДС 22 % 22,00 НДС 10 % 10,00 Всего к оплате 232,00" in text


def test_an_invoice_without_vat_says_so():
    line = replace(
        lines_of(1)[0], amount=Decimal("10.00"), vat_amount=Decimal(0), vat_label="Без НДС"
    )
    totals = InvoiceTotals(Decimal("10.00"), (), Decimal("10.00"))

    (text,) = pages_of(replace(invoice_of(1), lines=(line,), totals=totals))

    assert "Без налога (НДС) — Всего к оплате 10,00" in text


def test_a_currency_without_words_or_sign_still_makes_an_invoice():
    (text,) = pages_of(replace(invoice_of(), currency="CNY"))

    assert "Всего наименований 9 на сумму 488 160,80 CNY" in text
    assert "QR-код" not in text


def test_head_and_counter_stand_on_every_page_of_120_lines():
    pages = pages_of(invoice_of(120))

    assert len(pages) == 4
    assert [page.count("№ Артикул Товары и услуги Кол-во Ед.") for page in pages] == [1] * 4
    assert [page.endswith(f"лист {n} из 4") for n, page in enumerate(pages, 1)] == [True] * 4
    assert "Всего наименований 120 на сумму" in pages[-1]


def test_no_row_is_parted_by_the_end_of_a_page():
    pages = pages_of(invoice_of(120))

    starts = [page.count("Кран шаровой BASE") for page in pages]
    ends = [page.count("полусгоном") for page in pages]
    assert starts == ends
    assert sum(starts) == 13


def test_a_thousand_lines_are_one_invoice():
    pages = pages_of(invoice_of(1000))

    assert "1000 MVA20-1-016-C Автомат" in " ".join(pages)
    assert "Всего наименований 1000 на сумму" in pages[-1]
    assert pages[-1].endswith(f"лист {len(pages)} из {len(pages)}")


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"total_incl_tax": Decimal("488160.81")}, "total"),
        ({"vat_by_rate": ()}, "total"),
        (
            {"amount_excl_tax": Decimal("400131.82"), "total_incl_tax": Decimal("488160.81")},
            "lines",
        ),
        (
            {
                "amount_excl_tax": Decimal("400131.82"),
                "vat_by_rate": (("22 %", Decimal("88028.98")),),
            },
            "vat",
        ),
    ],
)
def test_an_invoice_that_does_not_add_up_cannot_be_made(change, part):
    data = invoice_of()

    with pytest.raises(InvoiceSumsError) as refusal:
        replace(data, totals=replace(data.totals, **change))

    assert refusal.value.part == part
    assert refusal.value.stated != refusal.value.counted


def test_long_numbers_and_units_stay_in_one_piece():
    line = replace(
        lines_of(1)[0],
        number=1000,
        unit="компл",
        quantity=Decimal("100000.555"),
        price=Decimal("12345678.90"),
        amount=Decimal("999999999.99"),
    )
    data = replace(invoice_of(1), lines=(line,), totals=totals_of((line,)))

    (text,) = pages_of(data)

    assert "100 000,555 компл 12 345 678,90 22 % 999 999 999,99" in text
    assert "1000 MVA20-1-016-C" in text


def test_markup_in_any_field_is_printed_as_text():
    html = invoice_html(with_text_everywhere('<b onclick="x">&\'</b>'))

    assert "<b onclick" not in html
    assert html.count("&lt;b onclick=&quot;x&quot;&gt;&amp;&#x27;&lt;/b&gt;") > 30


def test_the_page_obeys_the_content_security_policy():
    html = invoice_html(invoice_of(), asset_url=lambda name: f"/static/{name}")

    assert '<link rel="stylesheet" href="/static/documents/document.css">' in html
    assert "style=" not in html
    assert "<style" not in html
    assert "<script" not in html
    assert "http" not in html


def test_what_is_not_known_leaves_no_empty_row():
    data = replace(
        invoice_of(1),
        buyer=Party(name="ИП Иванов"),
        consignee="",
        cargo="",
        terms="",
        due=(),
        basis=replace(invoice_of(1).basis, contract="", customer_number=""),
    )

    (text,) = pages_of(data)

    assert "Покупатель ИП Иванов Основание заказ 26-118402 №" in text
    assert "Грузополучатель" not in text
