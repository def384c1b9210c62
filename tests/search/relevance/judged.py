"""The judged queries of ``queries.tsv``.

What a query should find was judged by titles, from what a buyer means. ``best`` and ``good`` are
articles with ``*`` and ``?``, or after ``~`` a regular expression of titles, or after ``@`` a
brand and after another ``~`` an expression; several are apart by `` ; ``.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from tests.search.relevance.catalogue import Goods

FILE = Path(__file__).with_name("queries.tsv")
BEST, GOOD = 3, 1


class Judged(NamedTuple):
    """A query and the grades of articles; what is not there is no answer."""

    kind: str
    query: str
    grades: Mapping[str, int]


def judged(goods: Iterable[Goods], file: Path = FILE) -> list[Judged]:
    """Return all queries with what they should find of these goods."""
    known = list(goods)
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Judged(row["kind"], row["query"], _grades(row, known)) for row in rows]


def _grades(row: Mapping[str, str], goods: Iterable[Goods]) -> dict[str, int]:
    good = dict.fromkeys(_matching(row["good"] or "", goods), GOOD)
    return good | dict.fromkeys(_matching(row["best"], goods), BEST)


def _matching(specs: str, goods: Iterable[Goods]) -> set[str]:
    return {
        one.article for spec in specs.split(" ; ") if spec for one in goods if _is_meant(spec, one)
    }


def _is_meant(spec: str, one: Goods) -> bool:
    if spec.startswith("@"):
        brand, _, title = spec[1:].partition("~")
        return one.brand == brand and re.search(title, one.title) is not None
    if spec.startswith("~"):
        return re.search(spec[1:], one.title) is not None
    return fnmatchcase(one.article, spec)
