"""What a CommerceML file holds, one frozen record per object. ``line`` is its source line."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class HeaderRecord:
    """Head of a file, a catalogue or an offers package.

    A package also names the price types and warehouses it speaks of, once they were read.
    """

    line: int
    part: str
    external_id: str = ""
    schema_version: str = ""
    generated_at: str = ""
    is_partial: bool | None = None


@dataclass(frozen=True, slots=True)
class BadRecord:
    """An object, or a row of one, that can't be read. ``code`` names a text in messages.py."""

    line: int
    kind: str
    external_id: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class NamedValue:
    """A requisite or a characteristic: name and value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """A unit of measure: code of ОКЕИ and its names; any may be empty."""

    line: int = 0
    external_id: str = ""
    code: str = ""
    short_name: str = ""
    full_name: str = ""
    international: str = ""
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """A group of goods; parents come before their children."""

    line: int
    external_id: str
    name: str
    parent_id: str = ""
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """A value of a property's list."""

    external_id: str
    value: str


@dataclass(frozen=True, slots=True)
class PropertyRecord:
    """A property of goods; ``value_type`` is Строка, Число, Время, Справочник.

    None is what the file does not speak of: portions come without types and lists of values.
    """

    line: int
    external_id: str
    name: str
    value_type: str | None = None
    values: tuple[PropertyValue, ...] | None = None
    is_multiple: bool | None = None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class PriceTypeRecord:
    """A price type. None is what the file does not speak of; offers packages say the least."""

    line: int
    external_id: str
    name: str | None = None
    currency: str | None = None
    includes_vat: bool | None = None
    is_contract: bool | None = None
    is_retail: bool | None = None
    is_deleted: bool | None = None


@dataclass(frozen=True, slots=True)
class WarehouseRecord:
    """A warehouse; organization and region are our additions. None is what is not spoken of."""

    line: int
    external_id: str
    name: str | None = None
    short_name: str | None = None
    address: str | None = None
    phone: str | None = None
    organization_id: str | None = None
    region_id: str | None = None
    is_pickup_point: bool | None = None
    position: int | None = None
    is_deleted: bool | None = None


@dataclass(frozen=True, slots=True)
class BankAccountRecord:
    """A bank account of a legal entity."""

    number: str = ""
    bank_name: str = ""
    bic: str = ""
    correspondent_account: str = ""


@dataclass(frozen=True, slots=True)
class OrganizationRecord:
    """One of the supplier's legal entities (our addition). None is what is not spoken of."""

    line: int
    external_id: str
    name: str | None = None
    full_name: str | None = None
    inn: str | None = None
    kpp: str | None = None
    ogrn: str | None = None
    legal_address: str | None = None
    phone: str | None = None
    email: str | None = None
    director: str | None = None
    accountant: str | None = None
    account: BankAccountRecord | None = None


@dataclass(frozen=True, slots=True)
class RegionRecord:
    """A region of the supplier (our addition). None is what is not spoken of."""

    line: int
    external_id: str
    name: str | None = None
    city: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class PackRecord:
    """A pack of a product: unit code or name, and so many base units."""

    unit: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class PropertyValuesRecord:
    """Values of one property of a product; a reference's value is a GUID of its list."""

    property_id: str
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """A good. ``external_id`` is ``nom`` or, of a characteristic, ``nom#char``."""

    line: int
    external_id: str
    name: str
    article: str = ""
    barcode: str = ""
    unit: UnitRecord = UnitRecord()
    packs: tuple[PackRecord, ...] = ()
    group_ids: tuple[str, ...] = ()
    description: str = ""
    pictures: tuple[str, ...] = ()
    brand: str = ""
    country: str = ""
    values: tuple[PropertyValuesRecord, ...] = ()
    vat: str = ""
    requisites: tuple[NamedValue, ...] = ()
    characteristics: tuple[NamedValue, ...] = ()
    weight: str = ""
    is_deleted: bool = False

    @property
    def characteristic_text(self) -> str:
        return characteristic_text(self.name, self.characteristics)


@dataclass(frozen=True, slots=True)
class PriceRecord:
    """A price of one unit that holds ``factor`` base units."""

    price_type_id: str
    amount: Decimal
    currency: str = ""
    unit: str = ""
    factor: Decimal = Decimal(1)
    minimum_quantity: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class BalanceRecord:
    """Quantity in a warehouse; "" is a file that knows no warehouses."""

    warehouse_id: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class ReceiptRecord:
    """Goods on their way to a warehouse by an ISO day (our addition)."""

    warehouse_id: str
    day: str
    quantity: Decimal
    reference: str = ""


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """An offer. ``prices``, ``balances`` and ``receipts`` are None where the file is silent."""

    line: int
    external_id: str
    name: str = ""
    article: str = ""
    barcode: str = ""
    unit: UnitRecord = UnitRecord()
    characteristics: tuple[NamedValue, ...] = ()
    prices: tuple[PriceRecord, ...] | None = None
    balances: tuple[BalanceRecord, ...] | None = None
    quantity: Decimal | None = None
    is_deleted: bool = False
    receipts: tuple[ReceiptRecord, ...] | None = None

    @property
    def characteristic_text(self) -> str:
        return characteristic_text(self.name, self.characteristics)


