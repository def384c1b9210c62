"""Invoices for the tests: the one of the design, and longer or stranger ones made from it."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from b2b_apps.core.money import line_amount
from b2b_apps.documents.invoice_data import (
    BankDetails,
    Basis,
    DueLine,
    InvoiceData,
    InvoiceLine,
    InvoiceTotals,
    Party,
)

SELLER = Party(
    name="Пакгауз Дон",
    full_name="ООО «Пакгауз Дон»",
    inn="6165000000",
    kpp="616501001",
    address="344000, Ростов-на-Дону, ул. Шолохова, 211",
    phone="+7 863 000-00-00",
    director="Гайдукова Е. В.",
    accountant="Носова М. П.",
)
BUYER = Party(
    name="ООО «Электромонтаж-Юг»",
    inn="6163184420",
    kpp="616401001",
    address="344025, Ростов-на-Дону, ул. Доватора, 158",
)
BANK = BankDetails(
    bank_name="Банк «Донской», г. Ростов-на-Дону",
    bic="046015000",
    correspondent_account="30101810600000000000",
    account="40702810900000012345",
)
TERMS = (
    "Счёт действителен до 22.11.2026, после срока цены пересчитываются. Товар отпускается по "
    "факту прихода аванса на счёт, самовывозом или нашей доставкой, при наличии доверенности М-2 "
    "или по МЧД в ЭДО. Замечания по количеству принимаются 3 дня, по качеству 14 дней с приёмки."
)
ROSTOV = "Поставка 1. Ростов, склад на Шолохова"
MOSCOW = "Поставка 2. Москва, центральный склад"
LATER = "Поставка 3. После поступления"
LONG_NAME = 'Кран шаровой BASE 3/4" ВР-НР бабочка с полусгоном'
GOODS = (
    (ROSTOV, "MVA20-1-016-C", "Автомат ВА47-29 1P 16А C IEK", 240, "шт", "132.48"),
    (ROSTOV, "VVG3X25LS", "Кабель ВВГнг(А)-LS 3×2,5 ок(N,PE)-0,66", 1200, "м", "72.40"),
    (ROSTOV, "10151032", 'Муфта PP-R комб. 32×1" НР разъёмная', 200, "шт", "284.30"),
    (ROSTOV, "ERS10-K01-16", "Розетка с/з 16А белая БРИТ IEK", 320, "шт", "118.64"),
    (MOSCOW, "mb24-v-36", "Щит ЩРв-36 IP31 EKF PROxima", 8, "шт", "3214.60"),
    (MOSCOW, "VT.217.N.05", LONG_NAME, 40, "шт", "784.90"),
    (MOSCOW, "RAD-BM-500-10", "Радиатор биметалл. 500/80, 10 секций", 24, "шт", "6240.00"),
    (LATER, "PPR-32-PN20", "Труба PP-R PN20 32×5,4 белая", 480, "м", "96.85"),
    (LATER, "CTG20-25-K41-050I", "Труба гофр. ПВХ d25 с зондом серая IEK", 1000, "м", "21.30"),
)


def lines_of(num_lines: int) -> tuple[InvoiceLine, ...]:
    """Return the goods of the design over and over, at 22 % inside the price."""
    lines = []
    for index in range(num_lines):
        group, article, name, quantity, unit, price = GOODS[index % len(GOODS)]
        sums = line_amount(
            price=Decimal(price),
            quantity=Decimal(quantity),
            vat_percent=Decimal(22),
            vat_mode="included",
        )
        lines.append(
            InvoiceLine(
                number=index + 1,
                article=article,
                name=name,
                quantity=Decimal(quantity).quantize(Decimal("0.001")),
                unit=unit,
                price=Decimal(price).quantize(Decimal("0.0001")),
                amount=sums.incl_tax,
                vat_label="22 %",
                vat_amount=sums.vat,
                group=group if num_lines <= len(GOODS) else "",
            )
        )
    return tuple(lines)


def totals_of(lines: tuple[InvoiceLine, ...]) -> InvoiceTotals:
    """Return the totals of lines whose amounts hold VAT at one rate."""
    total = sum((line.amount for line in lines), Decimal(0))
    vat = sum((line.vat_amount for line in lines), Decimal(0))
    return InvoiceTotals(total - vat, (("22 %", vat),), total)


def invoice_of(num_lines: int = len(GOODS)) -> InvoiceData:
    lines = lines_of(num_lines)
    return InvoiceData(
        number="26-118402",
        date=dt.date(2026, 11, 17),
        seller=SELLER,
        bank=BANK,
        buyer=BUYER,
        lines=lines,
        totals=totals_of(lines),
        includes_vat=True,
        basis=Basis("Договор № 142/24", "26-118402", "З-4471 «Лазурный, корпус 2»"),
        due=(
            DueLine("Оплата до", "22.11.2026"),
            DueLine("Аванс 20 %:", "97 632,16 ₽"),
            DueLine("Остальное: 30 дней с отгрузки"),
        ),
        cargo="Вес 418,2 кг, объём 1,94 м³",
        terms=TERMS,
    )


def with_text_everywhere(text: str) -> InvoiceData:
    """Return an invoice that says ``text`` in every field that holds text."""
    data = invoice_of(1)
    party = Party(*(text for _ in Party.__dataclass_fields__))
    bank = BankDetails(text, text, text, text)
    lines = tuple(
        replace(line, article=text, name=text, unit=text, vat_label=text, group=text)
        for line in data.lines
    )
    totals = replace(
        data.totals, vat_by_rate=tuple((text, vat) for _, vat in data.totals.vat_by_rate)
    )
    return replace(
        data,
        number=text,
        seller=party,
        buyer=party,
        bank=bank,
        lines=lines,
        totals=totals,
        currency=text,
        basis=Basis(text, text, text),
        consignee=text,
        due=(DueLine(text, text),),
        cargo=text,
        terms=text,
    )
