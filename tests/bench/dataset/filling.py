"""Rows by INSERT … SELECT, and numbers that look random and are the same every time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.utils import timezone


def number(expression: str, salt: int, below: int) -> str:
    """SQL of a number from 0 to ``below`` − 1 that follows from an integer and a salt."""
    return f"((hashint8extended(({expression})::bigint, {salt}) & 2147483647) % {below})"


def fill(model: type[models.Model], source: str, **columns: str) -> int:
    """Insert a row per row of ``source``; ``columns`` are SQL, the rest are the fields' defaults.

    So a new field with a default needs no change here. Returns how many.
    """
    values, parameters = [], []
    fields = [f for f in model._meta.concrete_fields if not f.primary_key or f.attname in columns]
    for field in fields:
        if field.attname in columns:
            values.append(columns[field.attname].replace("%", "%%"))
        else:
            values.append("%s")
            parameters.append(_default(field))
    names = ", ".join(f'"{field.column}"' for field in fields)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} "
            f"FROM {source.replace('%', '%%')}",
            parameters,
        )
        return int(cursor.rowcount)


def _default(field: Any) -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return timezone.now()
    value = field.get_default()
    return field.get_db_prep_save(value, connection) if value is not None else None


def number_on(model: type[models.Model]) -> None:
    """Let the table count on after rows with given keys."""
    with connection.cursor() as cursor:
        table = model._meta.db_table
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        )


@contextmanager
def bare(model: type[models.Model]) -> Iterator[None]:
    """Take indexes, foreign keys and triggers off a table for the block: they are made faster at
    once, and the search index is built from the whole.

    The primary key stays. Constraints are checked when they come back.
    """
    table = model._meta.db_table
    constraints = _rows(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype IN ('f', 'u')",
        table,
    )
    _execute(*(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' for name, _text in constraints))
    indexes = _rows(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = %s::regclass AND NOT indisprimary",
        table,
    )
    _execute(*(f"DROP INDEX {name}" for name, _text in indexes))
    _execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    _execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    _execute("SET maintenance_work_mem = '512MB'", *(text for _name, text in indexes))
    _execute(*(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text}' for name, text in constraints))


def _rows(statement: str, table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [table])
        return cursor.fetchall()


def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
