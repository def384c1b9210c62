"""Makes documents of rows: one batch, a constant number of queries."""

import marshal
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from b2b_apps.assortment.conditions import brand_key
from search.analysis.document import text_fields
from search.documents import sql
from search.documents.keys import order_key, place_key
from search.documents.sections import Placing, Sections
from search.documents.slots import Slots
from search.fields import Document, price_field, stock_field

# A value that reads like a page of text is no value to tick.
LONGEST_VALUE = 250
SHOWN, ON_REQUEST, HIDDEN = "shown", "on_request", "hidden"
STRICTNESS = (SHOWN, ON_REQUEST, HIDDEN)
NO_VAT = "-"
# A hash is a whole number that JSON keeps.
HASH_BITS = 53


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


class Parts(NamedTuple):
    """What hangs on the goods of a batch, by product."""

    sections: Mapping[int, Sequence[int]]
    values: Mapping[int, Sequence[str]]
    stock: Mapping[int, Mapping[int, int]]
    receipts: Mapping[int, Sequence[int]]
    prices: Mapping[int, Mapping[int, int]]


class Found(NamedTuple):
    """A batch as the database has it."""

    rows: Sequence[Row]
    parts: Parts


class DocumentMaker:
    """Documents with the slots of one generation, as they are on one day.

    Two queries when it is made, for the tree of sections and the names of attributes: a maker
    serves one run.
    """

    def __init__(self, slots: Slots, *, day: date | None = None) -> None:
        self.slots = slots
        self.day = day or timezone.localdate()
        self._sections = Sections()
        with connection.cursor() as cursor:
            self._names: Mapping[int, str] = dict(_all(cursor, sql.ATTRIBUTES, {}))
        self._price_fields = {pk: price_field(slot) for pk, slot in slots.prices.items()}
        self._stock_fields = [(ids, stock_field(slot)) for ids, slot in slots.stock.items()]

    def documents(self, ids: Collection[int]) -> list[Document]:
        """The documents of those of the products that are rows today. Seven queries."""
        return self.made(self.found(ids))

    def found(self, ids: Collection[int]) -> Found:
        """What the database has of the rows among the products. Seven queries."""
        with connection.cursor() as cursor:
            rows = self._rows(cursor, ids)
            return Found(rows, self._parts(cursor, rows))

    def made(self, found: Found) -> list[Document]:
        """The documents of what was found. No query."""
        return [self._document(row, found.parts) for row in found.rows]

    def _rows(self, cursor: Any, ids: Collection[int]) -> list[Row]:
        heads: dict[int, Goods] = {}
        children: dict[int, list[Goods]] = {}
        values = {"ids": id_array(ids), "zone": timezone.get_default_timezone_name()}
        for goods in map(Goods._make, _all(cursor, sql.GOODS, values)):
            if goods.parent_id is None:
                heads[goods.pk] = goods
            elif goods.parent_id in heads:
                children.setdefault(goods.parent_id, []).append(goods)
        rows = [
            Row(head, children.get(pk, ()) if head.structure == "parent" else (head,))
            for pk, head in heads.items()
        ]
        return [row for row in rows if row.skus]

    def _parts(self, cursor: Any, rows: Sequence[Row]) -> Parts:
        heads = [row.head.pk for row in rows]
        everything = [goods.pk for row in rows for goods in row.all_goods]
        values = {"ids": id_array(everything), "day": self.day}
        of_heads = {"ids": id_array(heads)}
        return Parts(
            sections={pk: ints(ids) for pk, ids in _all(cursor, sql.SECTIONS, of_heads)},
            values={pk: text.split(sql.BETWEEN_VALUES)
                    for pk, text in _all(cursor, sql.VALUES, values)},
            stock={pk: dict(zip(ints(at), ints(free), strict=True))
                   for pk, at, free in _all(cursor, sql.STOCK, values)},
            receipts={pk: ints(at) for pk, at in _all(cursor, sql.RECEIPTS, values)},
            prices=_prices(cursor, values),
        )  # fmt: skip

    def _document(self, row: Row, parts: Parts) -> Document:
        head = row.head
        placing = self._sections.placing(parts.sections.get(head.pk, ()))
        values = _values(row, parts)
        pairs = [(int(pk), text) for pk, _sign, text in (value.partition("=") for value in values)]
        texts = self._texts(row, placing, pairs)
        title_key = order_key(head.title, head.pk)
        document: dict[str, Any] = {
            "id": head.pk,
            "brand": head.brand,
            "brand_key": brand_key(head.brand),
            "cats": placing.ids,
            "under": self._sections.under(parts.sections.get(head.pk, ())),
            "attrs": sorted({pk for pk, _text in pairs}),
            "av": values,
            "varies": _varying(row, parts),
            "soon": sorted({at for g in row.skus for at in parts.receipts.get(g.pk, ())}),
            "place": place_key(placing.path, title_key),
            "title_key": title_key,
            "article_key": order_key(head.article, head.pk),
            "added": head.added,
            **self._stock(row, parts),
            **self._terms_of_price(row, parts),
        }
        document["hash"] = content_hash([texts, document])
        document |= text_fields(**texts)
        return {name: value for name, value in document.items() if value not in EMPTY}

    def _texts(
        self, row: Row, placing: Placing, values: Sequence[tuple[int, str]]
    ) -> dict[str, Any]:
        """All that a row is found by, as it is written."""
        goods = row.all_goods
        return {
            "title": row.head.title,
            "brand": row.head.brand,
            "code_values": [c for g in goods for c in (g.article, g.barcode, g.code_1c) if c],
            "texts": (*placing.names, *(g.characteristic for g in goods if g.characteristic)),
            "attributes": [(self._names.get(pk, ""), value) for pk, value in values],
        }

    def _stock(self, row: Row, parts: Parts) -> Mapping[str, Any]:
        """Where something is free, and how much in each set of warehouses."""
        free: dict[int, int] = {}
        for goods in row.skus:
            for at, quantity in parts.stock.get(goods.pk, NOTHING).items():
                free[at] = free.get(at, 0) + quantity
        found: dict[str, Any] = {"wh": sorted(free)}
        if free:
            for ids, field in self._stock_fields:
                if total := sum(quantity for at, quantity in free.items() if at in ids):
                    found[field] = total
        return found

    def _terms_of_price(self, row: Row, parts: Parts) -> Mapping[str, Any]:
        """What decides a price: lists, amounts, VAT, visibility, and whether SKUs differ in it."""
        head = row.head
        general = parts.prices.get(head.pk, NOTHING)
        partial: set[int] = set()
        if row.skus[0] is head:
            amounts, is_odd = general, False
            vat, visibility = head.vat or NO_VAT, head.visibility
        else:
            mine = [{**general, **parts.prices.get(goods.pk, NOTHING)} for goods in row.skus]
            amounts = least(mine)
            vats = {goods.vat or head.vat or NO_VAT for goods in row.skus}
            seen = {max(g.visibility, head.visibility, key=STRICTNESS.index) for g in row.skus}
            brands = {goods.brand or head.brand for goods in row.skus}
            is_odd = len(vats) > 1 or len(seen) > 1 or brands != {head.brand}
            partial = {pk for pk in amounts if any(pk not in prices for prices in mine)}
            vat, visibility = min(vats), min(seen, key=STRICTNESS.index)
        fields = self._price_fields
        found: dict[str, Any] = {
            "lists": sorted(amounts),
            "part": sorted(partial),
            "vat": vat,
            "odd": int(is_odd),
            "visibility": visibility,
        }
        for pk in sorted(fields.keys() & amounts.keys()):
            found[fields[pk]] = amounts[pk]
        return found


