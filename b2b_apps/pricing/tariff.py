"""What a context is priced by, all but goods and rows: lists, rates, rules, thresholds."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

from b2b_apps.core.context import TradeContext
from b2b_apps.core.prepared import rows_of
from b2b_apps.pricing.conversion import ROUBLE, DayRate
from b2b_apps.pricing.rules import RuleTerms

# How far a list may stand from the one that its prices are reckoned from in the end.
DEEPEST = 8


class ListTerms(NamedTuple):
    """A price list without its prices."""

    pk: int
    kind: str
    name: str
    currency: str
    includes_vat: bool
    is_active: bool
    is_retail: bool
    is_cost: bool
    region_id: int | None
    base_id: int | None
    base_percent: Decimal
    valid_from: date | None
    valid_to: date | None

    @property
    def is_agreed(self) -> bool:
        """Whether its prices were agreed with this buyer: by contract or for a project."""
        return self.kind in {"contract", "project"}


class ThresholdTerms(NamedTuple):
    """From ``minimum_sum`` on, ``target_id`` takes the place of ``price_list_id``."""

    price_list_id: int
    minimum_sum: Decimal
    target_id: int


@dataclass(frozen=True, slots=True)
class Tariff:
    """One reading of the terms of prices; ``rates`` by currency, roubles per unit.

    ``mark`` is the same as long as none of the terms is another. ``has_every_rule`` if rules that
    are not due are among them; else equal ``rules`` are one and the same object as a rule.
    """

    day: date
    moment: datetime
    lists: Mapping[int, ListTerms]
    rates: Mapping[str, DayRate]
    rules: Sequence[RuleTerms]
    thresholds: Sequence[ThresholdTerms]
    mark: str = ""
    has_every_rule: bool = False


# Each part is one JSON value of the only row; amounts travel as text, to stay exact. Of thousands
# of lists a few are met, each looked up by itself: else the whole table is read three times. Those
# that every contract may meet have an index of their own (``pricelist_for_all``).
SQL = f"""
WITH RECURSIVE near AS (
    SELECT id, base_id, 0 AS depth FROM pricing_pricelist WHERE id = ANY(%(lists)s::bigint[])
    UNION
    SELECT id, base_id, 0 FROM pricing_pricelist
    WHERE (is_retail OR is_cost OR kind IN ('fallback', 'regional'))
        AND (kind <> 'regional' OR is_retail OR is_cost OR region_id = %(region)s::bigint)
    UNION
    SELECT l.id, l.base_id, 0 FROM pricing_pricethreshold t CROSS JOIN LATERAL (
        SELECT id, base_id FROM pricing_pricelist WHERE id = t.target_id OFFSET 0
    ) l
    WHERE t.is_active AND t.price_list_id = ANY(%(lists)s::bigint[])
    UNION
    SELECT l.id, l.base_id, near.depth + 1
    FROM near CROSS JOIN LATERAL (
        SELECT id, base_id FROM pricing_pricelist WHERE id = near.base_id OFFSET 0
    ) l
    WHERE near.depth < {DEEPEST}
), lists AS (
    SELECT l.* FROM (SELECT DISTINCT id FROM near) n CROSS JOIN LATERAL (
        SELECT * FROM pricing_pricelist WHERE id = n.id OFFSET 0
    ) l
), rules AS (
    SELECT * FROM pricing_pricerule
    WHERE state = 'live' AND (%(every)s::bool OR (
        lower(promo_code) IN ('', lower(%(code)s::text))
        AND (valid_from IS NULL OR valid_from <= %(moment)s::timestamptz)
        AND (valid_to IS NULL OR valid_to > %(moment)s::timestamptz)
    ))
), currencies AS (
    SELECT currency FROM lists UNION SELECT currency FROM rules
    UNION SELECT unnest(%(currencies)s::text[])
)
SELECT
    (SELECT json_agg(json_build_array(id, kind, name, currency, includes_vat, is_active, is_retail,
        is_cost, region_id, base_id, base_percent::text, valid_from, valid_to)) FROM lists),
    (SELECT json_agg(json_build_array(found.currency, found.rate::text, found.day, found.source))
     FROM currencies c CROSS JOIN LATERAL (
        SELECT * FROM pricing_currencyrate r
        WHERE r.currency = c.currency AND r.day <= %(day)s::date
        ORDER BY r.day DESC, r.source DESC LIMIT 1
     ) found WHERE c.currency <> '{ROUBLE}'),
    (SELECT json_agg(json_build_array(id, name, state, action, value::text, currency, conditions,
        valid_from, valid_to, round_to::text, max_change::text, floor_percent::text, is_final,
        promo_code, priority, with_agreed) ORDER BY priority, id)::text FROM rules),
    (SELECT json_agg(json_build_array(price_list_id, minimum_sum::text, target_id)
        ORDER BY minimum_sum) FROM pricing_pricethreshold
     WHERE is_active AND price_list_id = ANY(%(lists)s::bigint[]))
"""  # noqa: S608 - only our own constants are put in, values are parameters


def tariff_for(
    *,
    context: TradeContext,
    moment: datetime,
    extra_list_ids: Collection[int] = (),
    extra_currencies: Collection[str] = (),
    with_every_rule: bool = False,
) -> Tariff:
    """Return the terms of a context at a local time. One query.

    Lists: those of the context, of its region, of last resort, the retail column, purchase
    prices, targets of thresholds, ``extra_list_ids``, and all that these are reckoned from. Rules:
    the live ones that are due, or ``with_every_rule`` all live ones, for a trace that tells why
    one does not work.
    """
    day = moment.date()
    params = {
        "lists": [*context.price_list_ids, *extra_list_ids],
        "region": context.region_id,
        "currencies": [context.currency, *extra_currencies],
        "code": context.promo_code,
        "day": day,
        "moment": moment,
        "every": with_every_rule,
    }
    (row,) = rows_of(SQL, params)
    lists, rates, thresholds = map(_loaded, (row[0], row[1], row[3]))
    rules = row[2] or "[]"
    return Tariff(
        day=day,
        moment=moment,
        lists={row[0]: _list_terms(row) for row in lists},
        rates={row[0]: DayRate(Decimal(row[1]), _date(row[2]) or day, row[3]) for row in rates},
        rules=_rules(rules),
        thresholds=[ThresholdTerms(row[0], Decimal(row[1]), row[2]) for row in thresholds],
        # The text of the rules is in their order; to read it again costs more than all else here.
        mark=_mark(day, sorted(lists), sorted(rates), rules, thresholds),
        has_every_rule=with_every_rule,
    )


def _mark(day: date, *parts: list[list[Any]] | str) -> str:
    # Lists and rates come in no order of their own; each begins with what it is told by.
    return blake2b(f"{day} {json.dumps(parts)}".encode(), digest_size=16).hexdigest()


def _loaded(part: Any) -> list[list[Any]]:
    # Django reads json columns of raw queries as text, to choose a decoder by the field.
    return (json.loads(part) if isinstance(part, str) else part) or []


@lru_cache(maxsize=64)
def _rules(text: str) -> Sequence[RuleTerms]:
    """The rules of a JSON text: many people are under the same ones, and a changed one is
    another text.
    """
    return tuple(RuleTerms.from_json(row) for row in json.loads(text))


def _list_terms(row: list[Any]) -> ListTerms:
    *head, percent, starts, ends = row
    return ListTerms._make([*head, Decimal(percent), _date(starts), _date(ends)])


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
