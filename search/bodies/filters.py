"""Filters of a search as clauses, one by group: what facets leave out one at a time."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from search.bodies.scope import Scope
from search.engines.base import Body
from search.fields import stock_field
from search.places import Places
from search.query import LARGEST_ID, LONGEST_VALUE, SearchQuery

HALF_SIGN = re.compile("[\ud800-\udfff]")
FEW_VALUES = 8
ALL: Body = {"match_all": {}}
NOTHING: Body = {"bool": {"must_not": [ALL]}}
SECTION, BRAND, LABELS, STOCK, HOME = "section", "brand", "labels", "stock", "home"
WAREHOUSES, ARRIVING, PRICE = "warehouses", "arriving", "price"


def attribute_group(attribute_id: int) -> str:
    """The group of an attribute's values."""
    return f"a_{attribute_id}"


def only_counted(query: Body) -> Body:
    """The whole request that asks how many documents a query finds, and nothing else."""
    return {"query": query, "size": 0, "track_total_hits": True}


def any_of(field: str, values: Iterable[Any]) -> Body:
    """Documents with any of the values; nothing if there are none that a document could have."""
    kept = [value for value in values if _is_possible(value)]
    if not kept:
        return NOTHING
    return {"term": {field: kept[0]}} if len(kept) == 1 else {"terms": {field: kept}}


def either(clauses: Sequence[Body]) -> Body:
    """Documents that any of the clauses finds."""
    if not clauses:
        return NOTHING
    if len(clauses) == 1:
        return clauses[0]
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def each_of(field: str, values: Iterable[Any]) -> list[Body]:
    """One clause for each of a few values: to leave out so is quicker than all at once, which
    looks through the whole index.
    """
    kept = list(values)
    return [any_of(field, [v]) for v in kept] if len(kept) <= FEW_VALUES else [any_of(field, kept)]


def any_lazily(clauses: Sequence[Body]) -> Body:
    """The same as ``either``, said with two negations: asked of rows that other clauses have found
    already, where a plain union is made of the whole index first.
    """
    if len(clauses) <= 1:
        return either(clauses)
    return all_of(must_not=[all_of(must_not=clauses)])


def all_of(*clauses: Body, must_not: Sequence[Body] = ()) -> Body:
    """Documents that all of the clauses find; none of them scores."""
    kept = [clause for clause in clauses if clause is not ALL]
    if len(kept) == 1 and not must_not:
        return kept[0]
    found: Body = {"filter": kept or [ALL]}
    if must_not:
        found["must_not"] = list(must_not)
    return {"bool": found}


def base_query(*, stage: Body | None, category_id: int | None, scope: Scope) -> Body:
    """What is searched, before any filter of the buyer's; only the text scores."""
    filters = [*scope.filters]
    if category_id is not None:
        filters.append(any_of("cats", [category_id]))
    found: Body = {"must": [stage]} if stage is not None else {}
    if filters or stage is None:
        found["filter"] = filters or [ALL]
    if scope.must_not:
        found["must_not"] = list(scope.must_not)
    return {"bool": found}


def group_clauses(
    query: SearchQuery, places: Places, labels: Mapping[str, Body]
) -> dict[str, Body]:
    """The chosen filters by group, all but the price's; ``labels`` are the clauses of all that the
    person sees; others are worn by nothing.
    """
    found: dict[str, Body] = {}
    if query.within_id is not None:
        found[SECTION] = any_of("cats", [query.within_id])
    if query.brands:
        found[BRAND] = any_of("brand", query.brands)
    for pk, values in query.attributes.items():
        found[attribute_group(pk)] = any_of("av", [f"{pk}={value}" for value in values])
    if query.labels:
        found[LABELS] = either([labels[code] for code in query.labels if code in labels])
    if query.in_stock:
        found[STOCK] = free_in(places, places.warehouse_ids)
    if query.at_home:
        found[HOME] = free_in(places, places.home_ids)
    if query.warehouse_ids:
        found[WAREHOUSES] = free_in(places, query.warehouse_ids)
    if query.arriving:
        found[ARRIVING] = arriving_in(places)
    return found


def filtered(base: Body, clauses: Mapping[str, Body], *, without: str = "") -> Body:
    """The base with all filters but those of one group; they do not score."""
    kept = [clause for group, clause in clauses.items() if group != without]
    if not kept:
        return base
    return {"bool": {"must": [base], "filter": kept}}


def free_in(places: Places, warehouse_ids: Collection[int]) -> Body:
    """Rows with something free for the context in any of the warehouses."""
    mine = places.rows_held_in(warehouse_ids)
    clause = any_of("wh", warehouse_ids)
    slot = places.slots.stock_slot(warehouse_ids) if len(warehouse_ids) > 1 else None
    if slot is not None:
        # A sum is a number of the row; any of twenty warehouses is twenty lists of rows.
        clause = {"range": {stock_field(slot): {"gte": 1}}}
    return either([clause, any_of("id", mine)]) if mine else clause


def arriving_in(places: Places) -> Body:
    """Rows that are due in a warehouse that the context sees."""
    return any_of("soon", places.warehouse_ids)


def _is_possible(value: Any) -> bool:
    if isinstance(value, int):
        return abs(value) <= LARGEST_ID
    # The attribute's number stands before the value.
    return len(value) <= LONGEST_VALUE + 20 and not any(
        "\ud800" <= sign <= "\udfff" for sign in value
    )
