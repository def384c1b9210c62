"""Statements that are written once in a process and planned once by each connection.

Django writes the SQL of a query anew whenever it is asked, and PostgreSQL plans it anew: of what
every page asks, that takes several times as long as the answer. See docs/decisions/0019.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import Context
from copy import copy
from datetime import date, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Lookup, QuerySet
from django.db.models.fields.related import ForeignObject
from django.utils import timezone
from psycopg import sql
from psycopg.types.numeric import Int8

NAMED = re.compile(r"%\((\w+)\)s|%%")
PLACED = re.compile(r"%s|%%")
Rows = list[tuple[Any, ...]]
# Above the first a plan differs from that for a page; above the second it is worth to be made anew.
FEW, MANY = 500, 5_000


@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """``pk__any=[1, 2]``: as ``__in``, but one parameter however many ids."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::bigint[])", [*params, list(self.rhs)]


class PreparedRows:
    """A queryset that is compiled once: ``make`` is called with a mark in place of each value.

    Kinds of values: ``int``, ``list`` (of ids, asked for by ``__any``), ``date``, ``datetime``,
    ``str``. ``make`` must neither look at the values nor at anything else that changes.
    """

    def __init__(self, make: Callable[..., QuerySet[Any]], **kinds: type) -> None:
        self._make = make
        self._kinds = kinds
        self._compiled: _Compiled | None = None

    def __call__(self, **values: Any) -> list[Any]:
        """Return the rows as the queryset gives them. One query."""
        if self._compiled is None:
            # In a context of its own: what is kept must not have the scope of whoever came first,
            # so a query of rows that have an owner is refused, unless ``make`` lifts the scope.
            self._compiled = Context().run(_Compiled, self._make, self._kinds)
        return self._compiled.rows(values)


class _Compiled:
    """The SQL of a queryset, and Django's own reading of its rows."""

    def __init__(self, make: Callable[..., QuerySet[Any]], kinds: Mapping[str, type]) -> None:
        marks = {name: _mark(kind, place) for place, (name, kind) in enumerate(kinds.items(), 1)}
        self._queryset: Any = make(**marks)
        self._compiler = self._queryset.query.get_compiler(connection=connection)
        text, params = self._compiler.as_sql()
        self._names = list(kinds)
        self._sql = _numbered(text, params, list(marks.values()))
        if unused := [name for n, name in enumerate(marks, 1) if f"${n}" not in self._sql]:
            raise ValueError(f"the query does not ask for {', '.join(unused)}")
        columns = [column[0] for column in self._compiler.select[: self._compiler.col_count]]
        self._converters = self._compiler.get_converters(columns)

    def rows(self, values: Mapping[str, Any]) -> list[Any]:
        found = _run(self._sql, [values[name] for name in self._names])
        compiler: Any = copy(self._compiler)
        compiler.connection = connection
        compiler.execute_sql = lambda *_args, **_named: [found]
        compiler.get_converters = lambda _columns: self._converters
        query: Any = copy(self._queryset.query)
        query.get_compiler = lambda *_args, **_named: compiler
        asked: Any = SimpleNamespace(
            db=connection.alias,
            query=query,
            model=self._queryset.model,
            _fields=self._queryset._fields,
            _known_related_objects={},
        )
        return list(self._queryset._iterable_class(asked))


def rows_of(statement: str, values: Mapping[str, Any], *, is_prepared: bool = True) -> Rows:
    """Return what a statement with ``%(name)s`` placeholders gives, planned once. One query.

    Every value needs a type where the statement alone does not tell it (``::bigint[]``). Not
    ``is_prepared`` where so many rows are asked for that the best plan is another.
    """
    if not is_prepared:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            many: Rows = cursor.fetchall()
            return many
    text, names = _with_numbers(statement)
    return _run(text, [values[name] for name in names])


class _Cursor(psycopg.RawCursor[Any]):
    """One that can tell Django's log and the tests what it did: psycopg forgets what it sends by
    the name of a prepared statement.
    """

    def execute(self, query: Any, params: Any = None, **named: Any) -> Any:
        result = super().execute(query, params, **named)
        if self._query is None and connection.queries_logged:
            sent: Any = SimpleNamespace(query=query.encode())
            self._query = sent
        return result


def _run(text: str, values: Sequence[Any]) -> Rows:
    # The connection of this thread itself: each look through ``connection`` asks for it anew.
    opened: Any = connections[DEFAULT_DB_ALIAS]
    opened.ensure_connection()
    typed = [_typed(value) for value in values]
    if not opened.queries_logged and not opened.execute_wrappers:
        # What is below without those who look on: a page asks fifteen times.
        opened.validate_no_broken_transaction()
        with opened.wrap_database_errors, psycopg.RawCursor(opened.connection) as raw:
            return raw.execute(text, typed).fetchall()
    # As ``connection.cursor`` does: errors are Django's, and tests count the query.
    with opened._prepare_cursor(_Cursor(opened.connection)) as cursor:
        cursor.execute(text, typed)
        found: Rows = cursor.fetchall()
        return found


def _typed(value: Any) -> Any:
    """Whole numbers of one width, or each width were a statement of its own; of lists of them the
    text that PostgreSQL reads, which is made in a tenth of the time.
    """
    if type(value) is int:
        return Int8(value)
    if isinstance(value, (list, tuple)) and value and type(value[0]) is int:
        return f"{{{','.join(map(str, value))}}}"
    return value


def _mark(kind: type, place: int) -> Any:
    """A value that no query has by itself."""
    marks: dict[type, Any] = {
        int: 2_147_480_000 + place,
        list: [2_147_480_000 + place],
        date: date(9998, 7, place),
        datetime: datetime(9998, 7, place, tzinfo=timezone.get_default_timezone()),
        str: f"\N{LEFTWARDS ARROW}{place}\N{RIGHTWARDS ARROW}",
    }
    return marks[kind]


def _numbered(text: str, params: Sequence[Any], marks: Sequence[Any]) -> str:
    """The SQL with ``$1`` in place of each mark, and all else that it asks written out."""
    given = iter(params)

    def placed(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        value = next(given)
        for number, mark in enumerate(marks, 1):
            if type(value) is not bool and value == mark:
                return f"${number}"
        return sql.Literal(value).as_string(connection.connection)

    return PLACED.sub(placed, text)


@cache
def _with_numbers(statement: str) -> tuple[str, Sequence[str]]:
    names: dict[str, int] = {}

    def placed(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        return f"${names.setdefault(match[1], len(names) + 1)}"

    text = NAMED.sub(placed, statement)
    return text, list(names)
