"""What 1C demands of an order from the site, and what it takes over from it.

Read with plain lxml, not with the portal's own reader: this is the other side of the wire.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

MAX_NUMBER = 11
DELIVERY = "ORDER_DELIVERY"
ORDER = "Заказ товара"
SHIPPING_REQUEST = "Заявка на отгрузку"
REQUIRED = ("Ид", "Номер", "Дата", "ХозОперация", "Роль", "Валюта", "Курс", "Сумма")
LINE_REQUIRED = ("Ид", "Наименование", "ЦенаЗаЕдиницу", "Количество", "Сумма", "Единица",
                 "Коэффициент")  # fmt: skip
CENT = Decimal("0.01")
# So long before the day on which an order is to leave it is picked.
BEFOREHAND = timedelta(days=14)


class RefusedError(Exception):
    """1C does not take this document; the text says why."""


@dataclass(frozen=True, slots=True)
class TakenLine:
    """A line of an order in the infobase; amounts as texts, as they came."""

    id: str
    name: str
    price: str
    quantity: str
    amount: str
    unit: str
    factor: str
    vat: str
    article: str = ""


@dataclass(slots=True)
class TakenOrder:
    """An order in the infobase. ``step`` counts what happened to it since, see life.py.

    ``is_told`` is whether the site has heard of the last step.
    """

    id: str
    number: str
    date: str
    time: str
    currency: str
    amount: str
    vat_included: bool | None
    party_id: str
    party_name: str
    party_inn: str
    lines: list[TakenLine]
    requisites: dict[str, str]
    is_cancelled: bool = False
    step: int = 0
    is_told: bool = True
    num_received: int = 1
    number_1c: str = ""
    date_1c: str = ""
    shipment_number: str = ""
    shipment_date: str = ""
    payment_number: str = ""
    payment_date: str = ""
    # Shipping requests of the site that go on, by number.
    asked: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What 1C finds an order again by."""
        return f"{self.number} {self.date}"

    @property
    def is_held(self) -> bool:
        """Whether the site forbids to ship it: it is beyond the buyer's credit."""
        return self.requisites.get("Отгрузка запрещена") == "true"

    def waits_on(self, moment: datetime) -> bool:
        """Whether its goods are on their way still, or it is to leave long after."""
        awaited, wished = map(self.requisites.get, ("Ожидает поступления", "Дата отгрузки"))
        day, begins = (f"{at:%Y-%m-%d}" for at in (moment, moment + BEFOREHAND))
        return day < (awaited or "") or begins < (wished or "")

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "TakenOrder":
        lines = [TakenLine(**line) for line in values["lines"]]
        return cls(**{**values, "lines": lines})


@dataclass(frozen=True, slots=True)
class Directory:
    """What the infobase has, by GUID; counterparties by ИНН too.

    ``contracts`` tells whose each contract is; ``balances`` how many base units of a good lie in
    which warehouse.
    """

    goods: Collection[str]
    parties: Collection[str]
    inns: Collection[str]
    contracts: Mapping[str, str]
    warehouses: Collection[str]
    balances: Mapping[str, Mapping[str, Decimal]]


def documents_in(body: bytes, *, client: str = "a") -> list[etree._Element]:
    """Return the order documents of a file from the site. Raises RefusedError.

    The package client looks into Контейнер, the standard one under the root.
    """
    plain = body.removeprefix(b"\xef\xbb\xbf")
    if not plain.startswith(b"<?xml"):
        raise RefusedError("Ответ сайта — не XML: " + plain[:200].decode("utf-8", "replace"))
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise RefusedError(f"Не удалось прочитать заказы сайта: {error}") from error
    if root.tag != "КоммерческаяИнформация":
        raise RefusedError(f"Неизвестный корневой элемент «{root.tag}»: заказы без xmlns.")
    if client == "a":
        return root.findall("Документ")
    if root.find("Документ") is not None:
        raise RefusedError("Нет документов для обработки: заказ не в контейнере.")
    return root.findall("Контейнер/Документ")


def order_of(document: etree._Element, directory: Directory) -> TakenOrder:
    """Check a document as 1C does and return what it says. Raises RefusedError."""
    missing = [name for name in REQUIRED if not _text(document, name)]
    if missing:
        raise RefusedError(f'Поле "{missing[0]}" не обнаружено.')
    number = _text(document, "Номер")
    if len(number) > MAX_NUMBER:
        raise RefusedError(f"Номер «{number}» длиннее {MAX_NUMBER} знаков.")
    if _text(document, "ХозОперация") != ORDER:
        raise RefusedError(f"Неизвестная хозяйственная операция в документе {number}.")
    _check_date(number, _text(document, "Дата"))
    party = _party(document, directory)
    included = _vat_included(document)
    lines = [_line(row, directory) for row in document.findall("Товары/Товар")]
    if not lines:
        raise RefusedError(f"В заказе {number} нет товаров.")
    _check_sum(document, lines, included)
    _check_warehouses(document)
    requisites = _requisites(document)
    _check_references(number, requisites, party, directory)
    return TakenOrder(
        id=_text(document, "Ид"), number=number,
        date=_text(document, "Дата"), time=_text(document, "Время"),
        currency=_text(document, "Валюта"), amount=_text(document, "Сумма"),
        vat_included=included, lines=lines, requisites=requisites,
        party_id=_text(party, "Ид"),
        party_name=_text(party, "Наименование"),
        party_inn=_text(party, "ИНН"),
        is_cancelled=requisites.get("Отменен", "").lower() == "true",
        asked=_asked(document),
    )  # fmt: skip


