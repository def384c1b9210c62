"""A price list as one context reads it: where a product's rows are, and what they come to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from b2b_apps.core.money import HUNDRED, round_unit_price
from b2b_apps.core.prepared import FEW, rows_of
from b2b_apps.pricing.conversion import SAME, Conversion, Factor, vat_factor
from b2b_apps.pricing.goods import Goods, id_array
from b2b_apps.pricing.prices import Tier
from b2b_apps.pricing.tariff import DEEPEST, ListTerms

ZERO = Decimal(0)
# Tiers by list and product, as stored: the largest pack first, then the largest minimum.
Rows = Mapping[int, Mapping[int, Sequence[Tier]]]

COLUMNS = """price_list_id, product_id, NULLIF(minimum_quantity, 0), amount,
    NULLIF(pack_factor, 0), valid_from"""
VALID = """(valid_from IS NULL OR valid_from <= %(day)s::date)
    AND (valid_to IS NULL OR valid_to >= %(day)s::date)"""
# One plan for whatever is asked: each product is looked up in each list, else all rows of the lists
# would be gathered, of which one has three and another hundreds of thousands.
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
) -> dict[int, dict[int, list[Tier]]]:
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
    found: dict[int, dict[int, list[Tier]]] = {pk: {} for pk in list_ids}
    starts = {} if starts is None else starts
    several: dict[tuple[int, int], list[tuple[Tier, date | None]]] = {}
    is_few = len(product_ids) <= FEW
    rows = rows_of(FEW_ROWS_SQL if is_few else ROWS_SQL, params, is_prepared=is_few)
    for list_id, product_id, minimum, amount, pack, start in rows:
        mine = found[list_id]
        there = mine.get(product_id)
        tier = Tier(minimum or ZERO, amount, pack or ZERO)
        if there is None:
            mine[product_id] = [tier]
            if start is not None:
                starts[list_id, product_id] = start
        else:
            key = (list_id, product_id)
            several.setdefault(key, [(there[0], starts.get(key))]).append((tier, start))
    for (list_id, product_id), dated in several.items():
        found[list_id][product_id] = _ordered(dated)
    return found


def _ordered(dated: Iterable[tuple[Tier, date | None]]) -> list[Tier]:
    """One tier per pack and minimum, the largest first."""
    rows = [(t.pack_factor, t.minimum_quantity, start or date.min, t) for t, start in dated]
    kept: dict[tuple[Decimal, Decimal], Tier] = {}
    for pack, minimum, _start, tier in sorted(rows, reverse=True):
        kept.setdefault((pack, minimum), tier)
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

    __slots__ = ("_factors", "_levels", "_rows", "_vat_mode", "terms")

    def __init__(
        self, terms: ListTerms, levels: Sequence[Level], rows: Rows, vat_mode: str
    ) -> None:
        self.terms = terms
        self._vat_mode = vat_mode
        self._rows = rows
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
        for rows, level in self._levels:
            found = rows.get(item.pk) or rows.get(item.parent_id)  # type: ignore[arg-type]
            if found:
                factor = self._factor(level, item.vat_percent)
                if factor is SAME:
                    return tuple(found)
                times, by = factor
                return tuple(
                    [
                        Tier(tier[0], round_unit_price(tier[1] * times / by), tier[2])
                        for tier in found
                    ]
                )
        return ()

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
