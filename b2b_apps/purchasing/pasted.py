"""Lines typed or pasted as text: an article, something between, a quantity with or without unit.

A text is taken apart in every way that makes sense, and the way whose article we know wins: an
article may hold spaces, commas and figures itself.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.db.models import Q

from b2b_apps.assortment.selectors import seen_products
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.orderable import ORDERABLE
from b2b_apps.purchasing.quantities import QuantityError, parse_quantity
from b2b_apps.purchasing.sheet import unit_of

MAX_PASTED = 2000
LONGEST = 200
MOST_SPLITS = 5
ONE = Decimal(1)
# A sign that stands free between an article and its quantity: «MVA20 — 5», «MVA20 x 5».
LOOSE_SIGN = re.compile(r"\s+[-–—:=×xXхХ*]$")
WITH_UNIT = re.compile(r"(?P<number>.*?[0-9])\s*(?P<unit>[^\W\d_][^\d]*)")
UNIT_CELL = re.compile(r"[^\W\d_]{1,12}\.?")
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


@dataclass(frozen=True, slots=True)
class _Split:
    """One way to take a row apart; ``rest`` is what stands after the article, cell by cell."""

    article: str
    rest: tuple[str, ...]


def pasted_rows(text: str, *, context: TradeContext) -> Sequence[PastedRow]:
    """Return the rows of a pasted text, blank ones left out, with the products they mean.

    An article is matched as it was written, in any case, or as a barcode. One that several
    products share is not guessed. A row without a quantity means one, which the pack then
    raises. One query, two more if units are written.
    """
    texts = [row.strip()[:LONGEST] for row in text.splitlines()]
    texts = [row for row in texts if row][:MAX_PASTED]
    splits = [_splits(row) for row in texts]
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


def _splits(text: str) -> Sequence[_Split]:
    """The ways to read a row, the likeliest first."""
    cells = [cell.strip() for cell in re.split(r"[\t;]", text)]
    if len(cells) > 1:
        filled = [cell for cell in cells if cell]
        return [_Split(filled[0], tuple(filled[1:]))] if filled else [_Split(text, ())]
    found = [_Split(text, ())]
    for separator in (r"\s+", r",\s*"):
        ends = [m.span() for m in re.finditer(separator, text)]
        for start, end in list(reversed(ends))[:MOST_SPLITS]:
            article = LOOSE_SIGN.sub("", text[:start]).strip()
            if article and text[end:]:
                found.append(_Split(article, (text[end:],)))
    return found


def _row(text: str, splits: Sequence[_Split], known: Mapping[str, frozenset[int]]) -> PastedRow:
    for split in splits:
        ids = known.get(split.article.lower())
        if not ids:
            continue
        row = PastedRow(text, split.article)
        if len(ids) > 1:
            return replace(row, code="ambiguous")
        return _with_quantity(replace(row, product_id=next(iter(ids))), split.rest)
    likely = next((s for s in splits if s.rest and _number_in(s.rest)), splits[0])
    return PastedRow(text, likely.article, code="unknown")


def _with_quantity(row: PastedRow, rest: tuple[str, ...]) -> PastedRow:
    """Read the quantity of a known article; ``shown`` keeps the unit that was written."""
    if not rest:
        return row
    # «5» and «шт» may stand in cells of their own, after a name and what not.
    pairs = [f"{a} {b}" for a, b in pairwise(rest) if UNIT_CELL.fullmatch(b)]
    found = next((cell for cell in (*pairs, *rest) if _is_number(cell)), rest[0])
    number, unit = _parted(found)
    try:
        quantity = parse_quantity(number)
    except QuantityError as error:
        return replace(row, code=error.code, shown=found)
    if not quantity:
        return replace(row, code="nothing", shown=found)
    return replace(row, quantity=quantity, shown=unit)


def _number_in(rest: Iterable[str]) -> bool:
    return any(_is_number(cell) for cell in rest)


def _is_number(text: str) -> bool:
    try:
        parse_quantity(_parted(text)[0])
    except QuantityError as error:
        return error.code == "too_large"
    return True


def _parted(text: str) -> tuple[str, str]:
    """A quantity and its unit: «5 шт.» makes ("5", "шт")."""
    found = WITH_UNIT.fullmatch(text)
    return (found["number"], found["unit"].strip(" .")) if found else (text, "")


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
    factor = _factor(row.shown.casefold(), product)
    if factor is None:
        return replace(row, code="unit")
    return replace(row, quantity=row.quantity * factor, shown="")


def _factor(word: str, product: Any) -> Decimal | None:
    unit = unit_of(product)
    base = unit.short_name.casefold().strip(" .") if unit else ""
    if base and base in {word, UNIT_WORDS.get(word)}:
        return ONE
    packs = [pack.factor for pack in product.packs.all() if _is_pack(word, pack.name.casefold())]
    return packs[0] if len(packs) == 1 else None


def _is_pack(word: str, name: str) -> bool:
    return len(word) > 1 and name.startswith(word)
