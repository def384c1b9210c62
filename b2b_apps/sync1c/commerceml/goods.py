"""Records of goods and offers."""

from collections.abc import Iterator
from decimal import Decimal

from lxml.etree import _Element

from b2b_apps.sync1c.commerceml.directories import base_unit, currency_of
from b2b_apps.sync1c.commerceml.errors import BadValueError
from b2b_apps.sync1c.commerceml.fields import (
    attribute,
    child,
    children,
    is_deleted,
    number,
    requisites,
    text,
)
from b2b_apps.sync1c.commerceml.numbers import amount_within, number_of
from b2b_apps.sync1c.commerceml.receipts import receipts_of
from b2b_apps.sync1c.commerceml.records import (
    BadRecord,
    BalanceRecord,
    NamedValue,
    OfferRecord,
    PackRecord,
    PriceRecord,
    ProductRecord,
    PropertyValuesRecord,
)

ONE = Decimal(1)
MOST_QUANTITY = 10**11


def product(element: _Element) -> Iterator[ProductRecord | BadRecord]:
    """Read Товар of a catalogue."""
    unit = child(element, "БазоваяЕдиница")
    yield ProductRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        name=" ".join(text(element, "Наименование").split()),
        article=text(element, "Артикул"),
        barcode=text(element, "Штрихкод"),
        unit=base_unit(unit),
        packs=tuple(_packs(element, unit)),
        group_ids=tuple(g.text.strip() for g in children(child(element, "Группы"), "Ид") if g.text),
        description=text(element, "Описание"),
        pictures=tuple(p.text.strip() for p in children(element, "Картинка") if p.text),
        brand=text(element, "ТорговаяМарка") or text(element, "Изготовитель", "Наименование"),
        country=text(element, "Страна"),
        values=tuple(_property_values(element)),
        vat=_vat(element),
        requisites=requisites(element),
        characteristics=_characteristics(element),
        weight=text(element, "Вес"),
        is_deleted=is_deleted(element),
    )


def _packs(element: _Element, unit: _Element | None) -> Iterator[PackRecord]:
    """Yield packs that hold another number of base units than one."""
    rows = [*children(unit, "Пересчет"), *children(child(element, "Единицы"), "Единица")]
    for row in rows:
        factor = number(row, "Коэффициент")
        if factor and factor > 0 and factor != ONE:
            name = text(row, "Единица") or text(row, "Наименование") or text(row, "Код")
            yield PackRecord(name, factor)


def _property_values(element: _Element) -> Iterator[PropertyValuesRecord]:
    for row in children(child(element, "ЗначенияСвойств"), "ЗначенияСвойства"):
        values = tuple((v.text or "").strip() for v in children(row, "Значение"))
        if external_id := text(row, "Ид"):
            yield PropertyValuesRecord(external_id, text(row, "Наименование"), values)


def _vat(element: _Element) -> str:
    for rate in children(child(element, "СтавкиНалогов"), "СтавкаНалога"):
        if text(rate, "Наименование").upper() in {"НДС", ""}:
            return text(rate, "Ставка")
    return ""


def _characteristics(element: _Element) -> tuple[NamedValue, ...]:
    rows = children(child(element, "ХарактеристикиТовара"), "ХарактеристикаТовара")
    return tuple(NamedValue(text(row, "Наименование"), text(row, "Значение")) for row in rows)


def offer(element: _Element) -> Iterator[OfferRecord | BadRecord]:
    """Read Предложение; a price or balance that can't be read is a BadRecord, the rest stays."""
    line, external_id = element.sourceline or 0, text(element, "Ид")
    # ИзмененияПакетаПредложений names the characteristic apart.
    if more := text(element, "ИдХарактеристики"):
        external_id = f"{external_id}#{more}"
    bad: list[BadRecord] = []
    prices = tuple(_prices(element, external_id, bad))
    balances, quantity = _stock(element, line, external_id, bad)
    yield OfferRecord(
        line=line,
        external_id=external_id,
        name=" ".join(text(element, "Наименование").split()),
        article=text(element, "Артикул"),
        barcode=text(element, "Штрихкод"),
        unit=base_unit(child(element, "БазоваяЕдиница")),
        characteristics=_characteristics(element),
        prices=prices if child(element, "Цены") is not None else None,
        balances=balances,
        quantity=quantity,
        is_deleted=is_deleted(element),
        receipts=receipts_of(element, external_id, bad),
    )
    yield from bad


def _prices(element: _Element, external_id: str, bad: list[BadRecord]) -> Iterator[PriceRecord]:
    for row in children(child(element, "Цены"), "Цена"):
        try:
            if (price := _price(row)) is not None:
                yield price
        except BadValueError as error:
            bad.append(bad_value(row, "price", external_id, error))


def _price(row: _Element) -> PriceRecord | None:
    """Read Цена; None for one without an amount. Raises BadValueError."""
    amount = number(row, "ЦенаЗаЕдиницу")
    if amount is None:
        return None
    if amount < 0:
        raise BadValueError("negative_price", value=amount)
    if not text(row, "ИдТипаЦены"):
        raise BadValueError("missing_price_type")
    return PriceRecord(
        price_type_id=text(row, "ИдТипаЦены"),
        amount=amount,
        currency=currency_of(text(row, "Валюта")),
        unit=text(row, "Единица"),
        factor=_factor(row),
        minimum_quantity=_minimum(row),
    )


def _factor(row: _Element) -> Decimal:
    """Return how many base units the price is for; 1C writes none, or 0, for one."""
    factor = number(row, "Коэффициент") or ONE
    if factor < 0:
        raise BadValueError("bad_factor", field="Коэффициент", value=factor)
    return factor


def _minimum(row: _Element) -> Decimal:
    value = text(row, "МинКоличество")
    return amount_within(value, "МинКоличество", MOST_QUANTITY) or Decimal(0)


def _stock(
    element: _Element, line: int, external_id: str, bad: list[BadRecord]
) -> tuple[tuple[BalanceRecord, ...] | None, Decimal | None]:
    """Return balances by warehouse and the total; None of each that the offer does not name."""
    found: list[BalanceRecord] = []
    rows = [
        *(r for r in children(element, "Склад") if attribute(r, "ИдСклада")),
        *(r for r in children(element, "Склады") if attribute(r, "ИдСклада")),
    ]
    for row in rows:
        try:
            amount = _attribute_number(row, "КоличествоНаСкладе")
            found.append(BalanceRecord(attribute(row, "ИдСклада"), amount))
        except BadValueError as error:
            bad.append(bad_value(row, "stock", external_id, error))
    balances = child(element, "Остатки")
    for row in children(balances, "Остаток"):
        place = child(row, "Склад")
        try:
            amount_of = number(place if place is not None else row, "Количество")
            found.append(BalanceRecord(text(place, "Ид"), amount_of or Decimal(0)))
        except BadValueError as error:
            bad.append(bad_value(row, "stock", external_id, error))
    try:
        total = number(element, "Количество")
    except BadValueError as error:
        total = None
        bad.append(bad_value(element, "stock", external_id, error))
    speaks = bool(rows) or balances is not None
    return (tuple(found) if speaks else None), total


def _attribute_number(row: _Element, name: str) -> Decimal:
    value = attribute(row, name)
    return number_of(value, name) if value else Decimal(0)


def bad_value(element: _Element, kind: str, external_id: str, error: BadValueError) -> BadRecord:
    """Return the report of a value that can't be read."""
    return BadRecord(element.sourceline or 0, kind, external_id, error.code, error.params)
