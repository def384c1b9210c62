"""Makes documents of rows, a batch at a time."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import chain
from operator import itemgetter
from typing import Any

from django.db import connection
from django.utils import timezone

from b2b_apps.assortment.conditions import brand_key
from search.analysis.document import fields_of_terms, text_terms
from search.documents.asking import fetched
from search.documents.figures import FigureFields
from search.documents.keys import content_number, order_key, place_key
from search.documents.reading import FigureParts, Found, Parts, Row, figures_found, rows_found
from search.documents.sections import Sections
from search.documents.sql import ATTRIBUTES
from search.documents.values import Value, Values
from search.engines.base import Still
from search.fields import Document
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
        self._figures = FigureFields(slots)

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

    def figures_found(self, rows: Mapping[int, Still]) -> FigureParts:
        """Prices, stock and receipts of rows and their SKUs. Four queries."""
        ids = {*rows, *chain.from_iterable(still.skus for still in rows.values())}
        return figures_found(ids, self.day)

    def figures(
        self, rows: Mapping[int, Still], parts: FigureParts
    ) -> Iterator[tuple[int, Still, Document]]:
        """What figures make of rows, beside the rest of their documents; by id. No query."""
        for pk, still in rows.items():
            yield pk, still, self._figures.document(pk, still.skus, parts, still.goods_hash)

    def _document(self, row: Row, parts: Parts) -> Document:
        document = self._goods(row, parts)
        figures = self._figures.document(
            row.head.pk, document.get("skus", ()), parts.figures, document["goods_hash"]
        )
        return {**document, **figures}

    def _goods(self, row: Row, parts: Parts) -> dict[str, Any]:
        """The part of a document that prices and stock leave as it is."""
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
            "place": place_key(placing.path, title_key),
            "title_key": title_key,
            "article_key": order_key(head.article, head.pk),
            "added": head.added,
            **_terms_of_price(row),
        }
        codes = [c for g in row.all_goods for c in (g.article, g.barcode, g.code_1c) if c]
        texts = [g.characteristic for g in row.all_goods if g.characteristic]
        # Of values in any order.
        said = sum(map(NUMBER, values))
        document["goods_hash"] = content_number(
            [document, head.title, placing.names, kind.names, said, codes, texts]
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


def _terms_of_price(row: Row) -> Mapping[str, Any]:
    """What decides a price beside amounts: VAT, visibility, and whether SKUs differ in them."""
    head = row.head
    if row.skus[0] is head:
        vat, visibility = head.vat or NO_VAT, head.visibility
        return {"vat": vat, "odd": 0, "visibility": visibility}
    vats = {goods.vat or head.vat or NO_VAT for goods in row.skus}
    seen = {max(g.visibility, head.visibility, key=STRICTNESS.index) for g in row.skus}
    brands = {goods.brand or head.brand for goods in row.skus}
    return {
        "vat": min(vats),
        "odd": int(len(vats) > 1 or len(seen) > 1 or brands != {head.brand}),
        "skus": sorted(goods.pk for goods in row.skus),
        "unshown": [1] if seen != {SHOWN} else [],
        "visibility": min(seen, key=STRICTNESS.index),
    }


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
