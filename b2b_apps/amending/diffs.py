"""A change as it is kept in a revision and shown in the history: plain values. Pure."""

from decimal import Decimal
from typing import Any

from b2b_apps.amending.planning import Planned, Row

ZERO = Decimal(0)


def diff_of(planned: Planned) -> dict[str, Any]:
    """Return lines, fields, days and shipments as they were and are. What is more of a line than
    its hold could take is told as one line.
    """
    more = {row.of.pk: row for row in planned.rows if row.of is not None}
    lines = [
        _line(row, more.get(row.line.pk) if row.line else None)
        for row in planned.rows
        if row.of is None and (row.kind != "same" or (row.line and row.line.pk in more))
    ]
    return {
        "lines": lines,
        "fields": [
            {"name": name, "was": was, "now": now} for name, (was, now) in planned.fields.items()
        ],
        "days": [
            {
                "shipment": shipment.sequence,
                "was": was.isoformat() if was else "",
                "now": now.isoformat(),
            }
            for shipment, was, now in planned.days
        ],
        "cancelled": [shipment.sequence for shipment in planned.emptied],
        "closed": [shipment.sequence for shipment in planned.closed],
        "unfree": [shipment.sequence for shipment in planned.unfree],
    }


def _line(row: Row, more: Row | None) -> dict[str, Any]:
    now = row.now + (more.now if more else ZERO)
    total = (row.amount.incl_tax if row.now else ZERO) + (more.amount.incl_tax if more else ZERO)
    was = Decimal(row.line.line_price_incl_tax) if row.line else ZERO
    kind = "raised" if more else row.kind
    return {
        "kind": kind,
        "article": row.article,
        "title": row.title,
        "unit": row.unit_name,
        "shipment": row.shipment.sequence if row.shipment else 0,
        "was": _text(row.was),
        "now": _text(now),
        "price_was": _text(row.price_was),
        "price": _text(row.price),
        "sum_was": str(was),
        "sum": str(total),
        "why": row.why,
    }


def _text(number: Decimal) -> str:
    return f"{number.normalize():f}"
