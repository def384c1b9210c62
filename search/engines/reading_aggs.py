"""Reads aggregations of the documented subset."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from search.engines.base import EngineRefusedError
from search.engines.documents import BY_ATTRIBUTE
from search.engines.language import MOST_AGGS, MOST_VALUES, Query
from search.engines.reading_values import (
    check_keys,
    integer,
    known,
    mapping,
    text,
    values_of,
    whole,
)
from search.fields import FIELDS, Kind

# Values of some attributes: nothing typed fits, so no expression of somebody else's runs.
OF_ATTRIBUTES = re.compile(r"\d{1,18}=\.\*(\|\d{1,18}=\.\*)*")
ORDERS: list[dict[str, str]] = [
    {"_count": "desc"},
    {"_key": "asc"},
    {"_key": "desc"},
]


def read_aggs(
    aggs: Any, *, read_query: Callable[[Mapping[str, Any]], Query], level: int = 1
) -> dict[str, Any]:
    """Check aggregations and return them, queries of filters read; raise EngineRefusedError."""
    if level > 2 or len(mapping(aggs)) > MOST_AGGS:
        raise EngineRefusedError("aggregations are too deep or too many")
    return {text(name): _agg(spec, read_query, level) for name, spec in aggs.items()}


def _agg(spec: Any, read_query: Callable[[Mapping[str, Any]], Query], level: int) -> dict[str, Any]:
    kinds = [key for key in mapping(spec) if key != "aggs"]
    if kinds == ["filter"] and level == 1 and not spec.get("aggs"):
        return {"filter": read_query(mapping(spec["filter"]))}
    if len(kinds) != 1 or kinds[0] not in AGGS:
        raise EngineRefusedError("no aggregation of the subset")
    kind = kinds[0]
    options = mapping(spec[kind])
    if FIELDS[known(options.get("field"))] in {Kind.TERMS, Kind.ORDER}:
        raise EngineRefusedError("values of a field of terms, or of an order, are not counted")
    read: dict[str, Any] = {kind: AGGS[kind](options)}
    if spec.get("aggs"):
        if kind != "terms":
            raise EngineRefusedError("only values of terms are counted within")
        read["aggs"] = read_aggs(spec["aggs"], read_query=read_query, level=level + 1)
    return read


def _terms(options: Mapping[str, Any]) -> dict[str, Any]:
    check_keys(options, {"field", "size", "order", "include"})
    size = whole(options.get("size", 10))
    if not 1 <= size <= MOST_VALUES:
        raise EngineRefusedError("terms are counted from one to 65,536 at once")
    if options.get("order", ORDERS[0]) not in ORDERS:
        raise EngineRefusedError("values stand by _count downwards or by _key")
    if "include" not in options and options["field"] == BY_ATTRIBUTE:
        raise EngineRefusedError("values of attributes are counted by attribute: include")
    if "include" in options:
        _check_include(options["field"], options["include"])
    return dict(options)


def _check_include(name: str, include: Any) -> None:
    if FIELDS[name] != Kind.KEYWORD:
        raise EngineRefusedError("include is for keywords")
    if isinstance(include, str):
        if name != BY_ATTRIBUTE or not OF_ATTRIBUTES.fullmatch(include):
            raise EngineRefusedError("include is a list of values, or 1=.*|2=.*")
    else:
        values_of(name, include)


def _range(options: Mapping[str, Any]) -> dict[str, Any]:
    check_keys(options, {"field", "ranges"})
    _check_number(options["field"])
    ranges = options.get("ranges")
    if not isinstance(ranges, list | tuple) or not 1 <= len(ranges) <= 100:
        raise EngineRefusedError("one to a hundred ranges were expected")
    for one in ranges:
        check_keys(one, {"from", "to", "key"})
        text(one.get("key", ""))
        for bound in ("from", "to"):
            integer(one.get(bound, 0))
    return dict(options)


def _stats(options: Mapping[str, Any]) -> dict[str, Any]:
    check_keys(options, {"field"})
    _check_number(options["field"])
    return dict(options)


def _check_number(name: str) -> None:
    if FIELDS[name] == Kind.KEYWORD:
        raise EngineRefusedError(f"{name} is no number")


AGGS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "terms": _terms,
    "range": _range,
    "stats": _stats,
    "min": _stats,
    "max": _stats,
}
