"""Baskets by their kept figures: totals by SQL, without loading the lines.

What is kept of a line, and when it holds: docs/algorithms/basket.md.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection

from b2b_apps.pricing.selectors import BasketPrices, PriceBook
from b2b_apps.purchasing.sheet import SheetLine

ZERO = Decimal(0)
KOPECKS = Decimal("0.00")
# How many changes of goods are looked through; after more the whole basket is reckoned anew.
MOST_CHANGES = 20_000
# Sums of a basket by where lines leave from, VAT and what stops them: a few rows of figures.
GROUPS = """
    SELECT kept_warehouse, kept_vat_percent, kept_is_blocking, count(*) AS num_lines,
        count(*) FILTER (WHERE kept_problem <> '') AS num_problems,
        count(*) FILTER (WHERE kept_is_repriced) AS num_repriced,
        sum(kept_incl_tax) AS incl_tax, sum(kept_excl_tax) AS excl_tax, sum(kept_saving) AS saving,
        sum(kept_usual) AS usual, sum(kept_weight_kg) AS weight_kg,
        sum(kept_volume_m3) AS volume_m3, min(date_created) AS first, min(id) AS first_id,
        (array_agg(id ORDER BY date_created, id) FILTER (WHERE kept_is_blocking))[1:4] AS blocking
    FROM {lines} GROUP BY kept_warehouse, kept_vat_percent, kept_is_blocking
"""
ARTICLES = """
    (SELECT array_agg(ARRAY[l.id::text, COALESCE(NULLIF(p.article, ''), m.article, '')])
     FROM unnest(g.blocking) AS ids (id) JOIN basket_line l ON l.id = ids.id
     JOIN catalogue_product p ON p.id = l.product_id
     LEFT JOIN catalogue_product m ON m.id = p.parent_id)
"""
FIGURES = f"""
    SELECT kept_warehouse, kept_vat_percent, kept_is_blocking, num_lines, num_problems,
        num_repriced, incl_tax, excl_tax, saving, usual, weight_kg, volume_m3, first, {ARTICLES}
    FROM {{groups}} g ORDER BY first, first_id
"""  # noqa: S608 - only our own names are put in
OF_BASKET = FIGURES.format(
    groups="(" + GROUPS.format(lines="basket_line WHERE basket_id = %(basket)s") + ")"
)
# A characteristic is changed with its product.
STALE = """
WITH snapshot AS (
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS since,
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next
), mine AS MATERIALIZED (
    SELECT l.id, l.product_id,
        CASE WHEN l.kept_since IS NOT NULL THEN GREATEST(l.kept_since, b.kept_since) END AS since
    FROM basket_line l JOIN basket_basket b ON b.id = l.basket_id WHERE l.basket_id = %(basket)s
), noted AS MATERIALIZED (
    SELECT product_id, xact FROM purchasing_goodschange
    WHERE xact >= (SELECT min(since) FROM mine) ORDER BY xact DESC LIMIT %(most)s
), hit AS MATERIALIZED (
    SELECT product_id, max(xact) AS xact FROM (
        SELECT product_id, xact FROM noted
        UNION ALL
        SELECT p.id, n.xact FROM noted n JOIN catalogue_product p ON p.parent_id = n.product_id
    ) every GROUP BY product_id
)
SELECT (SELECT since FROM snapshot), (SELECT count(*) FROM noted),
    (SELECT xact FROM hit WHERE product_id = 0),
    ARRAY(
        SELECT m.id FROM mine m LEFT JOIN hit h ON h.product_id = m.product_id
        WHERE m.since IS NULL OR h.xact >= m.since OR m.since > (SELECT next FROM snapshot)
    ),
    (SELECT min(since) FROM mine)
