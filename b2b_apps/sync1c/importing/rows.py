"""Rows that hang on other rows, brought in line with what was sent."""

from collections.abc import Mapping
from typing import Any

from b2b_apps.sync1c.importing.run import upsert


def switched(row: Any | None, *, is_off: bool, column: str = "is_active") -> dict[str, bool]:
    """Columns of a row that 1C has on or off: what staff switched off stays off."""
    by_staff = row is not None and row.is_off_by_staff
    return {"is_off_by_1c": is_off, column: not (is_off or by_staff)}


def row_save(model: Any, row: Any | None, columns: Mapping[str, Any]) -> tuple[Any, bool]:
    """Make a row, or write the columns of ``row`` that differ; return it and whether it wrote."""
    if row is None:
        return model._default_manager.create(**columns), True
    differing = [name for name, value in columns.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, columns[name])
    if differing:
        row.save(update_fields=differing)
    return row, bool(differing)


def rows_sync(
    model: Any,
    *,
    existing: Mapping[Any, Any],
    wanted: Mapping[Any, Mapping[str, Any]],
) -> int:
    """Make, change and delete rows so that they are the wanted ones; return how many writes.

    Both sides are keyed alike; a wanted row is its columns. Rows that already say the same are
    not touched. At most three queries.
    """
    fresh = [model(**columns) for key, columns in wanted.items() if key not in existing]
    changed, fields = [], set()
    for key, row in existing.items():
        columns = wanted.get(key, {})
        differing = [name for name, value in columns.items() if getattr(row, name) != value]
        for name in differing:
            setattr(row, name, columns[name])
        if differing:
            changed.append(row)
            fields.update(differing)
    gone = [row.pk for key, row in existing.items() if key not in wanted]
    if gone:
        model._default_manager.filter(pk__in=gone).delete()
    if changed:
        upsert(model, changed, sorted(fields))
    if fresh:
        model._default_manager.bulk_create(fresh, batch_size=1000)
    return len(fresh) + len(changed) + len(gone)
