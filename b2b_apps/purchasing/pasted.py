"""Lines typed or pasted as text: an article, something between, a quantity with or without unit.

A text is taken apart in every way that makes sense, and the way whose article we know wins: an
article may hold spaces, commas and figures itself.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Q

from b2b_apps.assortment.selectors import seen_products
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.goods import unit_of
from b2b_apps.purchasing.orderable import ORDERABLE
from b2b_apps.purchasing.pasted_lines import (
    LONGEST,
    Split,
    has_number,
    parted,
    quantity_cell,
    splits_of,
)
from b2b_apps.purchasing.quantities import QuantityError, parse_quantity

MAX_PASTED = 2000
ONE = Decimal(1)
# Words for units that people write and 1C's short names do not have.
UNIT_WORDS = {
    "штука": "шт", "штуки": "шт", "штук": "шт", "pcs": "шт", "pc": "шт",
    "метр": "м", "метра": "м", "метров": "м", "пм": "м", "m": "м",
    "компл": "компл", "комплект": "компл", "кг": "кг", "kg": "кг",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One row of the text. ``quantity`` is in base units.

    ``code`` says why it can't go in: unknown, ambiguous, malformed, too_large, nothing, unit;
    ``shown`` is the part of the text that this is about.
    """

    text: str
    article: str
    product_id: int | None = None
    quantity: Decimal = ONE
    code: str = ""
    shown: str = ""


def pasted_rows(text: str, *, context: TradeContext) -> Sequence[PastedRow]:
    """Return the rows of a pasted text, blank ones left out, with the products they mean.

    An article is matched as it was written, in any case, or as a barcode. One that several
    products share is not guessed. A row without a quantity means one, which the pack then
    raises. One query, two more if units are written.
    """
    texts = [row.strip()[:LONGEST] for row in text.splitlines()]
    texts = [row for row in texts if row][:MAX_PASTED]
    splits = [splits_of(row) for row in texts]
    named = {split.article for found in splits for split in found}
    known = products_named(named, context=context)
    rows = [_row(row, found, known) for row, found in zip(texts, splits, strict=True)]
    return _in_base_units(rows)


def products_named(
    articles: Collection[str], *, context: TradeContext
) -> Mapping[str, frozenset[int]]:
    """Return ids of the products that can be ordered by lower-cased article or barcode.

    One query.
    """
    # Spelt out instead of lower() in SQL: the index on articles is one of plain values.
    wanted = {form for a in articles for form in (a, a.upper(), a.lower())}
    rows = (
        seen_products(context)
        .filter(ORDERABLE)
        .filter(Q(article__in=wanted) | Q(barcode__in=wanted))
        .values_list("pk", "article", "barcode")
    )
    found: dict[str, set[int]] = {}
    for pk, *names in rows:
        for name in filter(None, names):
            found.setdefault(name.lower(), set()).add(pk)
    return {name: frozenset(ids) for name, ids in found.items()}


def _row(text: str, splits: Sequence[Split], known: Mapping[str, frozenset[int]]) -> PastedRow:
    for split in splits:
        ids = known.get(split.article.lower())
        if not ids:
            continue
        row = PastedRow(text, split.article)
        if len(ids) > 1:
            return replace(row, code="ambiguous")
        return _with_quantity(replace(row, product_id=next(iter(ids))), split.rest)
    likely = next((s for s in splits if s.rest and has_number(s.rest)), splits[0])
    return PastedRow(text, likely.article, code="unknown")


def _with_quantity(row: PastedRow, rest: tuple[str, ...]) -> PastedRow:
    """Read the quantity of a known article; ``shown`` keeps the unit that was written."""
    if not rest:
        return row
    found = quantity_cell(rest)
    number, unit = parted(found)
    try:
        quantity = parse_quantity(number)
    except QuantityError as error:
        return replace(row, code=error.code, shown=found)
    if not quantity:
        return replace(row, code="nothing", shown=found)
    return replace(row, quantity=quantity, shown=unit)


def _in_base_units(rows: Sequence[PastedRow]) -> Sequence[PastedRow]:
    """Reckon written units into base units; one that the product has not is no quantity."""
    with_unit = {row.product_id for row in rows if row.shown and not row.code}
    if not with_unit:
        return rows
    found = apps.get_model("catalogue", "Product").objects.filter(pk__in=with_unit)
    products = (
        found.select_related("base_unit", "parent__base_unit").prefetch_related("packs").in_bulk()
    )
    return [
        _counted(row, products[row.product_id]) if row.shown and not row.code else row
        for row in rows
    ]


def _counted(row: PastedRow, product: Any) -> PastedRow:
    factor = unit_factor(row.shown, product)
    if factor is None:
        return replace(row, code="unit")
    return replace(row, quantity=row.quantity * factor, shown="")


def unit_factor(word: str, product: Any) -> Decimal | None:
    """Return how many base units a unit that people wrote holds, None if it is none of the
    product's. No query if its packs were read with it.
    """
    unit = unit_of(product)
    packs = [(pack.name, pack.factor) for pack in product.packs.all()]
    return factor_of(word, unit.short_name if unit else "", packs)


def factor_of(word: str, unit: str, packs: Iterable[tuple[str, Decimal]]) -> Decimal | None:
    """The same of a base unit and (name, factor) of packs."""
    word, base = word.casefold(), unit.casefold().strip(" .")
    if base and base in {word, UNIT_WORDS.get(word)}:
        return ONE
    factors = [factor for name, factor in packs if _is_pack(word, name.casefold())]
    return factors[0] if len(factors) == 1 else None


def _is_pack(word: str, name: str) -> bool:
    return len(word) > 1 and name.startswith(word)
