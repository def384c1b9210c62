"""Terms of credit and debts inside a counterparty (our addition to CommerceML)."""

from lxml.etree import _Element

from b2b_apps.sync1c.commerceml.directories import currency_of
from b2b_apps.sync1c.commerceml.fields import child, text
from b2b_apps.sync1c.commerceml.records import CreditRecord, DebtRecord


def credit_terms(element: _Element) -> CreditRecord:
    """Read the terms of credit of a Договор or a Холдинг."""
    return CreditRecord(
        limit=text(element, "ЛимитКредита"),
        says_limit=child(element, "ЛимитКредита") is not None,
        valid_to=text(element, "ЛимитДо"),
        mode=text(element, "РежимКредита"),
        grace_days=text(element, "ДнейЛьготы"),
        overdue_stops=text(element, "ПросрочкаОстанавливает"),
        currency=currency_of(text(element, "Валюта")),
    )


def holding_terms(element: _Element | None) -> CreditRecord | None:
    """Read the shared limit of a Холдинг, None if it names none."""
    if element is None or child(element, "ЛимитКредита") is None:
        return None
    return credit_terms(element)


def debt_of(element: _Element) -> DebtRecord | None:
    """Read Взаиморасчеты of a Договор, None if there are none."""
    found = child(element, "Взаиморасчеты")
    if found is None:
        return None
    return DebtRecord(
        debt=text(found, "Долг"),
        overdue=text(found, "Просрочено"),
        overdue_days=text(found, "ДнейПросрочки"),
        at=text(found, "НаДату"),
    )
