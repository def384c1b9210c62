"""Answers of Elasticsearch and OpenSearch as ours."""

from collections.abc import Mapping
from typing import Any

from search.engines.base import Answer, EngineAwayError, EngineRefusedError, Hit
from search.engines.language import Request
from search.fields import FIELDS, Kind

# An answer to one of several requests has its own status: these are the server's trouble.
AWAY = {404, 408, 429, 500, 502, 503, 504}


def answer_of(request: Request, found: Mapping[str, Any]) -> Answer:
    """Return one answer of a multi-search. Raises EngineAwayError, EngineRefusedError."""
    if "error" in found:
        status = found.get("status", 500)
        reason = _reason(found["error"])
        raise (EngineAwayError if status in AWAY else EngineRefusedError)(reason)
    if found.get("timed_out") or found.get("_shards", {}).get("failed"):
        raise EngineAwayError("the search server did not finish in time")
    return Answer(
        total=found["hits"]["total"]["value"],
        hits=[Hit(hit["sort"][-1], _key(request, hit)) for hit in found["hits"]["hits"]],
        aggs=_aggs(request.aggs, found.get("aggregations", {})),
    )


def _reason(error: Any) -> str:
    if isinstance(error, Mapping):
        return f"{error.get('type')}: {str(error.get('reason'))[:300]}"
    return str(error)[:300]


def _key(request: Request, hit: Mapping[str, Any]) -> Any:
    name = request.sort.field
    if name is None or FIELDS[name] in {Kind.KEYWORD, Kind.ORDER}:
        return hit["sort"][0]
    return hit.get("fields", {}).get(name, [None])[0]


def _aggs(specs: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """What the subset says of aggregations, without what servers add."""
    out: dict[str, Any] = {}
    for name, spec in specs.items():
        got = found[name]
        if "terms" in spec:
            buckets = [_bucket(spec, bucket, ("key",)) for bucket in got["buckets"]]
            out[name] = {"buckets": buckets, "sum_other_doc_count": got["sum_other_doc_count"]}
        elif "filter" in spec:
            out[name] = {"doc_count": got["doc_count"]}
        elif "range" in spec:
            out[name] = {
                "buckets": [_bucket(spec, b, ("key", "from", "to")) for b in got["buckets"]]
            }
        else:
            names = ("count", "min", "max", "avg", "sum") if "stats" in spec else ("value",)
            out[name] = {key: got[key] for key in names}
    return out


def _bucket(
    spec: Mapping[str, Any], bucket: Mapping[str, Any], names: tuple[str, ...]
) -> dict[str, Any]:
    out = {name: bucket[name] for name in (*names, "doc_count") if name in bucket}
    return {**out, **_aggs(spec.get("aggs", {}), bucket)}
