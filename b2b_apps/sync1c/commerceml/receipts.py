"""Our addition to an offer: goods on their way (``ОжидаемыеПоступления``)."""

from decimal import Decimal

from lxml.etree import _Element

from b2b_apps.sync1c.commerceml.errors import BadValueError
from b2b_apps.sync1c.commerceml.fields import child, children, number, text
from b2b_apps.sync1c.commerceml.numbers import date_of
from b2b_apps.sync1c.commerceml.records import BadRecord, ReceiptRecord

KIND = "receipts"
# Stock has three decimals.
LEAST = Decimal("0.001")


def receipts_of(
    element: _Element, external_id: str, bad: list[BadRecord]
) -> tuple[ReceiptRecord, ...] | None:
    """Return what an offer expects, () if it says that nothing, None if it does not speak of it.

    What can't be read goes to ``bad``; the rest stays.
    """
    rows = child(element, "ОжидаемыеПоступления")
    if rows is None:
        return None
    found = []
    for row in children(rows, "Поступление"):
        try:
            receipt = _receipt(row)
        except BadValueError as error:
            bad.append(_bad(row, external_id, error.code, error.params))
            continue
        if receipt.day and receipt.warehouse_id and receipt.quantity >= LEAST:
            found.append(receipt)
        else:
            bad.append(_bad(row, external_id, "bad_receipt", {}))
    return tuple(found)


def _receipt(row: _Element) -> ReceiptRecord:
    return ReceiptRecord(
        warehouse_id=text(row, "ИдСклада"),
        day=date_of(text(row, "Дата"), "Дата"),
        quantity=number(row, "Количество") or Decimal(0),
        reference=text(row, "Документ"),
    )


def _bad(row: _Element, external_id: str, code: str, params: dict[str, object]) -> BadRecord:
    return BadRecord(row.sourceline or 0, KIND, external_id, code, params)
