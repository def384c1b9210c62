"""Records of the directories: groups, properties, price types, warehouses, units, parties."""

from lxml.etree import _Element

from b2b_apps.sync1c.commerceml.credit import credit_terms, debt_of, holding_terms
from b2b_apps.sync1c.commerceml.fields import (
    attribute,
    child,
    children,
    contacts,
    flag,
    is_deleted,
    local,
    number,
    text,
)
from b2b_apps.sync1c.commerceml.records import (
    BankAccountRecord,
    ConsigneeRecord,
    ContractRecord,
    CounterpartyRecord,
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
        value_type=text(element, "ТипЗначений") or text(old, "Тип"),
        values=tuple(_variants(values)) if values is not None else (),
        is_multiple=flag(element, "Множественное"),
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
    included = text(taxes[0], "УчтеноВСумме") if taxes else ""
    return PriceTypeRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        name=text(element, "Наименование"),
        currency=currency_of(text(element, "Валюта")),
        includes_vat=included.lower() == "true" if included else None,
        is_contract=flag(element, "Договорной"),
        is_retail=flag(element, "Розничный"),
        is_deleted=is_deleted(element),
    )


def warehouse(element: _Element) -> WarehouseRecord:
    phone, _email = contacts(element)
    position = number(element, "Порядок")
    return WarehouseRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        name=text(element, "Наименование"),
        short_name=text(element, "КраткоеНаименование"),
        address=text(element, "Адрес", "Представление"),
        phone=phone,
        organization_id=text(element, "Организация", "Ид"),
        region_id=text(element, "Регион", "Ид"),
        is_pickup_point=flag(element, "ПунктСамовывоза"),
        position=int(position or 0),
        is_deleted=is_deleted(element),
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
    return OrganizationRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        name=text(element, "Наименование"),
        full_name=text(element, "ПолноеНаименование"),
        inn=text(element, "ИНН"),
        kpp=text(element, "КПП"),
        ogrn=text(element, "ОГРН"),
        legal_address=text(element, "ЮридическийАдрес")
        or text(element, "ЮридическийАдрес", "Представление"),
        phone=text(element, "Телефон"),
        email=text(element, "Почта"),
        director=text(element, "Руководитель"),
        accountant=text(element, "Бухгалтер"),
        account=account(child(element, "РасчетныйСчет")),
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
        name=text(element, "Наименование"),
        city=text(element, "Город"),
        phone=text(element, "Телефон"),
        email=text(element, "Почта"),
    )


def counterparty(element: _Element) -> CounterpartyRecord:
    phone, email = contacts(element)
    accounts = child(element, "РасчетныеСчета")
    return CounterpartyRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        name=" ".join(text(element, "Наименование").split()),
        official_name=text(element, "ОфициальноеНаименование"),
        full_name=text(element, "ПолноеНаименование"),
        inn=text(element, "ИНН"),
        kpp=text(element, "КПП"),
        ogrn=text(element, "ОГРН"),
        okpo=text(element, "ОКПО") or text(element, "КодПоОКПО"),
        legal_address=_address(element, "ЮридическийАдрес")
        or _address(element, "АдресРегистрации")
        or _address(element, "Адрес"),
        phone=phone,
        email=email,
        role=text(element, "Роль"),
        holding_id=text(element, "Холдинг", "Ид"),
        holding_name=text(element, "Холдинг", "Наименование"),
        holding_credit=holding_terms(child(element, "Холдинг")),
        region_id=text(element, "Регион", "Ид"),
        manager_email=text(element, "Менеджер", "Почта"),
        manager_name=text(element, "Менеджер", "Наименование"),
        accounts=tuple(account(a) for a in children(accounts, "РасчетныйСчет")),
        consignees=tuple(
            _consignee(c) for c in children(child(element, "Грузополучатели"), "Грузополучатель")
        ),
        contracts=tuple(_contract(c) for c in children(child(element, "Договоры"), "Договор")),
        is_deleted=is_deleted(element),
    )


def _address(element: _Element, name: str) -> str:
    return text(element, name, "Представление") or text(element, name)


def _consignee(element: _Element) -> ConsigneeRecord:
    return ConsigneeRecord(
        external_id=text(element, "Ид"),
        name=text(element, "Наименование"),
        kpp=text(element, "КПП"),
        address=_address(element, "Адрес"),
        contact_person=text(element, "КонтактноеЛицо"),
        phone=text(element, "Телефон"),
        note=text(element, "Комментарий"),
    )


def _contract(element: _Element) -> ContractRecord:
    return ContractRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        number=text(element, "Номер"),
        date=text(element, "Дата"),
        name=text(element, "Наименование"),
        organization_id=text(element, "Организация", "Ид"),
        price_type_id=text(element, "ИдТипаЦены"),
        own_price_type_id=text(element, "ИдТипаЦенДоговора"),
        currency=currency_of(text(element, "Валюта")),
        vat=text(element, "НДС"),
        payment=text(element, "Оплата"),
        deferral_days=int(number(element, "ДнейОтсрочки") or 0),
        credit_limit=number(element, "ЛимитКредита"),
        valid_from=text(element, "ДействуетС"),
        valid_to=text(element, "ДействуетДо"),
        is_deleted=is_deleted(element),
        prepaid_percent=text(element, "ПроцентАванса"),
        credit=credit_terms(element),
        debt=debt_of(element),
    )
