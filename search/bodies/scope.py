"""What a context may find at all."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.utils import timezone

from b2b_apps.core.context import GoodsCondition, Group, TradeContext, WornLabel
from search.engines.base import Body

# The field ``added`` counts days from here.
EPOCH = date(1970, 1, 1)
# The field that holds what a condition asks of. A rule may name a section that nobody sees:
# ``under`` has those too, ``cats`` has not.
FIELDS: Mapping[str, str] = {"product": "id", "brand": "brand_key", "category": "under"}


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


def label_clauses(context: TradeContext) -> dict[str, Body]:
    """Return what documents meet that wear each label of a context, by code. No query.

    Labels are conditions and not fields: one that is given or ends needs no document written.
    """
    return {label.code: _wears(label) for label in context.labels}


def _wears(label: WornLabel) -> Body:
    goods = _all_of(label.goods)
    if label.newer_than_days is None:
        return goods
    since = (timezone.localdate() - EPOCH).days - label.newer_than_days
    return {"bool": {"filter": [goods, {"range": {"added": {"gte": since}}}]}}


def _any_of(groups: Sequence[Group]) -> Body:
    clauses = [_all_of(group) for group in groups]
    return {"bool": {"should": clauses, "minimum_should_match": 1}}


def _all_of(group: Group) -> Body:
    """Documents that meet every condition; one without conditions is about all."""
    clauses = [_one_of(condition) for condition in group]
    return {"bool": {"filter": clauses}} if clauses else {"match_all": {}}


def _one_of(condition: GoodsCondition) -> Body:
    field = FIELDS[condition.kind]
    found: Body = {"terms": {field: sorted(condition.values)}}
    if "" not in condition.values:
        return found
    # Documents leave out what is empty: a product without a brand has no such field.
    nameless = {"bool": {"must_not": [{"exists": {"field": field}}]}}
    return {"bool": {"should": [found, nameless], "minimum_should_match": 1}}
