"""Reads what documents are made of: one batch of rows, a constant number of queries."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from search.documents import sql
from search.documents.asking import fetched, id_array
from search.documents.values import Value, Values


class Goods(NamedTuple):
    """A product as the database has it; ``vat`` is None where it takes its parent's."""

    pk: int
    parent_id: int | None
    structure: str
    title: str
    article: str
    barcode: str
    code_1c: str
    brand: str
    characteristic: str
    visibility: str
    vat: str | None
    added: int


class Row(NamedTuple):
    """A row of a listing: a product and what of it can be bought."""

    head: Goods
    skus: Sequence[Goods]

    @property
    def all_goods(self) -> Sequence[Goods]:
        return (self.head,) if self.skus[0] is self.head else (self.head, *self.skus)


class FigureParts(NamedTuple):
    """What changes by itself: stock and amounts by product, then by warehouse or list."""

    stock: Mapping[int, Mapping[int, int]]
    receipts: Mapping[int, Sequence[int]]
    prices: Mapping[int, Mapping[int, int]]


class Parts(NamedTuple):
    """What hangs on the goods of a batch, by product."""

    sections: Mapping[int, Sequence[int]]
    values: Mapping[int, Sequence[Value]]
    figures: FigureParts


class Found(NamedTuple):
    """A batch as the database has it."""

    rows: Sequence[Row]
    parts: Parts


def rows_found(ids: Collection[int], day: date, known: Values) -> Found:
    """What the database has of those of the products that are rows. Seven queries, one more for
    options that are not ``known``.
    """
    with connection.cursor() as cursor:
        rows = _rows(cursor, ids)
        return Found(rows, _parts(cursor, rows, day, known))


def figures_found(product_ids: Collection[int], day: date) -> FigureParts:
    """Stock, receipts and prices of products. Four queries."""
    with connection.cursor() as cursor:
        return _figures(cursor, {"ids": id_array(product_ids), "day": day})


def _rows(cursor: Any, ids: Collection[int]) -> list[Row]:
    heads: dict[int, Goods] = {}
    children: dict[int, list[Goods]] = {}
    values = {"ids": id_array(ids), "zone": timezone.get_default_timezone_name()}
    for goods in map(Goods._make, fetched(cursor, sql.GOODS, values)):
        if goods.parent_id is None:
            heads[goods.pk] = goods
        elif goods.parent_id in heads:
            children.setdefault(goods.parent_id, []).append(goods)
    rows = [
        Row(head, children.get(pk, ()) if head.structure == "parent" else (head,))
        for pk, head in heads.items()
    ]
    return [row for row in rows if row.skus]


def _parts(cursor: Any, rows: Sequence[Row], day: date, known: Values) -> Parts:
    heads = [row.head.pk for row in rows]
    everything = [goods.pk for row in rows for goods in row.all_goods]
    values = {"ids": id_array(everything), "day": day}
    of_heads = {"ids": id_array(heads)}
    return Parts(
        sections={pk: _ints(ids) for pk, ids in fetched(cursor, sql.SECTIONS, of_heads)},
        values=known.of(cursor, dict(fetched(cursor, sql.VALUES, values))),
        figures=_figures(cursor, values),
    )


def _figures(cursor: Any, values: Mapping[str, Any]) -> FigureParts:
    return FigureParts(
        stock={pk: dict(zip(_ints(at), _ints(free), strict=True))
               for pk, at, free in fetched(cursor, sql.STOCK, values)},
        receipts={pk: _ints(at) for pk, at in fetched(cursor, sql.RECEIPTS, values)},
        prices=_prices(cursor, values),
    )  # fmt: skip


def _prices(cursor: Any, values: Mapping[str, Any]) -> dict[int, dict[int, int]]:
    """What each product costs at the smallest order, by list. Two queries."""
    found: dict[int, dict[int, int]] = {}
    more: list[int] = []
    for pk, lists, amounts, has_others in fetched(cursor, sql.PRICES, values):
        found[pk] = dict(zip(_ints(lists), _ints(amounts), strict=True)) if lists else {}
        if has_others:
            more.append(pk)
    others = {**values, "ids": id_array(more)}
    for pk, list_id, amount, is_smallest in fetched(cursor, sql.OTHER_PRICES, others):
        # One that begins on a date is stronger than the plain one, which begins on none.
        if is_smallest or list_id not in found[pk]:
            found[pk][list_id] = amount
    return found


def _ints(text: str) -> list[int]:
    """Numbers of a text with commas between them."""
    return list(map(int, text.split(",")))
