"""Records of the directories: groups, properties, price types, warehouses, units, regions."""

import re

from lxml.etree import _Element

from b2b_apps.sync1c.commerceml.fields import (
    attribute,
    child,
    children,
    contacts,
    deletion_said,
    flag_said,
    is_deleted,
    local,
    said,
    text,
)
from b2b_apps.sync1c.commerceml.numbers import whole_of
from b2b_apps.sync1c.commerceml.records import (
    BankAccountRecord,
    GroupRecord,
    OrganizationRecord,
    PriceTypeRecord,
    PropertyRecord,
    PropertyValue,
    RegionRecord,
    UnitRecord,
    WarehouseRecord,
)

CURRENCIES = {"руб": "RUB", "руб.": "RUB", "рубль": "RUB", "rur": "RUB", "643": "RUB",
              "810": "RUB", "₽": "RUB", "840": "USD", "978": "EUR", "евро": "EUR",
              "156": "CNY", "398": "KZT", "933": "BYN"}  # fmt: skip

COMMAS = re.compile(r"(\s*,)+\s*")


def currency_of(name: str) -> str:
    """Return the ISO code of a currency as 1C may write it («руб», «643», «RUB»)."""
    plain = name.strip()
    return CURRENCIES.get(plain.lower(), plain.upper()[:3])


def group(element: _Element, parent_id: str) -> GroupRecord:
    return GroupRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        name=text(element, "Наименование"),
        parent_id=parent_id,
        is_deleted=is_deleted(element),
    )


def prop(element: _Element) -> PropertyRecord:
    """Read a property; 2.04 lists its values in ТипыЗначений, later schemas in ВариантыЗначений."""
    old = child(element, "ТипыЗначений", "ТипЗначений")
    values = child(element, "ВариантыЗначений")
    if values is None:
        values = child(old, "ВариантыЗначений")
    return PropertyRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        name=text(element, "Наименование"),
        value_type=text(element, "ТипЗначений") or text(old, "Тип") or None,
        values=tuple(_variants(values)) if values is not None else None,
        is_multiple=flag_said(element, "Множественное"),
        is_deleted=is_deleted(element),
    )


def _variants(values: _Element) -> list[PropertyValue]:
    found = []
    for row in values:
        if local(row) in {"Справочник", "ВариантЗначения"}:
            found.append(
                PropertyValue(text(row, "ИдЗначения") or text(row, "Ид"), text(row, "Значение"))
            )
        elif local(row) == "Значение" and row.text:
            found.append(PropertyValue(row.text.strip(), row.text.strip()))
    return found


def price_type(element: _Element) -> PriceTypeRecord:
    """Read a price type; whether VAT is inside stands in Налог, if anywhere."""
    taxes = [t for t in children(element, "Налог") if text(t, "Наименование").upper() == "НДС"]
    return PriceTypeRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        name=text(element, "Наименование") or None,
        currency=currency_of(text(element, "Валюта")) or None,
        includes_vat=flag_said(taxes[0], "УчтеноВСумме") if taxes else None,
        is_contract=flag_said(element, "Договорной"),
        is_retail=flag_said(element, "Розничный"),
        is_deleted=deletion_said(element),
    )


def warehouse(element: _Element) -> WarehouseRecord:
    phone, _email = contacts(element)
    position = text(element, "Порядок")
    return WarehouseRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        name=text(element, "Наименование") or None,
        short_name=said(element, "КраткоеНаименование"),
        address=address(element, "Адрес"),
        phone=phone,
        organization_id=said(element, "Организация", "Ид"),
        region_id=said(element, "Регион", "Ид"),
        is_pickup_point=flag_said(element, "ПунктСамовывоза"),
        position=whole_of(position, "Порядок", 32_767) if position else None,
        is_deleted=deletion_said(element),
    )


def unit(element: _Element) -> UnitRecord:
    """Read ЕдиницаИзмерения of the directory of units (3.1)."""
    return UnitRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        code=text(element, "Код"),
        short_name=text(element, "НаименованиеКраткое"),
        full_name=text(element, "НаименованиеПолное"),
        international=text(element, "МеждународноеСокращение"),
        is_deleted=is_deleted(element),
    )


def base_unit(element: _Element | None) -> UnitRecord:
    """Read БазоваяЕдиница: attributes, or nothing but the code as text with a trailing blank."""
    if element is None:
        return UnitRecord()
    plain = (element.text or "").strip()
    code = attribute(element, "Код")
    return UnitRecord(
        code=code or (plain if plain.isdigit() else ""),
        short_name=attribute(element, "НаименованиеКраткое") or ("" if plain.isdigit() else plain),
        full_name=attribute(element, "НаименованиеПолное"),
        international=attribute(element, "МеждународноеСокращение"),
    )


def organization(element: _Element) -> OrganizationRecord:
    bank = child(element, "РасчетныйСчет")
    return OrganizationRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        name=text(element, "Наименование") or None,
        full_name=said(element, "ПолноеНаименование"),
        inn=said(element, "ИНН"),
        kpp=said(element, "КПП"),
        ogrn=said(element, "ОГРН"),
        legal_address=address(element, "ЮридическийАдрес"),
        phone=said(element, "Телефон"),
        email=said(element, "Почта"),
        director=said(element, "Руководитель"),
        accountant=said(element, "Бухгалтер"),
        account=account(bank) if bank is not None else None,
    )


def account(element: _Element | None) -> BankAccountRecord:
    return BankAccountRecord(
        number=text(element, "НомерСчета"),
        bank_name=text(element, "Банк", "Наименование"),
        bic=text(element, "Банк", "БИК"),
        correspondent_account=text(element, "Банк", "СчетКорреспондентский"),
    )


def region(element: _Element) -> RegionRecord:
    return RegionRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        name=text(element, "Наименование") or None,
        city=said(element, "Город"),
        phone=said(element, "Телефон"),
        email=said(element, "Почта"),
    )


def address(element: _Element, *names: str) -> str | None:
    """Return the first of these addresses, structured or plain; None where there is none.

    1C puts a comma for every part of an address, those too that are empty.
    """
    for name in names:
        if (found := child(element, name)) is not None:
            plain = text(found, "Представление") or (found.text or "")
            return COMMAS.sub(", ", plain).strip(" ,\n\t")
    return None
