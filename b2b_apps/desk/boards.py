"""Boards: a list of records told by its columns, search, views and order; one page of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

Text = str | Promise
MAX_WORDS = 6
ALL = "all"


def _same(rows: QuerySet) -> QuerySet:
    return rows


def _nothing(rows: Sequence[Any]) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Column:
    """What a column shows of a row, and how.

    ``kind``: text, art (a code), num, money, date, time, flag, or status, whose ``value`` is a
    pair (kind, word). ``sort`` names the fields it can be ordered by. ``classes`` are those of
    the desk's tables: wide, off, roomy, nowrap, wrap.
    """

    key: str
    title: Text
    value: Callable[[Any], Any]
    kind: str = "text"
    sort: tuple[str, ...] = ()
    sub: Callable[[Any], Any] | None = None
    url: Callable[[Any], str] | None = None
    unit: Callable[[Any], Any] | None = None
    classes: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A named filter, shown as a chip with its count; ``is_late`` puts the red diamond to it."""

    key: str
    title: Text
    condition: Q
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter chosen from a list: rows whose ``lookup`` is the chosen value. One query.

    A lookup through many rows would count a row twice: then it is a condition of the value.
    """

    key: str
    title: Text
    lookup: str | Callable[[str], Q]
    options: Callable[[], Iterable[tuple[Any, Any]]]


@dataclass(frozen=True, slots=True)
class Board:
    """A list of one noun.

    ``prepare`` adds what the page shows (related rows, counts) after the rows were counted;
    ``attach`` gets the page's rows and may look up the rest of them in one query each.
    ``usual`` are the rows that are shown when no view is chosen.
    """

    rows: Callable[[], QuerySet]
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    search: tuple[str, ...] = ()
    search_more: Callable[[str], Q] | None = None
    search_hint: Text = ""
    views: tuple[View, ...] = ()
    usual: Q = field(default_factory=Q)
    choices: tuple[Choice, ...] = ()
    prepare: Callable[[QuerySet], QuerySet] = _same
    attach: Callable[[Sequence[Any]], None] = _nothing
    mark: Callable[[Any], str] | None = None
    empty: Text = ""
    empty_hint: Text = ""
    page_size: int = 50


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of one row, ready to be drawn."""

    column: Column
    value: Any
    sub: Any
    url: str
    unit: Any


@dataclass(frozen=True, slots=True)
class Row:
    """A row ready to be drawn; ``mark`` is the colour of its edge: bad, warn or nothing.

    ``item`` is the record itself, for tables that draw more than cells.
    """

    pk: Any
    cells: Sequence[Cell]
    mark: str
    item: Any = None


@dataclass(frozen=True, slots=True)
class BoardPage:
    """One page of a board with the state of its filters."""

    board: Board
    page_obj: Page
    rows: Sequence[Row]
    query: str
    view: str
    views: Sequence[dict[str, Any]]
    choices: Sequence[dict[str, Any]]
    heads: Sequence[dict[str, Any]]
    sort: str
    is_filtered: bool = field(default=False)

    @property
    def count(self) -> int:
        return self.page_obj.paginator.count


