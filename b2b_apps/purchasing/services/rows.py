"""Writing the rows of a basket that were changed, with its totals, in one statement."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from b2b_apps.purchasing.sheet import Sheet

# Arrays instead of Django's bulk_update: its CASE per row and column is what took the time in a
# basket of a thousand lines.
LINES = """
    UPDATE basket_line AS line SET quantity = new.quantity, stockrecord_id = new.record,
        price_excl_tax = new.excl_tax, price_incl_tax = new.incl_tax, comment = new.comment,
        date_updated = %s
    FROM unnest(%s::bigint[], %s::numeric[], %s::bigint[], %s::numeric[], %s::numeric[], %s::text[])
        AS new (id, quantity, record, excl_tax, incl_tax, comment)
    WHERE line.id = new.id
"""
TOTALS = "UPDATE basket_basket SET cached_total = %s, cached_num_lines = %s WHERE id = %s"
FIELDS = ("pk", "quantity", "stockrecord_id", "price_excl_tax", "price_incl_tax", "comment")


def rows_write(*, basket: Any, lines: Sequence[Any], sheet: Sheet) -> None:
    """Write changed lines of a locked basket and what the header shows of it. One query or none."""
    totals = (sheet.total_incl_tax, sheet.num_lines)
    is_same = totals == (basket.cached_total, basket.cached_num_lines)
    if not lines:
        if not is_same:
            _execute(TOTALS, [*totals, basket.pk])
    else:
        columns = [[getattr(line, name) for line in lines] for name in FIELDS]
        sql = f"WITH changed AS ({LINES}) {TOTALS}"
        _execute(sql, [timezone.now(), *columns, *totals, basket.pk])
    basket.cached_total, basket.cached_num_lines = totals


def _execute(sql: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def basket_totals_keep(*, basket: Any, sheet: Sheet) -> None:
    """Write what the header shows, if it changed. At most one query."""
    if (basket.cached_total, basket.cached_num_lines) == (sheet.total_incl_tax, sheet.num_lines):
        return
    basket.cached_total, basket.cached_num_lines = sheet.total_incl_tax, sheet.num_lines
    # By pk and not by save(): another tab may have written the rest of the row.
    type(basket).objects.filter(pk=basket.pk).update(
        cached_total=sheet.total_incl_tax, cached_num_lines=sheet.num_lines
    )
