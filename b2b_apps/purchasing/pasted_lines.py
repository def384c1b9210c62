"""How one row of a pasted list may be taken apart: an article, something between, a quantity.

Pure. A row is taken apart in every way that makes sense; which of them is meant is decided by who
knows the articles.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from b2b_apps.purchasing.quantities import QuantityError, parse_quantity

LONGEST = 200
MOST_SPLITS = 5
MOST_CELLS = 12
SIGNS = "-–—:=×xXхХ*"
# A sign that stands free between an article and its quantity: «MVA20 — 5», «MVA20 x 5».
LOOSE_SIGN = re.compile(rf"\s+[{SIGNS}]$")
CELLS = re.compile(r"[\t;|]")
# Between an article and a quantity; a minus glued to figures stays with them: it is no quantity.
BETWEEN = (r"\s+", r",\s*", r"\s*[:=]\s*", r"\s+[×xXхХ*](?=[0-9])")
NUMBER = r"[0-9]{1,3}(?:[ \u00a0][0-9]{3})+|[0-9]+(?:[.,][0-9]{1,3})?"
# A quantity that stands before: «5 MVA20», «5 x MVA20», then «5 шт MVA20».
BEFORE = (
    re.compile(rf"(?P<rest>{NUMBER})\s*[{SIGNS}]?\s+(?P<article>\S.*)"),
    re.compile(
        rf"(?P<rest>(?:{NUMBER})\s*[^\W\d_]{{1,12}}\.?)\s+(?:[{SIGNS}]\s+)?(?P<article>\S.*)"
    ),
)
WITH_UNIT = re.compile(r"(?P<number>.*?[0-9])\s*(?P<unit>[^\W\d_][^\d]*)")
UNIT_CELL = re.compile(r"[^\W\d_]{1,12}\.?")
# No article is as short a figure as this: it is a quantity or the number of a row.
SHORT_FIGURE = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Split:
    """One way to take a row apart; ``rest`` is what stands beside the article, cell by cell."""

    article: str
    rest: tuple[str, ...]


def splits_of(text: str) -> Sequence[Split]:
    """Return the ways to read a row, the likeliest first; at least one."""
    text = text[:LONGEST]
    cells = [cell.strip() for cell in CELLS.split(text)]
    if len(cells) > 1:
        return _of_cells([cell for cell in cells if cell]) or [Split(text.strip(), ())]
    found = [*_after(text), *_before(text)]
    by_comma = [cell.strip() for cell in text.split(",")]
    if len(by_comma) > 2:
        found += _of_cells([cell for cell in by_comma if cell])[:1]
    found.sort(key=lambda split: not has_number(split.rest))
    return list(dict.fromkeys([Split(text, ()), *found]))


def _of_cells(cells: Sequence[str]) -> list[Split]:
    """Any cell may be the article; what follows it is likelier its quantity than what precedes."""
    cells = cells[:MOST_CELLS]
    found = [Split(cell, (*cells[at + 1 :], *cells[:at])) for at, cell in enumerate(cells)]
    return sorted(found, key=lambda split: bool(SHORT_FIGURE.fullmatch(split.article)))


def _after(text: str) -> Iterator[Split]:
    for separator in BETWEEN:
        ends = [found.span() for found in re.finditer(separator, text)]
        for start, end in list(reversed(ends))[:MOST_SPLITS]:
            article = LOOSE_SIGN.sub("", text[:start]).strip()
            if article and text[end:]:
                yield Split(article, (text[end:],))


def _before(text: str) -> Iterator[Split]:
    for form in BEFORE:
        if found := form.fullmatch(text):
            yield Split(found["article"].strip(), (found["rest"],))


def quantity_cell(rest: Sequence[str]) -> str:
    """Return which of the cells beside an article is its quantity, with its unit if that stands
    beside it; the first one where none is a number.
    """
    cells = [cell.strip("() ") for cell in rest]
    # «5» and «шт» may stand in cells of their own, after a name and what not.
    pairs = [f"{a} {b}" for a, b in pairwise(cells) if UNIT_CELL.fullmatch(b)]
    # «шт» before «5» in sheets that name the unit first.
    pairs += [f"{b} {a}" for a, b in pairwise(cells) if UNIT_CELL.fullmatch(a) and is_number(b)]
    return next((cell for cell in (*pairs, *cells) if is_number(cell)), cells[0])


def has_number(rest: Iterable[str]) -> bool:
    """Whether any of the cells is a quantity."""
    return any(is_number(cell.strip("() ")) for cell in rest)


def is_number(text: str) -> bool:
    """Whether a text is a quantity, with or without a unit, be it too large."""
    try:
        parse_quantity(parted(text)[0])
    except QuantityError as error:
        return error.code == "too_large"
    return True


def parted(text: str) -> tuple[str, str]:
    """A quantity and its unit: «5 шт.» makes ("5", "шт")."""
    found = WITH_UNIT.fullmatch(text)
    return (found["number"], found["unit"].strip(" .")) if found else (text, "")