"""
IDS = """
SELECT id, position FROM (
    SELECT l.*, row_number() OVER (ORDER BY l.date_created, l.id) AS position,
        COALESCE(NULLIF(p.article, ''), m.article, '') AS article,
        COALESCE(NULLIF(p.title, ''), m.title, '') AS name,
        translate(concat_ws(' ', p.article, m.article, p.title, m.title, p.characteristic,
            p.barcode, l.comment), %(signs)s, %(as_one)s) AS words
    FROM basket_line l JOIN catalogue_product p ON p.id = l.product_id
    LEFT JOIN catalogue_product m ON m.id = p.parent_id WHERE l.basket_id = %(basket)s
) l WHERE {only} AND {find} ORDER BY {sort}
"""
# The signs of «3×2,5», which are typed as anything, and what is looked for in their place.
SIGNS, AS_ONE = "×xXхХ*,", "xxxxxx."
ONLY = {"problems": "kept_problem <> ''", "price": "kept_is_repriced"}
SORTS = {
    "": "position",
    "article": "article, position",
    "name": "name, position",
    "sum": "kept_incl_tax DESC, position",
    "quantity": "quantity DESC, position",
    "ship": "kept_warehouse NULLS FIRST, position",
}


class Figures(NamedTuple):
    """Sums of lines that leave one warehouse, with one VAT, and can leave or can't.

    ``first`` sorts groups by their first line; ``blocking`` are ids and articles of the first
    lines that can't leave.
    """

    warehouse_id: int | None
    vat_percent: Decimal | None
    is_blocking: bool
    num_lines: int
    num_problems: int
    num_repriced: int
    incl_tax: Decimal
    excl_tax: Decimal
    saving: Decimal
    usual: Decimal
    weight_kg: Decimal
    volume_m3: Decimal
    first: datetime
    blocking: Sequence[Sequence[str]] | None

    @property
    def vat(self) -> Decimal:
        return self.incl_tax - self.excl_tax


class NamedLine(NamedTuple):
    """A line by its id and article, as links to it need."""

    id: int
    article: str


@dataclass(frozen=True)
class FigureGroup:
    """Figures taken together: a whole basket, or what leaves one warehouse."""

    figures: Sequence[Figures]
    warehouse_id: int | None = None

    @property
    def counted(self) -> Sequence[Figures]:
        return self.figures

    @property
    def num_lines(self) -> int:
        return sum(found.num_lines for found in self.figures)

    @cached_property
    def total_incl_tax(self) -> Decimal:
        return sum((found.incl_tax for found in self.counted), KOPECKS)

    @cached_property
    def total_excl_tax(self) -> Decimal:
        return sum((found.excl_tax for found in self.counted), KOPECKS)

    @property
    def vat(self) -> Decimal:
        return self.total_incl_tax - self.total_excl_tax

    @cached_property
    def vat_by_rate(self) -> Sequence[tuple[Decimal, Decimal]]:
        """(per cent, sum) of each rate that bears tax, the highest first."""
        sums: dict[Decimal, Decimal] = {}
        for found in self.counted:
            if found.vat_percent:
                sums[found.vat_percent] = sums.get(found.vat_percent, ZERO) + found.vat
        return sorted(sums.items(), reverse=True)

    @cached_property
    def saving(self) -> Decimal:
        return sum((found.saving for found in self.counted), ZERO)

    @cached_property
    def weight_kg(self) -> Decimal:
        return sum((found.weight_kg for found in self.counted), ZERO)

    @cached_property
    def volume_m3(self) -> Decimal:
        return sum((found.volume_m3 for found in self.counted), ZERO)


@dataclass(frozen=True)
class KeptSheet(FigureGroup):
    """A basket by its kept figures, as ``Sheet`` has them; ``lines`` are only those asked for."""

    lines: Sequence[SheetLine] = ()
    id: int | None = None
    prices: BasketPrices | None = None
    promo_code: str = ""

    @cached_property
    def counted(self) -> Sequence[Figures]:
        return [found for found in self.figures if not found.is_blocking]

    @cached_property
    def held_back(self) -> FigureGroup:
        """The figures of what can't leave until something is settled."""
        return FigureGroup([found for found in self.figures if found.is_blocking])

    @cached_property
    def shipments(self) -> Sequence[FigureGroup]:
        """What leaves each warehouse, in the order of the first line of each."""
        groups: dict[int, list[Figures]] = {}
        for found in self.counted:
            if found.warehouse_id is not None:
                groups.setdefault(found.warehouse_id, []).append(found)
        return [FigureGroup(figures, pk) for pk, figures in groups.items()]

    @cached_property
    def to_arrive(self) -> FigureGroup:
        """The figures of what is not here yet."""
        return FigureGroup([found for found in self.counted if found.warehouse_id is None])

    @property
    def num_blocking(self) -> int:
        return self.held_back.num_lines

    @property
    def num_problems(self) -> int:
        return sum(found.num_problems for found in self.figures)

    @property
    def num_repriced(self) -> int:
        return sum(found.num_repriced for found in self.figures)

    @property
    def first_blocking(self) -> Sequence[NamedLine]:
        """The first lines that can't leave, four at most."""
        found = [pair for group in self.figures for pair in group.blocking or ()]
        return [NamedLine(int(pk), article) for pk, article in found][:4]

    @property
    def is_promo_working(self) -> bool:
        # A basket whose code has rules is reckoned whole.
        return False


