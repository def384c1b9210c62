"""The basket as an XLSX: what is on the page, all lines, as they stand now."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from b2b_apps.contracts.context import TradeOptions
from b2b_apps.purchasing.sheet import Sheet, SheetLine

WIDTHS = (6, 22, 60, 12, 8, 14, 16, 8, 22, 30)


def basket_xlsx(*, sheet: Sheet, options: TradeOptions) -> bytes:
    """Return the file. Texts are written as texts: what begins with «=» is no formula."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet(_("Basket")[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    money, number = (book.add_format({"num_format": form}) for form in ("#,##0.00##", "#,##0.###"))
    page.freeze_panes(1, 0)
    for place, (title, width) in enumerate(zip(_titles(options), WIDTHS, strict=True)):
        page.set_column(place, place, width)
        page.write_string(0, place, title, bold)
    labels = {warehouse.pk: warehouse.name for warehouse in options.warehouses}
    for row, line in enumerate(sheet.lines, start=1):
        formats = {3: number, 5: money, 6: money}
        for place, value in enumerate(_cells(line, labels)):
            _write(page, row, place, value, formats.get(place))
    last = len(sheet.lines) + 1
    page.write_string(last, 2, _("To pay, with VAT"), bold)
    page.write_number(last, 6, float(sheet.total_incl_tax), money)
    book.close()
    return file.getvalue()


def _titles(options: TradeOptions) -> Sequence[str]:
    currency = options.context.currency
    return (
        "№", _("Article"), _("Name"), _("Qty"), _("Unit"), f"{_('Price')}, {currency}",
        f"{_('Sum')}, {currency}", _("VAT, %"), _("Shipment"), _("Comment"),
    )  # fmt: skip


def _cells(line: SheetLine, labels: dict[int, str]) -> Sequence[Any]:
    return (
        line.position,
        line.article,
        str(line.product.get_title()),
        line.quantity,
        line.unit.short_name if line.unit else "",
        line.unit_price,
        line.shown_amount,
        line.price.vat_percent if line.price else None,
        labels.get(line.warehouse_id or 0, ""),
        line.comment,
    )


def _write(page: Any, row: int, place: int, value: Any, form: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(row, place, value, form)
    else:
        page.write_number(row, place, float(value), form)