@dataclass(frozen=True, slots=True)
class ConsigneeRecord:
    """Who receives a counterparty's goods (our addition)."""

    external_id: str
    name: str
    kpp: str = ""
    address: str = ""
    contact_person: str = ""
    phone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CreditRecord:
    """Terms of a contract's or a holding's credit (our addition), as texts: what can't be read
    is a warning of the importer, not the loss of the counterparty.

    Where a file says the limit and leaves it empty, none is watched.
    """

    limit: str = ""
    says_limit: bool = False
    valid_to: str = ""
    mode: str = ""
    grace_days: str = ""
    overdue_stops: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class DebtRecord:
    """What a contract owes in 1C as of a moment (our addition), as texts."""

    debt: str = ""
    overdue: str = ""
    overdue_days: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class ContractRecord:
    """A contract of a counterparty (our addition), with all its terms.

    Dates are ISO, "" is an open end. ``vat`` is included, on_top, none or "".
    """

    line: int
    external_id: str
    number: str
    date: str = ""
    name: str = ""
    organization_id: str = ""
    price_type_id: str = ""
    own_price_type_id: str = ""
    currency: str = ""
    vat: str = ""
    payment: str = ""
    deferral_days: int = 0
    valid_from: str = ""
    valid_to: str = ""
    is_deleted: bool = False
    prepaid_percent: str = ""
    credit: CreditRecord = CreditRecord()
    debt: DebtRecord | None = None


@dataclass(frozen=True, slots=True)
class CounterpartyRecord:
    """A counterparty; legal entity if ``official_name`` was sent. None is not spoken of."""

    line: int
    external_id: str
    name: str
    official_name: str = ""
    full_name: str = ""
    inn: str | None = None
    kpp: str | None = None
    ogrn: str | None = None
    okpo: str | None = None
    legal_address: str | None = None
    phone: str | None = None
    email: str | None = None
    role: str = ""
    holding_id: str = ""
    holding_name: str = ""
    # Of the shared limit; None where the file does not speak of one.
    holding_credit: CreditRecord | None = None
    region_id: str = ""
    manager_email: str = ""
    manager_name: str = ""
    accounts: tuple[BankAccountRecord, ...] = ()
    consignees: tuple[ConsigneeRecord, ...] = ()
    contracts: tuple[ContractRecord, ...] = ()
    is_deleted: bool | None = None


@dataclass(frozen=True, slots=True)
class DocumentLineRecord:
    """A line of an order document."""

    external_id: str
    name: str = ""
    article: str = ""
    price: Decimal | None = None
    quantity: Decimal | None = None
    amount: Decimal | None = None
    unit: str = ""
    factor: Decimal = Decimal(1)
    vat: str = ""
    # VAT that stands beside the line's sum, and that inside it.
    vat_on_top: Decimal = Decimal(0)
    vat_inside: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """An order, payment or shipment document.

    ``order_number`` is that of the first document of its Контейнер, or of the document that it
    is subordinate to; an order's own number if it stands alone.
    """

    line: int
    external_id: str
    number: str
    order_number: str
    date: str = ""
    time: str = ""
    operation: str = ""
    role: str = ""
    currency: str = ""
    amount: Decimal | None = None
    comment: str = ""
    number_1c: str = ""
    date_1c: str = ""
    requisites: tuple[NamedValue, ...] = ()
    lines: tuple[DocumentLineRecord, ...] = ()
    counterparty: CounterpartyRecord | None = None
    is_deleted: bool = False

    @property
    def name_of_document(self) -> str:
        """What tells it from other documents: its GUID often is not sent."""
        parts = (self.operation, self.order_number, self.number, self.external_id)
        return ":".join(parts)[:200]

    def requisite(self, *names: str) -> str:
        """Return the first non-empty requisite of these names, or ""."""
        found = {r.name: r.value for r in self.requisites}
        return next((found[name] for name in names if found.get(name)), "")


Record = (
    HeaderRecord
    | BadRecord
    | UnitRecord
    | GroupRecord
    | PropertyRecord
    | PriceTypeRecord
    | WarehouseRecord
    | OrganizationRecord
    | RegionRecord
    | ProductRecord
    | OfferRecord
    | CounterpartyRecord
    | DocumentRecord
)


def characteristic_text(name: str, characteristics: tuple[NamedValue, ...]) -> str:
    """Return "value, value" of the characteristics, or what stands in the name's last brackets."""
    values = ", ".join(c.value for c in characteristics if c.value)
    if values or not name.endswith(")"):
        return values
    return name[name.rfind("(") + 1 : -1] if "(" in name else ""
