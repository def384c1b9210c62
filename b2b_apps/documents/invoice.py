"""The invoice («Счёт на оплату») as HTML and as PDF."""

import logging
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from b2b_apps.documents.invoice_data import (
    BankDetails,
    Basis,
    DueLine,
    InvoiceData,
    InvoiceLine,
    InvoiceSumsError,
    InvoiceTotals,
    Party,
)
from b2b_apps.documents.number_format import (
    currency_sign,
    long_date,
    money_text,
    number_text,
    short_date,
)
from b2b_apps.documents.payment_qr import (
    PaymentFieldError,
    PaymentOrder,
    payment_payload,
    payment_qr_svg,
    purpose_text,
)
from b2b_apps.documents.pdf import html_to_pdf
from b2b_apps.documents.words import CURRENCY_FORMS, sum_in_words

__all__ = [
    "BankDetails",
    "Basis",
    "DueLine",
    "InvoiceData",
    "InvoiceLine",
    "InvoiceSumsError",
    "InvoiceTotals",
    "Party",
    "invoice_html",
    "invoice_payload",
    "invoice_pdf",
]

logger = logging.getLogger(__name__)
# What the columns of an everyday invoice hold, in characters: «9 999,99», «999 999,99» …
# A longer number makes its column wider, at the cost of the name; the other columns stay.
ROOM = {"quantity": 6, "price": 8, "amount": 10}


def invoice_pdf(data: InvoiceData) -> bytes:
    """Return the invoice as PDF, A4. 1,000 lines take 6 s and 270 MB: call it in a worker."""
    return html_to_pdf(invoice_html(data))


def invoice_html(data: InvoiceData, *, asset_url: Callable[[str], str] = str) -> str:
    """Return the invoice as a whole HTML page.

    ``asset_url`` turns the name of a style sheet into its address: Django's ``static`` for
    a page shown in the browser; as it is, the names suit the fetcher of the PDF.
    """
    context = {
        "data": data,
        "assets": {
            "print": asset_url("documents/document.css"),
            "screen": asset_url("documents/document-screen.css"),
        },
        **texts_of(data),
    }
    return render_to_string("documents/invoice.html", context)


def texts_of(data: InvoiceData) -> dict[str, Any]:
    """Return what the template prints and the data does not hold as text."""
    totals = data.totals
    in_words = data.currency in CURRENCY_FORMS
    rows = [row_texts(line) for line in data.lines]
    return {
        "long_date": long_date(data.date),
        "short_date": short_date(data.date),
        "seller_line": party_text(data.seller),
        "buyer_line": party_text(data.buyer),
        "basis_line": basis_text(data.basis),
        "sign": currency_sign(data.currency),
        "groups": [(title, list(group)) for title, group in groupby(rows, key=itemgetter("group"))],
        "wide": [key for key, room in ROOM.items() if any(len(row[key]) > room for row in rows)],
        "amount_excl_tax": money_text(totals.amount_excl_tax),
        "vat_by_rate": [(label, money_text(vat)) for label, vat in totals.vat_by_rate],
        "total": money_text(totals.total_incl_tax),
        "words": sum_in_words(totals.total_incl_tax, data.currency) if in_words else "",
        "qr": qr_code(data),
    }


def row_texts(line: InvoiceLine) -> dict[str, Any]:
    return {
        "group": line.group,
        "number": line.number,
        "article": line.article,
        "name": line.name,
        "quantity": number_text(line.quantity),
        "unit": line.unit,
        "price": money_text(line.price),
        "vat": line.vat_label,
        "amount": money_text(line.amount),
    }


def party_text(party: Party) -> str:
    """Return what follows a party's name: «ИНН …, КПП …, address»."""
    numbers = (("ИНН", party.inn), ("КПП", party.kpp))
    parts = [f"{label} {value}" for label, value in numbers if value]
    return ", ".join([*parts, *filter(None, [party.address])])


def basis_text(basis: Basis) -> str:
    """Return «Договор …, заказ …, ваш номер …», whatever of it is known."""
    parts = [basis.contract]
    if basis.order_number:
        parts.append(f"заказ {basis.order_number}")
    if basis.customer_number:
        parts.append(f"ваш номер {basis.customer_number}")
    return ", ".join(filter(None, parts))


def invoice_payload(data: InvoiceData) -> str | None:
    """Return the text of the payment code, or None where there is no such payment.

    The standard knows roubles only, and half-filled bank details pay nobody.
    PaymentFieldError if the details are complete and wrong.
    """
    if data.currency != "RUB" or not data.bank.is_complete or not data.seller.inn:
        return None
    order = PaymentOrder(
        payee=data.seller.legal_name,
        account=data.bank.account,
        bank_name=data.bank.bank_name,
        bic=data.bank.bic,
        correspondent_account=data.bank.correspondent_account,
        amount=data.totals.total_incl_tax,
        purpose=purpose_text(
            number=data.number,
            date_text=short_date(data.date),
            vat_by_rate=data.totals.vat_by_rate,
        ),
        inn=data.seller.inn,
        kpp=data.seller.kpp,
    )
    return payment_payload(order)


def qr_code(data: InvoiceData) -> SafeString | None:
    """Return the code's ``<svg>``; an invoice with wrong bank details goes without one."""
    try:
        payload = invoice_payload(data)
    except PaymentFieldError as error:
        # The buyer still needs the invoice; the value may be personal and stays out of the log.
        logger.warning("no payment code on invoice %s: wrong %s", data.number, error.field)
        return None
    if payload is None:
        return None
    # Drawn by segno out of squares: no text of ours is in the markup.
    return mark_safe(payment_qr_svg(payload))  # noqa: S308
