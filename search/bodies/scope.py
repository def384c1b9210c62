"""What a context may find at all."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from b2b_apps.core.context import Group, TradeContext
from search.engines.base import Body

# The field that holds what a condition asks of.
FIELDS: Mapping[str, str] = {"product": "id", "brand": "brand_key", "category": "cats"}


class Scope(NamedTuple):
    """Clauses that every document has to meet, and those that none may."""

    filters: tuple[Body, ...] = ()
    must_not: tuple[Body, ...] = ()


def scope_filters(context: TradeContext) -> Scope:
    """Return the limits of what a context finds, facets and counts included. No query.

    The same as ``assortment.selectors.visible_to`` says of rows of the database.
    """
    seen = context.assortment
    filters = (_any_of(seen.only),) if seen.only else ()
    must_not = [_all_of(group) for group in seen.hidden]
    if seen.reserved:
        closed = _any_of(seen.reserved)
        opened = [_any_of(seen.admitted)] if seen.admitted else []
        must_not.append({"bool": {"filter": [closed], "must_not": opened}} if opened else closed)
    return Scope(filters, tuple(must_not))


def _any_of(groups: Sequence[Group]) -> Body:
    clauses = [_all_of(group) for group in groups]
    return {"bool": {"should": clauses, "minimum_should_match": 1}}


def _all_of(group: Group) -> Body:
    """Documents that meet every condition; one without conditions is about all."""
    clauses: list[Body] = [
        {"terms": {FIELDS[condition.kind]: sorted(condition.values)}} for condition in group
    ]
    return {"bool": {"filter": clauses}} if clauses else {"match_all": {}}
