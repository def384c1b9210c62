"""A price list as a sheet that can be loaded again: XLSX in constant memory, or CSV."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from b2b_apps.pricing.models import Price, PriceList

MOST_XLSX_ROWS = 100_000
BATCH = 2000
# A cell that begins so is a formula to a spreadsheet that opens a CSV.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NUMBER_FORMAT, DAY_FORMAT = "#,##0.00##", "dd.mm.yyyy"
WIDTHS = (18, 60, 8, 14, 12, 14, 14, 14)


def sheet_heads() -> list[str]:
    """Return the heads of the columns; the reader of files knows them."""
    return [_("Article"), _("Name"), _("Unit"), _("From quantity"), _("Pack"), _("Price"),
            _("Valid from"), _("Valid to")]  # fmt: skip


def sheet_rows_of(price_list: PriceList) -> Iterator[Sequence[Any]]:
    """Yield a list's prices as rows of the sheet, by article. One query, read in batches.

    A product without an article is named by its code in 1C.
    """
    rows = Price.objects.filter(price_list=price_list).order_by(
        "product__article", "product_id", "valid_from", "pack_factor", "minimum_quantity"
    )
    fields = (
        "product__article", "product__code_1c", "product__title", "product__base_unit__short_name",
        "minimum_quantity", "pack_factor", "amount", "valid_from", "valid_to",
    )  # fmt: skip
    for article, code, *rest in rows.values_list(*fields).iterator(BATCH):
        title, unit, minimum, pack, amount, since, till = rest
        yield (article or code or "", title, unit or "", minimum or None, pack or None, amount,
               since, till)  # fmt: skip


def xlsx_file(*, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> IO[bytes]:
    """Return a file with the rows; memory does not grow with their number.

    Texts are written as texts: an article keeps its zeros, nothing becomes a formula.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet(_sheet_name(title))
    bold = book.add_format({"bold": True, "bottom": 1})
    number = book.add_format({"num_format": NUMBER_FORMAT})
    day = book.add_format({"num_format": DAY_FORMAT})
    for place, width in enumerate(WIDTHS[: len(heads)]):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, heads, bold)
    for at, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(at, place, value)
            elif hasattr(value, "year"):
                sheet.write_datetime(at, place, value, day)
            elif value is not None:
                sheet.write_number(at, place, float(value), number)
    book.close()
    file.seek(0)
    return file


def csv_file(*, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> IO[bytes]:
    """Return a CSV as Russian spreadsheets open it: UTF-8 with a mark, semicolons, commas.

    A text that a spreadsheet would run as a formula is kept from it by an apostrophe.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
    text.flush()
    text.detach()
    file.seek(0)
    return file


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    if hasattr(value, "year"):
        return f"{value:%d.%m.%Y}"
    return f"{value:f}".replace(".", ",")


def _sheet_name(title: str) -> str:
    """A name that Excel takes: 31 characters, none of its own signs."""
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)[:31].strip() or "1"