def board_page(board: Board, query: QueryDict, rows: QuerySet | None = None) -> BoardPage:
    """Return the page of ``board`` that the query string asks for.

    ``rows`` narrows the board, as to the prices of one list. Unknown views, columns, values and
    page numbers are ignored. Queries: one for all counts, one for the rows, one per choice, and
    those of ``attach``; the number of rows does not matter.
    """
    text = clean_text(query.get("q", ""))
    base = _searched(board, board.rows() if rows is None else rows, text)
    choices = [_choice(choice, query.get(choice.key, "")) for choice in board.choices]
    for choice, state in zip(board.choices, choices, strict=True):
        if state["chosen"]:
            base = base.filter(_is(choice, state["chosen"]))
    view = next((v for v in board.views if v.key == query.get("view")), None)
    counts = base.aggregate(
        **{ALL: Count("pk", filter=board.usual)},
        **{v.key: Count("pk", filter=v.condition) for v in board.views},
    )
    sort, order = _order(board, query.get("sort", ""))
    found = board.prepare(base.filter(view.condition if view else board.usual)).order_by(*order)
    paginator = Paginator(found, board.page_size)
    paginator.count = counts[view.key if view else ALL]
    page = paginator.get_page(query.get("page"))
    objects = list(page.object_list)
    board.attach(objects)
    chosen = view.key if view else ""
    return BoardPage(
        board=board,
        page_obj=page,
        rows=[_row(board, item) for item in objects],
        query=text,
        view=chosen,
        views=[
            {"key": v.key, "title": v.title, "count": counts[v.key], "on": v.key == chosen,
             "late": v.is_late and counts[v.key] > 0}
            for v in board.views
        ],
        choices=choices,
        heads=[_head(column, sort) for column in board.columns],
        sort=sort,
        is_filtered=bool(text or view or any(c["chosen"] for c in choices)),
    )  # fmt: skip


def board_found(board: Board, text: str, limit: int) -> list[Any]:
    """Return the first rows of a board that ``text`` finds. One query."""
    found = board.prepare(_searched(board, board.rows(), text))
    return list(found.order_by(*_order(board, "")[1])[:limit])


def clean_text(text: str) -> str:
    """Return what was typed without what PostgreSQL refuses, at most 200 characters."""
    return text.replace("\0", "").strip()[:200]


def _searched(board: Board, rows: QuerySet, text: str) -> QuerySet:
    """Keep rows that have every word in one of the searched fields, or the text as a name."""
    if not text:
        return rows
    found = Q()
    for word in text.split()[:MAX_WORDS]:
        anywhere = Q()
        for lookup in board.search:
            anywhere |= Q(**{f"{lookup}__icontains": word})
        found &= anywhere
    if board.search_more is not None:
        found |= board.search_more(text)
    return rows.filter(found)


def _choice(choice: Choice, wanted: str) -> dict[str, Any]:
    options = [(str(value), label) for value, label in choice.options()]
    chosen = wanted if wanted in {value for value, _label in options} else ""
    return {"key": choice.key, "title": choice.title, "options": options, "chosen": chosen}


def _is(choice: Choice, value: str) -> Q:
    return choice.lookup(value) if callable(choice.lookup) else Q(**{choice.lookup: value})


def _order(board: Board, wanted: str) -> tuple[str, list[Any]]:
    """Return the accepted ``sort`` and the order; nothing comes last, ties go by key."""
    fields, downwards, sort = board.order, False, ""
    for column in board.columns:
        if column.sort and wanted.lstrip("-") == column.key:
            fields, downwards, sort = column.sort, wanted.startswith("-"), wanted
    order: list[Any] = []
    for name in fields:
        down = name.startswith("-") != downwards
        path = F(name.lstrip("-"))
        order.append(path.desc(nulls_last=True) if down else path.asc(nulls_last=True))
    return sort, [*order, "pk"]


def _head(column: Column, sort: str) -> dict[str, Any]:
    """Return a column's head: where a click leads and how it is sorted now."""
    is_current = sort.lstrip("-") == column.key
    next_sort = f"-{column.key}" if sort == column.key else column.key
    return {
        "column": column,
        "next": next_sort if column.sort else "",
        "sorted": ("descending" if sort.startswith("-") else "ascending") if is_current else "",
    }


def _row(board: Board, item: Any) -> Row:
    cells = [
        Cell(
            column=column,
            value=column.value(item),
            sub=column.sub(item) if column.sub else "",
            url=column.url(item) if column.url else "",
            unit=column.unit(item) if column.unit else "",
        )
        for column in board.columns
    ]
    return Row(pk=item.pk, cells=cells, mark=board.mark(item) if board.mark else "", item=item)
