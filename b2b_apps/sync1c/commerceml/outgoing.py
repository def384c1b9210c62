"""What an order that goes to 1C consists of."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class OutgoingParty:
    """The buyer. ``official_name`` makes him a legal entity in 1C's eyes."""

    id: str
    name: str
    official_name: str
    inn: str = ""
    kpp: str = ""
    okpo: str = ""
    legal_address: str = ""
    delivery_address: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingWarehouse:
    """The warehouse of a document; 1C takes it only with address and contact."""

    id: str
    name: str
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingLine:
    """A line: price per unit of ``factor`` base units, sum as the document's VAT mode has it."""

    product_id: str
    name: str
    price: Decimal
    quantity: Decimal
    amount: Decimal
    vat_label: str
    vat_amount: Decimal
    article: str = ""
    unit_code: str = ""
    unit_name: str = ""
    factor: Decimal = Decimal(1)
    is_service: bool = False


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A shipping request: goods of the document that hangs on it, and how they are to leave."""

    id: str
    number: str
    asked_at: datetime
    lines: tuple[OutgoingLine, ...]
    comment: str = ""
    requisites: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OutgoingOrder:
    """One document of 1C: an order or, of an order from several warehouses, one shipment.

    ``number`` has at most 11 characters; ``vat_included`` tells whether prices and line sums
    have VAT inside, None is a document without VAT. ``amount`` is what the buyer pays.
    """

    id: str
    number: str
    placed_at: datetime
    currency: str
    amount: Decimal
    vat_included: bool | None
    party: OutgoingParty
    lines: tuple[OutgoingLine, ...]
    comment: str = ""
    warehouse: OutgoingWarehouse | None = None
    requisites: tuple[tuple[str, str], ...] = ()
    version: int = 1
    requests: tuple[OutgoingRequest, ...] = ()
