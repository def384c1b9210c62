"""A migrated database that is kept beside the embedded PostgreSQL's own, and copied by each run.

Migrating an empty one takes half a minute of CPU in every process. What is kept is named after the
migrations' texts, so changed ones begin afresh; Django migrates the copy too, which finds nothing
to do. A server of ``DATABASE_URL`` is left as it is.
"""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.utils import DatabaseError

PREFIX = "migrated_"


def is_kept() -> bool:
    return not os.environ.get("DATABASE_URL")


def name_now() -> str:
    """The name of a database that has all migrations as they are written now."""
    found = hashlib.sha256(django.get_version().encode())
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        for path in sorted(Path(config.path, "migrations").glob("*.py")):
            found.update(f"{config.label}/{path.name}".encode())
            found.update(path.read_bytes())
    return PREFIX + found.hexdigest()[:16]


def kept() -> set[str]:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        return {name for (name,) in cursor.fetchall()}


def start_from_kept() -> None:
    """Let Django make the database of the tests as a copy, if there is one to copy."""
    if (name := name_now()) in kept():
        connection.settings_dict["TEST"]["TEMPLATE"] = name


def keep(*, anew: bool) -> None:
    """Keep a copy of the database of the tests, unless there is one; those of before go."""
    name, there = name_now(), kept()
    if name in there and not anew:
        return
    source = connection.settings_dict["NAME"]
    # PostgreSQL copies only a database that nobody is connected to.
    connection.close()
    quote = connection.ops.quote_name
    # Of several processes one is first; and without a copy the next run only takes longer.
    with connection._nodb_cursor() as cursor, suppress(DatabaseError):
        for old in there:
            cursor.execute(f"DROP DATABASE IF EXISTS {quote(old)}")
        cursor.execute(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(source)}")


# Tables that ``flush`` leaves filled, with a digest of their rows.
_filled: dict[str, str] = {}


def emptied() -> None:
    """Leave the database as ``flush`` does, in a tenth of its time.

    That one empties three hundred tables and fills some again: seconds, after each test that
    commits. Here it is run once; from then on only tables that have rows are emptied, and those
    that it had filled are left while they are as it left them.
    """
    filled = _tables_with_rows()
    if not _filled or _digests(_filled) != _filled:
        call_command("flush", verbosity=0, interactive=False)
        _filled.clear()
        _filled.update(_digests(_tables_with_rows()))
        return
    quote = connection.ops.quote_name
    statements = [f"DELETE FROM {quote(table)}" for table in filled if table not in _filled]
    if statements:
        with connection.cursor() as cursor:
            # Without foreign keys and triggers, which TRUNCATE does not heed either.
            cursor.execute(
                "; ".join(
                    ["BEGIN", "SET LOCAL session_replication_role = replica", *statements, "COMMIT"]
                )
            )


def _tables_with_rows() -> list[str]:
    quote = connection.ops.quote_name
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM {quote(table)})" for table in sorted(tables)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [table for (table,) in cursor.fetchall()]


def _digests(tables: Iterable[str]) -> dict[str, str]:
    quote = connection.ops.quote_name
    asked = " UNION ALL ".join(
        f"SELECT '{table}', md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {quote(table)} t"
        for table in sorted(tables)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return dict(cursor.fetchall())
