"""Requests of the subset as Elasticsearch's and OpenSearch's."""

from collections.abc import Mapping
from typing import Any

from search.engines.language import (
    Best,
    Bool,
    Constant,
    Everything,
    Exists,
    Near,
    Query,
    Range,
    Request,
    Sort,
    Term,
    Terms,
)
from search.engines.reading_values import LONG_MAX, LONG_MIN
from search.fields import FIELDS, Kind

Json = dict[str, Any]
# Of each hit only what it is sorted by: nothing is taken from where documents are stored.
BARE: Json = {"stored_fields": "_none_"}


def body_of(request: Request, *, timeout: str) -> Json:
    """Return a whole body; hits come with what they are sorted by, the id last."""
    body: Json = {
        "query": query_of(request.query),
        "from": request.start,
        "size": request.size,
        "sort": sort_of(request.sort),
        "track_total_hits": True,
        "timeout": timeout,
        **BARE,
    }
    if request.sort.field and FIELDS[request.sort.field] not in {Kind.KEYWORD, Kind.ORDER}:
        # A number that is missing is sorted by as the greatest there is; here it is told apart.
        body["docvalue_fields"] = [request.sort.field]
    if request.aggs:
        body["aggs"] = {name: _agg_of(spec) for name, spec in request.aggs.items()}
    return body


def _agg_of(spec: Mapping[str, Any]) -> Json:
    return {"filter": query_of(spec["filter"])} if "filter" in spec else dict(spec)


def sort_of(sort: Sort) -> list[Json]:
    """Return the keys of a sort, the id last."""
    order = "desc" if sort.is_descending else "asc"
    by_id = {"id": {"order": "desc" if sort.is_id_descending else "asc"}}
    if sort.field == "id":
        return [{"id": {"order": order}}]
    first = {"_score": {"order": "desc"}} if sort.field is None else {sort.field: {"order": order}}
    return [first, by_id]


def query_of(query: Query) -> Json:
    """Return a query that scores as the subset says."""
    match query:
        case Bool():
            return _bool(query)
        case Best(queries, tie_breaker, boost):
            best = {"queries": [query_of(q) for q in queries], "tie_breaker": tie_breaker}
            return {"dis_max": {**best, "boost": boost}}
        case Constant(inner, boost):
            return {"constant_score": {"filter": query_of(inner), "boost": boost}}
        case Near():
            return _near(query)
        case _:
            return _leaf(query)


def _leaf(query: Everything | Term | Terms | Range | Exists) -> Json:
    match query:
        case Everything(boost):
            return {"match_all": {"boost": boost}}
        case Term(field, value, boost):
            return {"term": {field: {"value": value, "boost": boost}}}
        case Terms(field, values, boost):
            return {"terms": {field: list(values), "boost": boost}} if values else _nothing()
        case Range():
            return _range(query)
        case Exists(field, boost):
            return {"constant_score": {"filter": {"exists": {"field": field}}, "boost": boost}}


def _bool(query: Bool) -> Json:
    if query.least > len(query.should):
        return _nothing()
    out: Json = {"minimum_should_match": query.least, "boost": query.boost}
    for name in ("must", "filter", "should", "must_not"):
        clauses = [query_of(clause) for clause in getattr(query, name)]
        if clauses:
            out[name] = clauses
    if not query.should:
        del out["minimum_should_match"]
    return {"bool": out}


def _range(query: Range) -> Json:
    low = LONG_MIN if query.low is None else query.low
    high = LONG_MAX if query.high is None else query.high
    if low > high or low > LONG_MAX or high < LONG_MIN:
        return _nothing()
    bounds = {"gte": max(low, LONG_MIN), "lte": min(high, LONG_MAX)}
    return {"range": {query.field: {**bounds, "boost": query.boost}}}


def _near(query: Near) -> Json:
    # Without a rewrite of its own a server scores by the rarity of each term it comes upon.
    options: Json = {"value": query.value, "boost": query.boost, "rewrite": "constant_score"}
    if query.is_prefix:
        return {"prefix": {query.field: options}}
    if query.distance == 0:
        exact = {"term": {query.field: {"value": query.value}}}
        return {"constant_score": {"filter": exact, "boost": query.boost}}
    near = {"fuzziness": query.distance, "prefix_length": 0, "transpositions": True}
    return {"fuzzy": {query.field: {**options, **near}}}


def _nothing() -> Json:
    return {"match_none": {}}
