"""Whose article a row names: by codes, in the other layout, by words. docs/algorithms/entry.md."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from b2b_apps.core.context import TradeContext
from b2b_apps.entry.asked import AskedRow
from b2b_apps.entry.goods import light_goods
from b2b_apps.entry.models import EntryRow
from b2b_apps.entry.offers import named_exactly
from b2b_apps.purchasing.pasted_lines import Split, has_number
from search.analysis.letters import clean, other_layout
from search.lookup import codes_found

How = EntryRow.How
MOST_CHOICES = 5
# A text search per row takes its time; the rest are looked for when somebody looks at them.
MOST_NAMES = 60
WORD, WORDS = re.compile(r"[^\W\d_]{2,}"), re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Meant:
    """What a row means: one product, several to choose from, or none.

    ``rest`` is what stands beside the article; ``more`` how many more have the name.
    """

    article: str
    rest: tuple[str, ...]
    product_ids: tuple[int, ...] = ()
    how: str = ""
    more: int = 0


def rows_resolve(
    *, asked: Sequence[AskedRow], context: TradeContext
) -> tuple[Sequence[Meant], dict[int, Any]]:
    """Return what each row means, and the products by id.

    Three queries per 5,000 codes, three more where some are not known (the other layout, words),
    whatever the number of rows; two requests to the engine, and one for up to 60 names.
    """
    codes = {split.article for row in asked if not row.skip for split in row.splits}
    found = _found(codes, context)
    goods = light_goods(context=context, product_ids={pk for ids in found.values() for pk in ids})
    meant = [_by_code(row, found, goods) for row in asked]
    missing = [at for at, row in enumerate(meant) if not row.product_ids and not asked[at].skip]
    if missing:
        _in_other_layout(missing, asked, meant, goods, context)
        _by_name(missing, asked, meant, goods, context)
    return meant, goods


def _found(codes: Iterable[str], context: TradeContext) -> Mapping[str, Sequence[int]]:
    # In capitals too: while the engine is away, codes are found as they are written.
    typed = {code for code in codes if code}
    found = codes_found([*typed, *(code.upper() for code in typed)], context=context)
    return {code: found[code] or found[code.upper()] for code in typed}


def _by_code(
    row: AskedRow, found: Mapping[str, Sequence[int]], goods: Mapping[int, Any], how: str = ""
) -> Meant:
    """The best of the ways to read a row: an article that is written so, then one whose code is
    the same; of those rather one that leaves a quantity.
    """
    ways = []
    for place, split in enumerate(row.splits):
        ids = [pk for pk in found.get(split.article, ()) if pk in goods]
        exact = [pk for pk in ids if _is_written(split.article, goods[pk])]
        if ids:
            ways.append((not exact, _order(split, is_exact=bool(exact)), place, exact or ids))
    if not ways:
        return _likely(row)
    is_loose, _order_of, place, ids = min(ways)
    split = row.splits[place]
    how = how or (How.CODE if is_loose else How.EXACT)
    return Meant(split.article, split.rest, tuple(ids[:MOST_CHOICES]), how)


def _order(split: Split, *, is_exact: bool) -> int:
    if not split.rest:
        return 0 if is_exact else 1
    if has_number(split.rest):
        return 1 if is_exact else 0
    return 2


def _is_written(text: str, product: Any) -> bool:
    names = (product.article, product.barcode, product.code_1c)
    return text.strip().lower() in {name.lower() for name in names if name}


def _likely(row: AskedRow) -> Meant:
    """What of a row would be the article if somebody knew it."""
    split = next((s for s in row.splits if s.rest and has_number(s.rest)), None)
    split = split or (row.splits[0] if row.splits else Split(row.text, ()))
    return Meant(split.article, split.rest)


def _in_other_layout(
    missing: Sequence[int],
    asked: Sequence[AskedRow],
    meant: list[Meant],
    goods: dict[int, Any],
    context: TradeContext,
) -> None:
    """Read what is left as the other layout of the keyboard would have given it."""
    slips = {at: _slipped(asked[at]) for at in missing}
    codes = {split.article for row in slips.values() for split in row.splits}
    found = _found(codes, context) if codes else {}
    ids = {pk for some in found.values() for pk in some} - goods.keys()
    if ids:
        goods |= light_goods(context=context, product_ids=ids)
    for at, row in slips.items():
        read = _by_code(row, found, goods, How.LAYOUT)
        if read.product_ids:
            meant[at] = read


def _slipped(row: AskedRow) -> AskedRow:
    splits = [
        Split(slipped, split.rest)
        for split in row.splits
        if (slipped := other_layout(cleaned := clean(split.article, limit=200))) != cleaned
    ]
    return AskedRow(row.text, splits)


def _by_name(
    missing: Sequence[int],
    asked: Sequence[AskedRow],
    meant: list[Meant],
    goods: dict[int, Any],
    context: TradeContext,
) -> None:
    """Look for what is left by its words, where it has two of them."""
    texts = {}
    for at in missing:
        text = asked[at].name or meant[at].article
        if not meant[at].product_ids and len(WORD.findall(text)) > 1:
            texts[at] = text
        if len(texts) == MOST_NAMES:
            break
    named = named_exactly(context=context, texts=set(texts.values())) if texts else {}
    ids = {pk for some, _total in named.values() for pk in some}
    if ids:
        goods |= light_goods(context=context, product_ids=ids)
    for at, text in texts.items():
        some, total = named.get(text, ((), 0))
        seen = [pk for pk in some if pk in goods]
        if coloured := _of_characteristic(seen, text, goods):
            seen, total = coloured, total - len(seen) + len(coloured)
        if seen:
            row, more = meant[at], max(0, total - len(seen[:MOST_CHOICES]))
            meant[at] = Meant(row.article, row.rest, tuple(seen[:MOST_CHOICES]), How.NAME, more)


def _of_characteristic(ids: Sequence[int], text: str, goods: Mapping[int, Any]) -> list[int]:
    """Those whose colour or size the text says; the engine knows the words of all of a product's
    characteristics as its own.
    """
    words = set(_words(text))
    return [pk for pk in ids if (own := _words(goods[pk].characteristic)) and words.issuperset(own)]


def _words(text: str) -> list[str]:
    return WORDS.findall(text.lower().replace("ё", "е"))
