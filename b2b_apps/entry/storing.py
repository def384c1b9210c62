"""Rows of a list into the database, thousands at once."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from b2b_apps.entry.models import EntryRow

# Fewer are written by a statement, which tells their ids.
COPIED_FROM = 50
FIELDS = [field for field in EntryRow._meta.concrete_fields if not field.primary_key]
COPY = "COPY {} ({}) FROM STDIN".format(
    EntryRow._meta.db_table, ", ".join(f'"{field.column}"' for field in FIELDS)
)


def rows_store(rows: Sequence[EntryRow]) -> None:
    """Save new rows in one statement. From fifty on they do not learn their ids: PostgreSQL's COPY
    takes a fifth of the time.
    """
    if len(rows) < COPIED_FROM:
        EntryRow.objects.bulk_create(rows)
        return
    names = [field.attname for field in FIELDS]
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in rows:
            copy.write_row([_plain(getattr(row, name)) for name in names])


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