NOTHING: Mapping[int, int] = {}
EMPTY: Sequence[Any] = ("", (), [], None)


def ints(text: str) -> list[int]:
    """Numbers of a text with commas between them."""
    return list(map(int, text.split(",")))


def _prices(cursor: Any, values: Mapping[str, Any]) -> dict[int, dict[int, int]]:
    """What each product costs at the smallest order, by list. Two queries."""
    found = {
        pk: dict(zip(ints(lists), ints(amounts), strict=True))
        for pk, lists, amounts in _all(cursor, sql.PRICES, values)
    }
    for pk, list_id, amount, is_smallest in _all(cursor, sql.OTHER_PRICES, values):
        mine = found.setdefault(pk, {})
        # One that begins on a date is stronger than the plain one, which begins on none.
        if is_smallest or list_id not in mine:
            mine[list_id] = amount
    return found


def id_array(ids: Iterable[int]) -> str:
    """Ids as a literal of PostgreSQL's: quicker than the driver's own list."""
    return f"{{{','.join(map(str, ids))}}}"


def least(prices: Iterable[Mapping[int, int]]) -> Mapping[int, int]:
    """The least amount of each list."""
    found: dict[int, int] = {}
    for amounts in prices:
        for pk, amount in amounts.items():
            if pk not in found or amount < found[pk]:
                found[pk] = amount
    return found


def content_hash(content: list[Any]) -> int:
    """What a document is made of, as a number: the same content has the same."""
    # A form of marshal that follows from the values alone; ten times as fast as a text of them.
    digest = blake2b(marshal.dumps(content, 2), digest_size=8).digest()
    return int.from_bytes(digest) >> (64 - HASH_BITS)


def _all(cursor: Any, statement: str, values: Mapping[str, Any]) -> list[Any]:
    cursor.execute(statement, values)
    return list(cursor.fetchall())


def _values(row: Row, parts: Parts) -> list[str]:
    """``attribute=value`` of a product and its characteristics, each once."""
    found = {value for g in row.all_goods for value in parts.values.get(g.pk, ())}
    return sorted(value for value in found if len(value) <= LONGEST_VALUE)


def _varying(row: Row, parts: Parts) -> list[int]:
    """Attributes in which the SKUs of a row differ."""
    if len(row.skus) == 1:
        return []
    general = set(parts.values.get(row.head.pk, ()))
    mine = [general.union(parts.values.get(goods.pk, ())) for goods in row.skus]
    differing = {value for its in mine for value in its if any(value not in one for one in mine)}
    return sorted({int(value.partition("=")[0]) for value in differing})
