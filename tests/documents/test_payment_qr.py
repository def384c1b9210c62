"""The payment code: exact text, limits, refusals."""

from dataclasses import replace
from decimal import Decimal

import pytest

from b2b_apps.documents.invoice import invoice_html, invoice_payload
from b2b_apps.documents.invoice_data import BankDetails
from b2b_apps.documents.payment_qr import (
    PaymentFieldError,
    PaymentOrder,
    payment_payload,
    payment_qr_svg,
    purpose_text,
)
from tests.documents.invoices import invoice_of

ORDER = PaymentOrder(
    payee='ООО "Ромашка"',
    account="40702810138250123017",
    bank_name='ОАО "БАНК"',
    bic="044525225",
    correspondent_account="30101810400000000225",
    amount=Decimal("244.00"),
    purpose="Оплата по счету № 1 от 01.03.2026",
    inn="7700000000",
    kpp="770001001",
)


def field_of(payload: str, key: str, separator: str = "|") -> str:
    return dict(part.split("=", 1) for part in payload.split(separator)[1:])[key]


def test_the_payload_is_that_of_the_standard():
    assert payment_payload(ORDER) == (
        'ST00012|Name=ООО "Ромашка"|PersonalAcc=40702810138250123017|BankName=ОАО "БАНК"'
        "|BIC=044525225|CorrespAcc=30101810400000000225|Sum=24400"
        "|Purpose=Оплата по счету № 1 от 01.03.2026|PayeeINN=7700000000|KPP=770001001"
    )


def test_the_payload_of_the_invoice_of_the_design():
    assert invoice_payload(invoice_of()) == (
        "ST00012|Name=ООО «Пакгауз Дон»|PersonalAcc=40702810900000012345"
        "|BankName=Банк «Донской», г. Ростов-на-Дону|BIC=046015000"
        "|CorrespAcc=30101810600000000000|Sum=48816080"
        "|Purpose=Оплата по счету № 26-118402 от 17.11.2026, в т.ч. НДС 22% – 88028,99 руб."
        "|PayeeINN=6165000000|KPP=616501001"
    )


def test_a_sole_trader_has_no_kpp_and_a_bank_may_have_no_correspondent_account():
    order = replace(ORDER, inn="500100732259", kpp="", correspondent_account="0")

    payload = payment_payload(order)

    assert "|CorrespAcc=0|" in payload
    assert payload.endswith("|PayeeINN=500100732259")


@pytest.mark.parametrize(("payee", "separator"), [("А|Б", "~"), ("А|~Б", "^"), ("А|~^;Б", "#")])
def test_a_value_that_holds_the_separator_changes_the_separator(payee, separator):
    payload = payment_payload(replace(ORDER, payee=payee))

    assert payload.startswith(f"ST00012{separator}Name={payee}{separator}PersonalAcc=")
    assert field_of(payload, "KPP", separator) == "770001001"


def test_values_that_hold_every_separator_are_refused():
    with pytest.raises(PaymentFieldError) as refusal:
        payment_payload(replace(ORDER, payee="|~^;#"))

    assert refusal.value.field == "separator"


def test_control_characters_and_line_breaks_become_one_space():
    payload = payment_payload(replace(ORDER, payee="ООО\r\n\t«Ро\u200bмашка»\x00\u2028Юг "))

    assert field_of(payload, "Name") == "ООО «Ромашка» Юг"


def test_names_are_cut_at_a_word_to_their_lengths():
    order = replace(ORDER, payee="слово " * 40, bank_name="Б" * 60, purpose="цель, " * 50)

    payload = payment_payload(order)

    assert field_of(payload, "Name") == ("слово " * 26).strip()
    assert field_of(payload, "BankName") == "Б" * 45
    assert field_of(payload, "Purpose") == ("цель, " * 35).rstrip(", ")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"account": "4070281013825012301"}, "PersonalAcc"),
        ({"account": "407028101382501230170"}, "PersonalAcc"),
        ({"account": ""}, "PersonalAcc"),
        ({"account": "٤0702810138250123017"}, "PersonalAcc"),
        ({"bic": "04452522"}, "BIC"),
        ({"correspondent_account": "3010181040000000022"}, "CorrespAcc"),
        ({"payee": "\x00 "}, "Name"),
        ({"bank_name": ""}, "BankName"),
        ({"inn": "77000000001"}, "PayeeINN"),
        ({"kpp": "77000100"}, "KPP"),
        ({"amount": Decimal(0)}, "Sum"),
        ({"amount": Decimal("-1.00")}, "Sum"),
        ({"amount": Decimal("0.005")}, "Sum"),
    ],
)
def test_a_number_without_its_exact_form_is_refused_never_cut(change, field):
    with pytest.raises(PaymentFieldError) as refusal:
        payment_payload(replace(ORDER, **change))

    assert refusal.value.field == field
    if field != "Name":
        assert refusal.value.value == str(*change.values())


def test_the_purpose_names_each_rate_or_says_that_there_is_no_vat():
    one = (("22 %", Decimal("44.00")),)
    two = (("22 %", Decimal("44.00")), ("10\u00a0%", Decimal("5.50")))

    texts = [
        purpose_text(number="1", date_text="01.03.2026", vat_by_rate=rates)
        for rates in (one, two, ())
    ]

    assert texts == [
        "Оплата по счету № 1 от 01.03.2026, в т.ч. НДС 22% – 44,00 руб.",
        "Оплата по счету № 1 от 01.03.2026, в т.ч. НДС 22% – 44,00 руб., НДС 10% – 5,50 руб.",
        "Оплата по счету № 1 от 01.03.2026, НДС не облагается",
    ]


def test_rates_that_do_not_fit_into_the_purpose_are_summed_up():
    rates = tuple((f"{percent} %", Decimal("1000000.01")) for percent in range(5, 15))

    text = purpose_text(number="26-000123/1", date_text="01.03.2026", vat_by_rate=rates)

    assert text == ("Оплата по счету № 26-000123/1 от 01.03.2026, в т.ч. НДС – 10000000,10 руб.")


def test_only_a_rouble_invoice_with_complete_bank_details_has_a_code():
    data = invoice_of()
    no_code = [
        replace(data, currency="EUR"),
        replace(data, bank=replace(data.bank, account="")),
        replace(data, bank=replace(data.bank, correspondent_account="")),
        replace(data, bank=BankDetails()),
        replace(data, seller=replace(data.seller, inn="")),
    ]

    assert [invoice_payload(other) for other in no_code] == [None] * 5
    assert "qr-code" in invoice_html(data)
    assert ["qr-code" in invoice_html(other) for other in no_code] == [False] * 5


def test_wrong_bank_details_cost_the_code_not_the_invoice(caplog):
    data = invoice_of()
    wrong = replace(data, bank=replace(data.bank, bic="04601500"))

    html = invoice_html(wrong)

    assert "qr-code" not in html
    assert "QR-код" not in html
    assert "04601500" in html
    assert [record.getMessage() for record in caplog.records] == [
        "no payment code on invoice 26-118402: wrong BIC"
    ]


def test_the_code_is_an_inline_svg_without_styles_or_addresses():
    svg = payment_qr_svg(payment_payload(ORDER))

    assert svg.startswith("<svg viewBox=")
    assert "style" not in svg
    assert "http" not in svg
    assert "href" not in svg
