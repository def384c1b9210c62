"""What an invoice says: plain values, complete before anything is drawn."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


class InvoiceSumsError(ValueError):
    """The ``part`` of an invoice does not add up: ``stated`` in it, ``counted`` from the rest."""

    def __init__(self, part: str, *, stated: Decimal, counted: Decimal) -> None:
        super().__init__(part, stated, counted)
        self.part = part
        self.stated = stated
        self.counted = counted


@dataclass(frozen=True, slots=True)
class Party:
    """The supplier or the buyer. ``name`` is the everyday one, ``full_name`` that of the law."""

    name: str
    full_name: str = ""
    inn: str = ""
    kpp: str = ""
    address: str = ""
    phone: str = ""
    director: str = ""
    accountant: str = ""

    @property
    def legal_name(self) -> str:
        return self.full_name or self.name


@dataclass(frozen=True, slots=True)
class BankDetails:
    """Where the money goes; ``correspondent_account`` is "0" if the bank has none."""

    bank_name: str = ""
    bic: str = ""
    correspondent_account: str = ""
    account: str = ""

    @property
    def is_complete(self) -> bool:
        return all((self.bank_name, self.bic, self.correspondent_account, self.account))


@dataclass(frozen=True, slots=True)
class DueLine:
    """A line of the box of payment terms: «Оплата до» and, in bold, «22.11.2026»."""

    text: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """Why the invoice is made: the contract in words, our order, the buyer's own number of it."""

    contract: str = ""
    order_number: str = ""
    customer_number: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One row. ``price`` and ``amount`` hold VAT where the invoice's prices do.

    ``amount`` and ``vat_amount`` are in kopecks' precision, rounded by whoever counted them.
    Rows in a row with the same ``group`` stand under it as their heading.
    """

    number: int
    article: str
    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    amount: Decimal
    vat_label: str
    vat_amount: Decimal
    group: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceTotals:
    """``amount_excl_tax`` + the sums of ``vat_by_rate`` = ``total_incl_tax``.

    ``vat_by_rate`` holds (label, sum), as («22 %», 44.00); empty if nothing bears VAT.
    """

    amount_excl_tax: Decimal
    vat_by_rate: tuple[tuple[str, Decimal], ...]
    total_incl_tax: Decimal


@dataclass(frozen=True, slots=True)
class InvoiceData:
    """One invoice; refuses to exist (InvoiceSumsError) if its sums contradict one another."""

    number: str
    date: dt.date
    seller: Party
    bank: BankDetails
    buyer: Party
    lines: tuple[InvoiceLine, ...]
    totals: InvoiceTotals
    includes_vat: bool
    currency: str = "RUB"
    basis: Basis = Basis()
    consignee: str = ""
    due: tuple[DueLine, ...] = ()
    # Weight and volume; the small print under the sums.
    cargo: str = ""
    terms: str = ""

    def __post_init__(self) -> None:
        totals = self.totals
        vat = total(amount for _, amount in totals.vat_by_rate)
        in_prices = totals.total_incl_tax if self.includes_vat else totals.amount_excl_tax
        check("total", totals.total_incl_tax, totals.amount_excl_tax + vat)
        check("lines", in_prices, total(line.amount for line in self.lines))
        check("vat", vat, total(line.vat_amount for line in self.lines))


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def check(part: str, stated: Decimal, counted: Decimal) -> None:
    if stated != counted:
        raise InvoiceSumsError(part, stated=stated, counted=counted)
