"""Writing the rows of a basket that were changed, with its totals, in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from b2b_apps.purchasing.kept import FIELDS, FIGURES, GROUPS, Figures, figures_from

# Arrays instead of Django's bulk_update: its CASE per row and column is what took the time in a
# basket of a thousand lines.
COLUMNS = (
    ("id", "bigint"), ("quantity", "numeric"), ("stockrecord_id", "bigint"),
    ("price_excl_tax", "numeric"), ("price_incl_tax", "numeric"),
    ("from_warehouse_id", "bigint"), ("pack_id", "bigint"), ("changed_by_id", "bigint"),
    ("kept_incl_tax", "numeric"), ("kept_excl_tax", "numeric"), ("kept_saving", "numeric"),
    ("kept_usual", "numeric"), ("kept_vat_percent", "numeric"), ("kept_weight_kg", "numeric"),
    ("kept_volume_m3", "numeric"), ("kept_warehouse", "bigint"), ("kept_problem", "text"),
    ("kept_is_blocking", "bool"), ("kept_is_repriced", "bool"),
)  # fmt: skip
NAMES = [name for name, _kind in COLUMNS]
GROUPED = ("id", "date_created", *FIELDS)
LINES = f"""
    UPDATE basket_line AS line SET {", ".join(f"{name} = new.{name}" for name in NAMES[1:])},
        comment = new.comment, kept_since = %(since)s,
        date_updated = CASE WHEN new.is_edit THEN %(now)s ELSE line.date_updated END
    FROM unnest({", ".join(f"%({name})s::{kind}[]" for name, kind in COLUMNS)},
        %(comment)s::text[], %(is_edit)s::bool[])
        AS new ({", ".join(NAMES)}, comment, is_edit)
    WHERE line.id = new.id RETURNING {", ".join(f"line.{name}" for name in GROUPED)}
"""  # noqa: S608 - only our own names are put in
# What a statement changes it does not see itself: the changed rows stand in for those in the table.
WRITE = f"""
WITH changed AS ({LINES}), now AS (
    SELECT {", ".join(GROUPED)} FROM basket_line
    WHERE basket_id = %(basket)s AND NOT id = ANY(%(id)s::bigint[])
    UNION ALL SELECT * FROM changed
), groups AS MATERIALIZED ({GROUPS.format(lines="now")}), totals AS (
    UPDATE basket_basket SET kept_terms = %(terms)s, kept_reached = %(reached)s,
        kept_since = GREATEST(kept_since, %(all_since)s),
        cached_num_lines = (SELECT COALESCE(sum(num_lines), 0) FROM groups), cached_total =
            (SELECT COALESCE(sum(incl_tax) FILTER (WHERE NOT kept_is_blocking), 0) FROM groups)
    WHERE id = %(basket)s
)
{FIGURES.format(groups="groups")}
"""  # noqa: S608 - only our own names are put in


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Under what lines were reckoned: the mark of the terms, the sum of the threshold that was
    reached, and as of when; ``is_whole`` if it is all of the basket.
    """

    terms: str
    reached: Decimal | None
    since: int
    is_whole: bool


def rows_write(
    *,
    basket: Any,
    lines: Sequence[Any],
    edited: Iterable[int],
    kept: Mapping[int, tuple[Any, ...]],
    reckoned: Reckoned,
) -> Sequence[Figures]:
    """Write lines of a locked basket with what is kept of each (by id), and the basket's totals.

    ``edited`` are ids of lines that a person has changed. Returns the sums of the whole basket.
    One query.
    """
    for line in lines:
        for name, value in zip(FIELDS, kept[line.pk], strict=True):
            setattr(line, name, value)
        line.kept_since = reckoned.since
    edits = frozenset(edited)
    params: dict[str, Any] = {
        name: _array([getattr(line, "pk" if name == "id" else name) for line in lines])
        for name in NAMES
    }
    params |= {
        "comment": [line.comment for line in lines],
        "is_edit": _array([line.pk in edits for line in lines]),
        "now": timezone.now(),
        "basket": basket.pk,
        "terms": reckoned.terms,
        "reached": reckoned.reached,
        "since": reckoned.since,
        "all_since": reckoned.since if reckoned.is_whole else 0,
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE, params)
        found = figures_from(cursor.fetchall())
    basket.kept_terms, basket.kept_reached = reckoned.terms, reckoned.reached
    basket.cached_num_lines = sum(group.num_lines for group in found)
    basket.cached_total = sum(
        (group.incl_tax for group in found if not group.is_blocking), Decimal("0.00")
    )
    return found


def _array(values: Iterable[Any]) -> str:
    """Numbers, flags and plain words as a literal of PostgreSQL's: for thousands of them the
    driver's own lists take longer than the query.
    """
    return f"{{{','.join('NULL' if value is None else _plain(value) for value in values)}}}"


def _plain(value: Any) -> str:
    # An empty word in an array is written so; Decimals may have an exponent, which is a number too.
    return str(value) or '""'
