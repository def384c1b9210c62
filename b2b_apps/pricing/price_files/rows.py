"""One row of a file as a price, or why it is none."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from b2b_apps.core.money import round_unit_price
from b2b_apps.pricing.models import PriceImport, PriceImportRow
from b2b_apps.pricing.price_files.cells import BadCellError, day_of, number_of, text_of
from b2b_apps.pricing.price_files.heads import Columns
from b2b_apps.pricing.typed import MOST_MONEY

Kind = PriceImportRow.Kind
MOST_UNITS = Decimal(10) ** 12
THREE = Decimal("0.001")


def row_of(
    *, imported: PriceImport, number: int, cells: Sequence[Any], columns: Columns, is_of_1c: bool
) -> PriceImportRow:
    """Return what a row says, its product not looked up yet. A bad one says why."""
    row = PriceImportRow(
        imported=imported,
        number=number,
        kind=Kind.UNKNOWN,
        article=text_of(columns.cell(cells, "article"))[:255],
        name=text_of(columns.cell(cells, "name"))[:255],
    )
    try:
        _fill(row, cells, columns, imported.valid_from)
    except BadCellError as bad:
        row.kind, row.reason = Kind.BAD, bad.code
    else:
        if is_of_1c and row.valid_from is None:
            row.kind, row.reason = Kind.BAD, "of_1c"
    return row


def _fill(
    row: PriceImportRow, cells: Sequence[Any], columns: Columns, default_day: date | None
) -> None:
    if not row.article:
        raise BadCellError("no_article")
    amount = number_of(columns.cell(cells, "amount"), "bad_price")
    if amount is None:
        raise BadCellError("no_price")
    if amount < 0:
        raise BadCellError("negative")
    if amount >= MOST_MONEY:
        raise BadCellError("too_large")
    row.amount = round_unit_price(amount)
    if row.amount != amount:
        row.details = {"rounded": f"{amount:f}"[:40]}
    if not row.amount:
        # An uncalculated formula reads as zero; nobody gives goods away by a file.
        raise BadCellError("zero")
    row.minimum_quantity = _units(columns.cell(cells, "minimum"), "bad_minimum")
    row.pack_factor = _units(columns.cell(cells, "pack"), "bad_pack")
    row.valid_from = day_of(columns.cell(cells, "since")) or default_day
    row.valid_to = day_of(columns.cell(cells, "till"))
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        raise BadCellError("bad_term")


def _units(cell: Any, code: str) -> Decimal:
    number = number_of(cell, code)
    if number is None:
        return Decimal(0)
    if not 0 <= number < MOST_UNITS or number != number.quantize(THREE):
        raise BadCellError(code)
    return number
