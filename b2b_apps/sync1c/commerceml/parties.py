"""Records of counterparties with their consignees and contracts."""

from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.etree import _Element

from b2b_apps.sync1c.commerceml.credit import credit_terms, debt_of, holding_terms
from b2b_apps.sync1c.commerceml.directories import account, address, currency_of
from b2b_apps.sync1c.commerceml.errors import BadValueError
from b2b_apps.sync1c.commerceml.fields import (
    child,
    children,
    contacts,
    deletion_said,
    is_deleted,
    said,
    text,
)
from b2b_apps.sync1c.commerceml.numbers import MOST_CREDIT, amount_within, date_of, whole_of
from b2b_apps.sync1c.commerceml.records import (
    BadRecord,
    ConsigneeRecord,
    ContractRecord,
    CounterpartyRecord,
)

MOST_DAYS = 3650
VAT = {"": "", "всумме": "included", "сверху": "on_top", "безндс": "none"}
VAT_CHOICES = "ВСумме, Сверху, БезНДС"
EXCERPT = 1000


def counterparties(element: _Element) -> Iterator[CounterpartyRecord | BadRecord]:
    """Read Контрагент; a contract that can't be read is a BadRecord, all else stays."""
    bad: list[BadRecord] = []
    yield counterparty(element, tuple(_contracts(element, bad)))
    yield from bad


def counterparty(
    element: _Element, contracts: tuple[ContractRecord, ...] = ()
) -> CounterpartyRecord:
    """Read Контрагент without its contracts."""
    phone, email = contacts(element)
    accounts = child(element, "РасчетныеСчета")
    return CounterpartyRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        name=" ".join(text(element, "Наименование").split()),
        official_name=text(element, "ОфициальноеНаименование"),
        full_name=text(element, "ПолноеНаименование"),
        inn=said(element, "ИНН"),
        kpp=said(element, "КПП"),
        ogrn=said(element, "ОГРН"),
        okpo=said(element, "ОКПО") or said(element, "КодПоОКПО"),
        legal_address=address(element, "ЮридическийАдрес", "АдресРегистрации", "Адрес"),
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
        contracts=contracts,
        is_deleted=deletion_said(element),
    )


def _consignee(element: _Element) -> ConsigneeRecord:
    return ConsigneeRecord(
        external_id=text(element, "Ид"),
        name=text(element, "Наименование"),
        kpp=text(element, "КПП"),
        address=address(element, "Адрес") or "",
        contact_person=text(element, "КонтактноеЛицо"),
        phone=text(element, "Телефон"),
        note=text(element, "Комментарий"),
    )


def _contracts(element: _Element, bad: list[BadRecord]) -> Iterator[ContractRecord]:
    for row in children(child(element, "Договоры"), "Договор"):
        try:
            yield _contract(row)
        except BadValueError as error:
            bad.append(_bad(row, error.code, error.params))


def _bad(row: _Element, code: str, params: dict[str, Any]) -> BadRecord:
    excerpt = etree.tostring(row, encoding="unicode", with_tail=False)[:EXCERPT]
    return BadRecord(row.sourceline or 0, "contract", text(row, "Ид"), code, params, excerpt)


def _contract(element: _Element) -> ContractRecord:
    """Read Договор, a statement of all its terms. Raises BadValueError."""
    if not text(element, "Ид"):
        raise BadValueError("missing_id")
    # A contract taken without its limit would be one without a limit.
    amount_within(text(element, "ЛимитКредита"), "ЛимитКредита", MOST_CREDIT)
    start = date_of(text(element, "ДействуетС"), "ДействуетС")
    end = date_of(text(element, "ДействуетДо"), "ДействуетДо")
    if start and end and end < start:
        raise BadValueError("reversed_term", start=start, end=end)
    return ContractRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        number=text(element, "Номер"),
        date=date_of(text(element, "Дата"), "Дата"),
        name=text(element, "Наименование"),
        organization_id=text(element, "Организация", "Ид"),
        price_type_id=text(element, "ИдТипаЦены"),
        own_price_type_id=text(element, "ИдТипаЦенДоговора"),
        currency=currency_of(text(element, "Валюта")),
        vat=_vat(text(element, "НДС")),
        payment=text(element, "Оплата"),
        deferral_days=whole_of(text(element, "ДнейОтсрочки"), "ДнейОтсрочки", MOST_DAYS),
        valid_from=start,
        valid_to=end,
        is_deleted=is_deleted(element),
        prepaid_percent=text(element, "ПроцентАванса"),
        credit=credit_terms(element),
        debt=debt_of(element),
    )


def _vat(value: str) -> str:
    """Return how VAT is reckoned, "" where the contract does not say."""
    plain = value.replace(" ", "").casefold()
    if plain not in VAT:
        raise BadValueError("bad_choice", field="НДС", value=value[:60], choices=VAT_CHOICES)
    return VAT[plain]
