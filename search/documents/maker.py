"""Makes documents of rows, a batch at a time."""

import marshal
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from operator import itemgetter
from typing import Any

from django.db import connection
from django.utils import timezone

from b2b_apps.assortment.conditions import brand_key
from search.analysis.document import fields_of_terms, text_terms
from search.documents.asking import fetched
from search.documents.keys import bytes_number, order_key, place_key
from search.documents.reading import Found, Parts, Row, rows_found
from search.documents.sections import Sections
from search.documents.sql import ATTRIBUTES
from search.documents.values import Value, Values
from search.fields import Document, price_field, stock_field
from search.live import Slots

SHOWN, ON_REQUEST, HIDDEN = "shown", "on_request", "hidden"
STRICTNESS = (SHOWN, ON_REQUEST, HIDDEN)
NO_VAT = "-"
ATTRIBUTE, WRITTEN, TERMS, NUMBER = map(itemgetter, range(len(Value._fields)))


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
            self._values = Values(dict(fetched(cursor, ATTRIBUTES, {})))
        self._price_fields = {pk: price_field(slot) for pk, slot in slots.prices.items()}
        self._stock_fields = [(ids, stock_field(slot)) for ids, slot in slots.stock.items()]

    def documents(self, ids: Collection[int]) -> list[Document]:
        """The documents of those of the products that are rows today. Queries of ``found``."""
        return list(self.made(self.found(ids)))

    def found(self, ids: Collection[int]) -> Found:
        """What the database has of the rows among the products. Seven queries, one more for
        options not met before.
        """
        return rows_found(ids, self.day, self._values)

    def made(self, found: Found) -> Iterator[Document]:
        """The documents of what was found, one after the other: written while the processor has
        it at hand, a document costs half as much again less than kept. No query.
        """
        return (self._document(row, found.parts) for row in found.rows)

    def _document(self, row: Row, parts: Parts) -> Document:
        head = row.head
        sections = parts.sections.get(head.pk, ())
        placing = self._sections.placing(sections)
        values = _values(row, parts)
        attributes = sorted(set(map(ATTRIBUTE, values)))
        kind = self._values.kind_of(tuple(attributes))
        title_key = order_key(head.title, head.pk)
        document: dict[str, Any] = {
            "id": head.pk,
            "brand": head.brand,
            "brand_key": brand_key(head.brand),
            "cats": placing.ids,
            "under": list(placing.under),
            "attrs": attributes,
            "kit": kind.kit,
            "varies": _varying(row, parts),
            "soon": sorted({at for g in row.skus for at in parts.receipts.get(g.pk, ())}),
            "place": place_key(placing.path, title_key),
            "title_key": title_key,
            "article_key": order_key(head.article, head.pk),
            "added": head.added,
            **self._stock(row, parts),
            **self._terms_of_price(row, parts),
        }
        codes = [c for g in row.all_goods for c in (g.article, g.barcode, g.code_1c) if c]
        texts = [g.characteristic for g in row.all_goods if g.characteristic]
        # Of values in any order.
        said = sum(map(NUMBER, values))
        document["hash"] = content_hash(
            document, head.title, placing.names, kind.names, said, codes, texts
        )
        document["av"] = list(map(WRITTEN, values))
        document |= fields_of_terms(
            title=head.title,
            brand=head.brand,
            code_values=codes,
            terms=chain(
                placing.terms,
                chain.from_iterable(map(text_terms, texts)),
                chain.from_iterable(map(TERMS, values)),
            ),
        )
        return {name: value for name, value in document.items() if value or value == 0}

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
        uneven: set[int] = set()
        skus: list[int] = []
        unshown: list[int] = []
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
            uneven = {pk for pk, amount in amounts.items()
                      if any(prices.get(pk, amount) != amount for prices in mine)}  # fmt: skip
            skus = sorted(goods.pk for goods in row.skus)
            unshown = [1] if seen != {SHOWN} else []
            vat, visibility = min(vats), min(seen, key=STRICTNESS.index)
        fields = self._price_fields
        found: dict[str, Any] = {
            "lists": sorted(amounts),
            "part": sorted(partial),
            "uneven": sorted(uneven),
            "vat": vat,
            "odd": int(is_odd),
            "skus": skus,
            "unshown": unshown,
            "visibility": visibility,
        }
        for pk in sorted(fields.keys() & amounts.keys()):
            found[fields[pk]] = amounts[pk]
        return found


NOTHING: Mapping[int, int] = {}


def least(prices: Iterable[Mapping[int, int]]) -> Mapping[int, int]:
    """The least amount of each list."""
    found: dict[int, int] = {}
    for amounts in prices:
        for pk, amount in amounts.items():
            if pk not in found or amount < found[pk]:
                found[pk] = amount
    return found


def content_hash(document: Mapping[str, Any], *texts: Any) -> int:
    """What a document is made of, as a number: the same content has the same.

    ``texts`` are what it is found by, as it is written, or numbers of such texts.
    """
    # A form of marshal that follows from the values alone.
    return bytes_number(marshal.dumps([document, *texts], 2))


def _values(row: Row, parts: Parts) -> Collection[Value]:
    """What a product and its characteristics say, each once."""
    if row.skus[0] is row.head:
        return parts.values.get(row.head.pk, ())
    found = [value for goods in row.all_goods for value in parts.values.get(goods.pk, ())]
    return {value.written: value for value in found}.values()


def _varying(row: Row, parts: Parts) -> list[int]:
    """Attributes in which the SKUs of a row differ."""
    if len(row.skus) == 1:
        return []
    general = set(parts.values.get(row.head.pk, ()))
    mine = [general.union(parts.values.get(goods.pk, ())) for goods in row.skus]
    differing = {value for its in mine for value in its if any(value not in one for one in mine)}
    return sorted(set(map(ATTRIBUTE, differing)))
