"""Catalogues that queries are judged on, as documents of the index."""

from collections.abc import Iterator
from typing import NamedTuple

from fixtures.assortment import items, oddity
from fixtures.catalogue_xml import barcode
from fixtures.ids import number
from fixtures.model import Item
from search.analysis.document import text_fields


class Goods(NamedTuple):
    """What a judge sees of a product, and the document."""

    article: str
    title: str
    brand: str
    document: dict


def demo_goods() -> Iterator[Goods]:
    """The goods of the demo company; what 1C has taken out is not there."""
    for pk, item in enumerate(items(), 1):
        if oddity(item) != "deleted":
            yield Goods(item.article, item.name, item.brand, {"id": pk, **_fields(item)})


def _fields(item: Item) -> dict:
    return {
        **text_fields(
            title=item.name,
            brand=item.brand,
            code_values=list(_codes(item)),
            texts=[*item.group, *(variant.value for variant in item.variants)],
            attributes=item.attributes.items(),
        )
    }


def _codes(item: Item) -> Iterator[str]:
    yield item.article
    yield f"00-{number('code', item.article, 10**8):08d}"
    for article in [variant.article for variant in item.variants] or [item.article]:
        yield article
        yield barcode(article)