def _asked(document: etree._Element) -> list[str]:
    """Numbers of the shipping requests that hang on an order and were not taken back."""
    rows = document.findall("ПодчиненныеДокументы/ПодчиненныйДокумент")
    return [
        _text(row, "Номер")
        for row in rows
        if _text(row, "ХозОперация") == SHIPPING_REQUEST
        and _requisites(row).get("Отменен") != "true"
    ]


def _party(document: etree._Element, directory: Directory) -> etree._Element:
    party = document.find("Контрагенты/Контрагент")
    if party is None:
        raise RefusedError('Поле "Контрагенты" не обнаружено.')
    if not _text(party, "ОфициальноеНаименование") and not _text(party, "ПолноеНаименование"):
        raise RefusedError("У контрагента нет ни официального, ни полного наименования.")
    known = _text(party, "Ид") in directory.parties or (
        _text(party, "ИНН") in directory.inns and bool(_text(party, "ИНН"))
    )
    if not known:
        raise RefusedError(f"Контрагент «{_text(party, 'Наименование')}» не найден.")
    return party


def _line(row: etree._Element, directory: Directory) -> TakenLine:
    external_id = _text(row, "Ид")
    missing = [name for name in LINE_REQUIRED if not _text(row, name)]
    if missing:
        raise RefusedError(f'Товар {external_id}: поле "{missing[0]}" не обнаружено.')
    unit = row.find("БазоваяЕдиница")
    if unit is None or not unit.get("Код"):
        raise RefusedError(f"Товар {external_id}: нет кода базовой единицы.")
    vat = _text(row, "СтавкиНалогов/СтавкаНалога/Ставка")
    if not vat:
        raise RefusedError(f"Товар {external_id}: не указана ставка НДС.")
    if external_id != DELIVERY and external_id not in directory.goods:
        raise RefusedError(f"Номенклатура {external_id} не найдена.")
    line = TakenLine(
        id=external_id, name=_text(row, "Наименование"), price=_text(row, "ЦенаЗаЕдиницу"),
        quantity=_text(row, "Количество"), amount=_text(row, "Сумма"),
        unit=_text(row, "Единица"), factor=_text(row, "Коэффициент"), vat=vat,
        article=_text(row, "Артикул"),
    )  # fmt: skip
    _check_line(line)
    return line


def _check_line(line: TakenLine) -> None:
    price, quantity, amount = _number(line.price), _number(line.quantity), _number(line.amount)
    if quantity <= 0 or price < 0 or _number(line.factor) <= 0:
        raise RefusedError(f"Товар {line.id}: количество, цена или коэффициент не годятся.")
    # A price has up to four decimals, and a discount may be inside the sum: a kopeck each.
    if abs(price * quantity - amount) > max(CENT, quantity * CENT):
        raise RefusedError(f"Товар {line.id}: {price} × {quantity} ≠ {amount}.")


def _check_sum(document: etree._Element, lines: list[TakenLine], vat_included: bool | None) -> None:
    total = sum((_number(line.amount) for line in lines), Decimal(0))
    if vat_included is False:
        total += sum(
            (_number(tax.findtext("Сумма") or "") for tax in document.findall("Налоги/Налог")),
            Decimal(0),
        )
    if total != _number(_text(document, "Сумма")):
        raise RefusedError(
            f"Сумма документа {_text(document, 'Номер')} — {_text(document, 'Сумма')}, "
            f"а по строкам {total}."
        )


def _check_date(number: str, text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise RefusedError(f"Заказ {number}: «{text[:40]}» — не дата.") from error


def _check_references(
    number: str, requisites: dict[str, str], party: etree._Element, directory: Directory
) -> None:
    """A contract and a warehouse may be left out, but not be unknown here."""
    contract, warehouse = requisites.get("ИдДоговора"), requisites.get("ИдСклада")
    if contract and contract not in directory.contracts:
        raise RefusedError(f"Заказ {number}: договор {contract} не найден.")
    owner = directory.contracts.get(contract or "", "")
    if owner and _text(party, "Ид") in directory.parties and owner != _text(party, "Ид"):
        raise RefusedError(f"Заказ {number}: договор {contract} другого контрагента.")
    if warehouse and warehouse not in directory.warehouses:
        raise RefusedError(f"Заказ {number}: склад {warehouse} не найден.")


def _check_warehouses(document: etree._Element) -> None:
    for row in document.findall("Склады/Склад"):
        for path in ("Ид", "Наименование", "Адрес/АдресноеПоле/Тип", "Адрес/АдресноеПоле/Значение",
                     "Контакты/Контакт/Тип", "Контакты/Контакт/Значение"):  # fmt: skip
            if not _text(row, path):
                raise RefusedError(f"Склад: поле объекта не обнаружено ({path}).")


def _vat_included(document: etree._Element) -> bool | None:
    for tax in document.findall("Налоги/Налог"):
        if _text(tax, "Наименование") == "НДС" and _text(tax, "УчтеноВСумме"):
            return _text(tax, "УчтеноВСумме") == "true"
    return None


def _requisites(document: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in document.findall("ЗначенияРеквизитов/ЗначениеРеквизита"):
        name = _text(row, "Наименование")
        if name in found:
            raise RefusedError(f"Реквизит «{name}» указан дважды.")
        found[name] = _text(row, "Значение")
    return found


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise RefusedError(f"«{text[:40]}» — не число.") from error
    if not number.is_finite():
        raise RefusedError(f"«{text[:40]}» — не число.")
    return number
