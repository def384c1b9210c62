"""The payment QR code of a Russian invoice: ГОСТ Р 56042-2014, version 1, UTF-8."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

import segno

from b2b_apps.core.money import HUNDRED, KOPECK

HEADER = "ST00012"
# The default first; the others for the day a company has it in its name.
SEPARATORS = "|~^;#"
NAME_LENGTH = 160
BANK_NAME_LENGTH = 45
PURPOSE_LENGTH = 210
# "0" stands for a bank that has no correspondent account.
FORMATS = {
    "PersonalAcc": re.compile(r"[0-9]{20}"),
    "BIC": re.compile(r"[0-9]{9}"),
    "CorrespAcc": re.compile(r"[0-9]{20}|0"),
    "PayeeINN": re.compile(r"[0-9]{10}|[0-9]{12}"),
    "KPP": re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}"),
}
REQUIRED = ("Name", "PersonalAcc", "BankName", "BIC", "CorrespAcc")


class PaymentFieldError(ValueError):
    """``value`` cannot stand in ``field`` (a key of the standard) of the payment code."""

    def __init__(self, field: str, value: str) -> None:
        super().__init__(field, value)
        self.field = field
        self.value = value


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What the payer's bank fills in; ``amount`` is in roubles, incl. VAT."""

    payee: str
    account: str
    bank_name: str
    bic: str
    correspondent_account: str
    amount: Decimal
    purpose: str
    inn: str = ""
    kpp: str = ""


def payment_payload(order: PaymentOrder) -> str:
    """Return the text of the code, required fields first, in the order of the standard.

    Names and the purpose are cut to their lengths; a number that has not its exact form
    raises PaymentFieldError, because half an account is somebody else's.
    """
    fields = {
        "Name": shorten(clean(order.payee), NAME_LENGTH),
        "PersonalAcc": order.account.strip(),
        "BankName": shorten(clean(order.bank_name), BANK_NAME_LENGTH),
        "BIC": order.bic.strip(),
        "CorrespAcc": order.correspondent_account.strip(),
        "Sum": kopecks(order.amount),
        "Purpose": shorten(clean(order.purpose), PURPOSE_LENGTH),
        "PayeeINN": order.inn.strip(),
        "KPP": order.kpp.strip(),
    }
    for key, value in fields.items():
        if key in FORMATS and (value or key in REQUIRED) and not FORMATS[key].fullmatch(value):
            raise PaymentFieldError(key, value)
        if key in REQUIRED and not value:
            raise PaymentFieldError(key, value)
    separator = separator_for("".join(fields.values()))
    return separator.join([HEADER, *(f"{key}={value}" for key, value in fields.items() if value)])


def payment_qr_svg(payload: str) -> str:
    """Return the code as an ``<svg>`` element without size: the style sheet gives it one.

    Error level M, as the standard asks. The quiet zone is the paper around it.
    """
    code = segno.make_qr(payload, error="m", encoding="utf-8", mode="byte", boost_error=False)
    svg = code.svg_inline(
        border=0, omitsize=True, svgclass="qr-code", lineclass=None, encoding="utf-8"
    )
    return str(svg)


def purpose_text(
    *, number: str, date_text: str, vat_by_rate: tuple[tuple[str, Decimal], ...]
) -> str:
    """Return the purpose of payment, at most 210 characters.

    ``vat_by_rate`` holds pairs of label («22 %») and sum; empty means that the invoice bears
    no VAT. Where the rates do not fit one by one, their total stands for them.
    """
    opening = f"Оплата по счету № {number} от {date_text}, "
    if not vat_by_rate:
        return f"{opening}НДС не облагается"
    rates = ", ".join(
        f"НДС {''.join(label.split())} – {roubles(vat)}" for label, vat in vat_by_rate
    )
    text = f"{opening}в т.ч. {rates}"
    if len(text) <= PURPOSE_LENGTH:
        return text
    return f"{opening}в т.ч. НДС – {roubles(sum((vat for _, vat in vat_by_rate), Decimal(0)))}"


def roubles(amount: Decimal) -> str:
    return f"{amount:.2f} руб.".replace(".", ",", 1)


def kopecks(amount: Decimal) -> str:
    """Return a sum in kopecks; it has to be above zero and free of parts of a kopeck."""
    if not amount.is_finite() or amount <= 0 or amount % KOPECK:
        raise PaymentFieldError("Sum", str(amount))
    return str(int(amount * HUNDRED))


def clean(value: str) -> str:
    """Turn control characters, line breaks and runs of spaces into single spaces.

    Invisible format characters (Cf) go without a trace: a bank's form would show them as boxes.
    """
    visible = (char for char in value if unicodedata.category(char) not in ("Cf", "Cs", "Co"))
    spaced = (" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in visible)
    return " ".join("".join(spaced).split())


def shorten(value: str, length: int) -> str:
    """Cut at the last whole word that fits; in the middle of a word only if it is the first."""
    if len(value) <= length:
        return value
    cut = value[: length + 1]
    return (cut[: cut.rfind(" ")] if " " in cut else cut[:length]).rstrip(" ,;")


def separator_for(text: str) -> str:
    for separator in SEPARATORS:
        if separator not in text:
            return separator
    raise PaymentFieldError("separator", text)
