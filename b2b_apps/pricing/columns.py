"""A price list as one context reads it: where a product's rows are, and what they come to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from b2b_apps.core.money import HUNDRED, round_unit_price
from b2b_apps.core.prepared import FEW, MANY, rows_of
from b2b_apps.pricing.conversion import SAME, Conversion, Factor, vat_factor
from b2b_apps.pricing.goods import Goods, id_array
from b2b_apps.pricing.prices import Tier
from b2b_apps.pricing.tariff import DEEPEST, ListTerms

ZERO = Decimal(0)
PROJECT = "project"
# A row of a list as it was read: (product id, list id, amount, minimum or None for nought, factor
# of the pack or None, start or None). A tier is made of it where it gives a price: to make one of
# each takes as long as to read them.
Row = tuple[int, int, Decimal, Decimal | None, Decimal | None, date | None]
# By list and product: the largest pack first, then the largest minimum.
Rows = Mapping[int, Mapping[int, Sequence[Row]]]

COLUMNS = """product_id, price_list_id, amount, NULLIF(minimum_quantity, 0), NULLIF(pack_factor, 0),
    valid_from"""
VALID = """(valid_from IS NULL OR valid_from <= %(day)s::date)
    AND (valid_to IS NULL OR valid_to >= %(day)s::date)"""
# Of a page each product is looked up in each list, else all rows of the lists would be gathered, of
# which one has three and another hundreds of thousands.
FEW_ROWS_SQL = f"""
SELECT {COLUMNS}
FROM unnest(%(products)s::bigint[]) AS wanted(id)
CROSS JOIN unnest(%(lists)s::bigint[]) AS list(id)
CROSS JOIN LATERAL (
    SELECT * FROM pricing_price WHERE product_id = wanted.id AND price_list_id = list.id OFFSET 0
) found
WHERE {VALID}
"""  # noqa: S608 - only our own fragments are put in
ROWS_SQL = f"""
SELECT {COLUMNS}
FROM pricing_price
WHERE price_list_id = ANY(%(lists)s::bigint[]) AND product_id = ANY(%(products)s::bigint[])
    AND {VALID}
"""  # noqa: S608 - the same


def rows_for(
    *,
    list_ids: Collection[int],
    goods: Collection[Goods],
    day: date,
    starts: dict[tuple[int, int], date] | None = None,
) -> Rows:
    """Return the rows of lists that are valid on a day, for products and their parents. One
    query. Of rows for one quantity the latest start wins; one without a start is the weakest.
    ``starts`` is filled with the start of a product's first row in a list, if it has one.
    """
    product_ids = {item.pk for item in goods}
    product_ids.update(item.parent_id for item in goods if item.parent_id is not None)
    params: dict[str, Any] = {
        "lists": id_array(list_ids),
        "products": id_array(product_ids),
        "day": day,
    }
    found: dict[int, dict[int, list[Row]]] = {pk: {} for pk in list_ids}
    several: set[tuple[int, int]] = set()
    statement = FEW_ROWS_SQL if len(product_ids) <= FEW else ROWS_SQL
    rows = rows_of(statement, params, is_prepared=len(product_ids) <= MANY)
    for row in rows:
        product_id, list_id, *_amounts, start = row
        there = found[list_id].setdefault(product_id, [])
        there.append(row)
        if len(there) > 1:
            several.add((list_id, product_id))
        elif start is not None and starts is not None:
            starts[list_id, product_id] = start
    for list_id, product_id in several:
        found[list_id][product_id] = _ordered(found[list_id][product_id])
    return found


def _ordered(rows: Iterable[Row]) -> list[Row]:
    """One row per pack and minimum, the largest first."""

    def place(row: Row) -> tuple[Decimal, Decimal, date]:
        _product, _list, _amount, minimum, pack, start = row
        return pack or ZERO, minimum or ZERO, start or date.min

    kept: dict[tuple[Decimal, Decimal], Row] = {}
    for row in sorted(rows, key=place, reverse=True):
        kept.setdefault(place(row)[:2], row)
    return list(kept.values())


class Level(NamedTuple):
    """A list that gives prices to a column: itself, or one that it is reckoned from."""

    list_id: int
    factor: Factor
    includes_vat: bool

    def heeds_vat(self, vat_mode: str) -> bool:
        """Whether goods of different VAT rates are reckoned by different factors."""
        return self.includes_vat != (vat_mode == "included")

    def factor_at(self, *, vat_mode: str, vat_percent: Decimal | None) -> Factor:
        """What makes the list's amounts those of the column, of goods of a VAT rate."""
        vat = vat_factor(includes_vat=self.includes_vat, vat_mode=vat_mode, vat_percent=vat_percent)
        both = self.factor if vat is SAME else self.factor.and_then(vat)
        return SAME if both == SAME else both


