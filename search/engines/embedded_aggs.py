"""Aggregations of the subset as tantivy's, and its answers as Elasticsearch's."""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from search.engines.documents import BY_ATTRIBUTE
from search.engines.embedded_schema import by_column, column
from search.engines.language import MOST_VALUES

Aggs = Mapping[str, Any]
# Between the name of an aggregation and the attribute that a part of it is for.
BETWEEN = "\x1f"
# Values of one count as the last one asked for, which may stand before it.
SPARE = 1_000


def for_tantivy(aggs: Aggs) -> dict[str, Any]:
    """Return aggregations that tantivy answers; ``answered`` puts its answer together."""
    out: dict[str, Any] = {}
    for name, spec in aggs.items():
        attributes = _attributes(spec)
        if attributes is None:
            out[name] = _whole(spec)
        for attribute, values in (attributes or {}).items():
            out[f"{name}{BETWEEN}{attribute}"] = _of_column(spec, attribute, values)
    return out


def answered(aggs: Aggs, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to ``aggs``: buckets by count, then by key."""
    out: dict[str, Any] = {}
    for name, spec in aggs.items():
        if "terms" in spec:
            out[name] = _terms(spec, *_buckets(name, spec, found))
        elif "range" in spec:
            out[name] = {"buckets": _ranges(spec, found[name]["buckets"])}
        else:
            out[name] = dict(found[name])
    return out


def _buckets(
    name: str, spec: Mapping[str, Any], found: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], int]:
    """Buckets of an aggregation, and how many documents were counted in those not given."""
    attributes = _attributes(spec)
    if attributes is None:
        return found[name]["buckets"], found[name].get("sum_other_doc_count", 0)
    parts = {attribute: found[f"{name}{BETWEEN}{attribute}"] for attribute in attributes}
    buckets = [
        {**bucket, "key": f"{attribute}{bucket['key']}"}
        for attribute, part in parts.items()
        for bucket in part["buckets"]
    ]
    return buckets, sum(part.get("sum_other_doc_count", 0) for part in parts.values())


def _attributes(spec: Mapping[str, Any]) -> Mapping[str, Sequence[str] | None] | None:
    """Attributes whose values are counted, and which values of each; None for other fields."""
    options = spec.get("terms", {})
    if options.get("field") != BY_ATTRIBUTE:
        return None
    include = options["include"]
    if isinstance(include, str):
        return {part.partition("=")[0]: None for part in include.split("|")}
    return by_column(include)


def _of_column(spec: Mapping[str, Any], attribute: str, values: Any) -> dict[str, Any]:
    terms = {**spec["terms"], "field": column(attribute)}
    terms.pop("include")
    if values is not None:
        terms["include"] = values
    return _whole({**spec, "terms": terms})


def _whole(spec: Mapping[str, Any]) -> dict[str, Any]:
    if "range" in spec:
        return {"range": {"field": spec["range"]["field"], "ranges": _steps(spec)}}
    out = dict(spec)
    if "terms" in spec:
        # Every segment gives all it has, else counts of the whole would be estimates. More than
        # asked for, so that values of one count are cut off in the order of their keys.
        size = min(spec["terms"].get("size", 10) + SPARE, MOST_VALUES)
        out["terms"] = {**spec["terms"], "size": size, "segment_size": MOST_VALUES}
    if spec.get("aggs"):
        out["aggs"] = for_tantivy(spec["aggs"])
    return out


def _terms(
    spec: Mapping[str, Any], buckets: list[dict[str, Any]], num_others: int
) -> dict[str, Any]:
    order = spec["terms"].get("order", {"_count": "desc"})
    if "_key" in order:
        buckets = sorted(buckets, key=lambda b: b["key"], reverse=order["_key"] == "desc")
    else:
        buckets = sorted(buckets, key=lambda b: (-b["doc_count"], b["key"]))
    size = spec["terms"].get("size", 10)
    return {
        "buckets": [_bucket(spec, bucket) for bucket in buckets[:size]],
        "sum_other_doc_count": num_others + sum(b["doc_count"] for b in buckets[size:]),
    }


def _bucket(spec: Mapping[str, Any], bucket: Mapping[str, Any]) -> dict[str, Any]:
    out = {"key": bucket["key"], "doc_count": bucket["doc_count"]}
    return {**out, **answered(spec["aggs"], bucket)} if spec.get("aggs") else out


def _cuts(spec: Mapping[str, Any]) -> list[int]:
    ranges = spec["range"]["ranges"]
    return sorted({one[end] for one in ranges for end in ("from", "to") if end in one})


def _steps(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Ranges side by side: tantivy takes none that overlap, so they are added up."""
    cuts = [None, *_cuts(spec), None]
    return [
        {name: cut for name, cut in (("from", low), ("to", high)) if cut is not None}
        for low, high in itertools.pairwise(cuts)
    ]


def _ranges(spec: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Buckets in Elasticsearch's order: by their beginnings, then by their ends."""
    cuts = _cuts(spec)
    counts = [step["doc_count"] for step in steps]
    out = []
    for one in sorted(spec["range"]["ranges"], key=_bounds):
        first = cuts.index(one["from"]) + 1 if "from" in one else 0
        end = cuts.index(one["to"]) + 1 if "to" in one else len(counts)
        bounds = {name: float(one[name]) for name in ("from", "to") if name in one}
        key = one.get("key", f"{bounds.get('from', '*')}-{bounds.get('to', '*')}")
        out.append({"key": key, **bounds, "doc_count": sum(counts[first:end])})
    return out


def _bounds(one: Mapping[str, Any]) -> tuple[float, float]:
    return one.get("from", -math.inf), one.get("to", math.inf)