@dataclass(frozen=True, slots=True)
class Freshness:
    """Which lines have to be reckoned anew: all, or ``stale_ids``.

    ``since`` says as of when what is read from now on is right; ``num_changes`` is how many were
    looked through, ``oldest`` since when the oldest line holds.
    """

    since: int
    stale_ids: Sequence[int]
    is_all: bool
    num_changes: int
    oldest: int | None


def freshness_of(basket_id: int) -> Freshness:
    """Look through what has changed of goods since the lines were reckoned. One query."""
    params = {"basket": basket_id, "most": MOST_CHANGES}
    with connection.cursor() as cursor:
        cursor.execute(STALE, params)
        since, number, everything, stale, oldest = cursor.fetchone()
    is_all = number >= MOST_CHANGES or everything is not None
    return Freshness(since, stale, is_all, number, oldest)


def figures_of(basket_id: int) -> Sequence[Figures]:
    """Return the sums of a basket. One query."""
    with connection.cursor() as cursor:
        cursor.execute(OF_BASKET, {"basket": basket_id})
        return figures_from(cursor.fetchall())


def figures_from(rows: Collection[Sequence[Any]]) -> Sequence[Figures]:
    """Read rows of ``FIGURES``."""
    return [Figures._make(row) for row in rows]


def line_ids_of(
    basket_id: int, *, only: str = "", find: str = "", sort: str = ""
) -> Mapping[int, int]:
    """Return places in the basket by id of the lines asked for, in the order asked for. One query.

    ``only`` and ``sort`` are keys of ONLY and SORTS, anything else is none; all words of ``find``
    stand in a line's articles, names, barcode or comment.
    """
    words = find.split()
    params: dict[str, Any] = {"basket": basket_id, "signs": SIGNS, "as_one": AS_ONE}
    params |= {f"word{place}": f"%{_escaped(word)}%" for place, word in enumerate(words)}
    sql = IDS.format(
        only=ONLY.get(only, "true"),
        find=" AND ".join(f"words ILIKE %(word{place})s" for place in range(len(words))) or "true",
        sort=SORTS.get(sort, "position"),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return dict(cursor.fetchall())


def _escaped(word: str) -> str:
    word = word.translate(str.maketrans(SIGNS, AS_ONE))
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def kept_of(line: SheetLine, usual: PriceBook, counted: Collection[int]) -> tuple[Any, ...]:
    """What is kept of a line as it stands now, in the order of ``FIELDS``."""
    amount, pk = line.amount, line.product.pk
    usually = usual.price(pk) if pk in counted else None
    percent = line.price.vat_percent if line.price else None
    return (
        amount.incl_tax if amount else KOPECKS,
        amount.excl_tax if amount else KOPECKS,
        line.saving,
        usually.line_at(line.quantity).incl_tax if usually else KOPECKS,
        percent,
        line.weight_kg,
        line.volume_m3,
        line.leaves_from if line.price else None,
        line.problem.kind if line.problem else "",
        line.is_blocking,
        any(problem.kind == "price" for problem in line.problems),
    )


FIELDS = (
    "kept_incl_tax", "kept_excl_tax", "kept_saving", "kept_usual", "kept_vat_percent",
    "kept_weight_kg", "kept_volume_m3", "kept_warehouse", "kept_problem", "kept_is_blocking",
    "kept_is_repriced",
)  # fmt: skip


def is_kept(line: Any, kept: tuple[Any, ...]) -> bool:
    """Whether a row says so already."""
    return line.kept_since is not None and kept == tuple(getattr(line, name) for name in FIELDS)