class Column:
    """A usable list of a context; asked for the tiers of a product it needs no query."""

    __slots__ = ("_factors", "_levels", "_vat_mode", "is_agreed", "is_project", "pk", "terms")

    def __init__(
        self, terms: ListTerms, levels: Sequence[Level], rows: Rows, vat_mode: str
    ) -> None:
        self.terms = terms
        self.pk, self.is_agreed = terms.pk, terms.is_agreed
        self.is_project = terms.kind == PROJECT
        self._vat_mode = vat_mode
        self._levels = [(rows.get(level.list_id) or {}, level) for level in levels]
        self._factors: dict[tuple[int, Decimal | None], Factor] = {}

    @property
    def list_ids(self) -> Sequence[int]:
        """The list itself and those that it is reckoned from."""
        return [level.list_id for _rows, level in self._levels]

    def tiers_of(self, item: Goods) -> tuple[Tier, ...]:
        """Tiers in the contract's currency and VAT, none if the list has not got the product.

        Own rows, else the product's of a characteristic, else the same of the list that this one
        is reckoned from.
        """
        found, factor = self._found(item)
        if factor is SAME:
            return tuple([Tier(row[3] or ZERO, row[2], row[4] or ZERO) for row in found])
        times, by = factor
        return tuple(
            [
                Tier(row[3] or ZERO, round_unit_price(row[2] * times / by), row[4] or ZERO)
                for row in found
            ]
        )

    def amount_of(self, item: Goods) -> Decimal | None:
        """The amount of the last of ``tiers_of``, of the smallest order; None without any."""
        found, factor = self._found(item)
        if not found:
            return None
        amount = found[-1][2]
        return amount if factor is SAME else round_unit_price(factor.of(amount))

    def _found(self, item: Goods) -> tuple[Sequence[Row], Factor]:
        """The rows that give the prices, and what makes their amounts those of the column."""
        for rows, level in self._levels:
            found = rows.get(item.pk) or rows.get(item.parent_id)  # type: ignore[arg-type]
            if found:
                return found, self._factor(level, item.vat_percent)
        return (), SAME

    def vat_of(self, item: Goods) -> Factor:
        """What makes a sum with the list's VAT read as the contract reckons."""
        return vat_factor(
            includes_vat=self.terms.includes_vat,
            vat_mode=self._vat_mode,
            vat_percent=item.vat_percent,
        )

    def source_of(self, item: Goods) -> tuple[int, bool] | None:
        """Return (the list whose rows give the price, whether they are the parent's)."""
        for rows, level in self._levels:
            if rows.get(item.pk):
                return level.list_id, False
            if rows.get(item.parent_id):  # type: ignore[arg-type]
                return level.list_id, True
        return None

    def _factor(self, level: Level, vat_percent: Decimal | None) -> Factor:
        key = (level.list_id, vat_percent)
        found = self._factors.get(key)
        if found is None:
            found = level.factor_at(vat_mode=self._vat_mode, vat_percent=vat_percent)
            self._factors[key] = found
        return found


def first_amount(columns: Iterable[Column], item: Goods) -> Decimal | None:
    """What one base unit costs at the smallest order in the first list that has the product."""
    for column in columns:
        if (amount := column.amount_of(item)) is not None:
            return amount
    return None


def levels_of(
    terms: ListTerms, *, lists: Mapping[int, ListTerms], day: date, conversion: Conversion
) -> Sequence[Level]:
    """Return a list and those that it is reckoned from, with what their rows are changed by.

    Ends at a list that is off, out of its term or without a rate, at one met before, and after
    eight; empty if the list itself can't be used.
    """
    levels: list[Level] = []
    percent = SAME
    here: ListTerms | None = terms
    while here is not None and len(levels) <= DEEPEST:
        money = conversion.factor_from(here.currency)
        if unusable(here, day) or money is None or here.pk in {lv.list_id for lv in levels}:
            break
        factor = money if percent is SAME else money.and_then(percent)
        levels.append(Level(here.pk, factor, here.includes_vat))
        if here.base_percent:
            percent = percent.and_then(Factor(HUNDRED + here.base_percent, HUNDRED))
        here = lists.get(here.base_id or 0)
    return levels


def unusable(terms: ListTerms, day: date) -> str:
    """Why a list gives no prices on a day: off, not_yet, over; nothing if it does."""
    if not terms.is_active:
        return "off"
    if terms.valid_from is not None and day < terms.valid_from:
        return "not_yet"
    return "over" if terms.valid_to is not None and terms.valid_to < day else ""
