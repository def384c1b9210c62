"""An engine some of whose documents stand otherwise for one context: answers as if its index had
been made with those.
"""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from search.engines.base import Answer, Asked, Body, Hit, Numbers
from search.engines.language import Request, Sort
from search.engines.reading import read_request

Aggs = Mapping[str, Any]


class Replaced:
    """``engine`` without the documents of some ids, and ``few`` in their place."""

    def __init__(self, engine: Asked, ids: Sequence[int], few: Asked) -> None:
        self.kind, self.most_columns = engine.kind, engine.most_columns
        self._engine, self._ids, self._few = engine, list(ids), few

    def search(self, bodies: Sequence[Body]) -> Sequence[Answer]:
        """Answer several requests, one request to the engine for all. Of the values of ``terms``
        those that either gives are added up.
        """
        requests = [read_request(body) for body in bodies]
        mine = self._few.search([_from_the_top(body) for body in bodies])
        both = list(zip(bodies, requests, mine, strict=True))
        scored = [place for place, (_body, request, its) in enumerate(both)
                  if its.hits and request.sort.field is None]  # fmt: skip
        answers = self._engine.search(
            [
                *(self._of_others(body, its) for body, _request, its in both),
                *(_of_scores(bodies[place], mine[place]) for place in scored),
            ]
        )
        scores = dict(zip(scored, answers[len(bodies) :], strict=True))
        return [
            _together(request, answers[place], _rescored(its, scores.get(place)))
            for place, (_body, request, its) in enumerate(both)
        ]

    def ids(self, query: Body, *, limit: int) -> Sequence[int]:
        """Ids of what a query finds."""
        found = self._engine.ids(self._narrowed(query), limit=limit)
        return sorted([*self._few.ids(query, limit=limit), *found])[:limit]

    def columns(self, query: Body, names: Sequence[str], *, limit: int) -> list[Numbers]:
        """Values of fields of numbers; see ``base``."""
        theirs, mine = (
            engine.columns(asked, [*names, "id"], limit=limit)
            for engine, asked in ((self._engine, self._narrowed(query)), (self._few, query))
        )
        both = [np.concatenate(pair) for pair in zip(theirs, mine, strict=True)]
        order = np.argsort(both[-1], kind="stable")[:limit]
        return [column[order] for column in both[:-1]]

    def _of_others(self, body: Body, its: Answer) -> Body:
        # Where nothing is put in between, a page needs nothing of those before it.
        asked = _from_the_top(body) if its.hits else body
        return {**asked, "query": self._narrowed(body.get("query", {"match_all": {}}))}

    def _narrowed(self, query: Body) -> Body:
        return {"bool": {"must": [query], "must_not": [{"terms": {"id": self._ids}}]}}


def _from_the_top(body: Body) -> Body:
    return {**body, "from": 0, "size": body.get("from", 0) + body.get("size", 10)}


def _of_scores(body: Body, its: Answer) -> Body:
    """What the whole index scores the few: how rare a word is, it alone knows."""
    ids = [hit.id for hit in its.hits]
    among = {"bool": {"must": [body["query"]], "filter": [{"terms": {"id": ids}}]}}
    return {"query": among, "size": len(ids)}


def _rescored(its: Answer, scores: Answer | None) -> Answer:
    if scores is None:
        return its
    by_id = {hit.id: hit.key for hit in scores.hits}
    hits = [Hit(hit.id, by_id.get(hit.id, hit.key)) for hit in its.hits]
    return Answer(its.total, hits, its.aggs)


def _together(request: Request, theirs: Answer, its: Answer) -> Answer:
    hits = theirs.hits
    if its.hits:
        ordered = _in_order([*theirs.hits, *its.hits], request.sort)
        hits = ordered[request.start : request.start + request.size]
    aggs = _added(request.aggs, theirs.aggs, its.aggs)
    return Answer(theirs.total + its.total, hits, aggs)


def _in_order(hits: Sequence[Hit], sort: Sort) -> list[Hit]:
    """Hits by their keys, equals by id, those without a key last."""
    ordered = sorted(hits, key=attrgetter("id"), reverse=sort.is_id_descending)
    with_key = [hit for hit in ordered if hit.key is not None]
    with_key.sort(key=attrgetter("key"), reverse=sort.is_descending)
    return with_key + [hit for hit in ordered if hit.key is None]


def _added(specs: Aggs, one: Aggs, other: Aggs) -> dict[str, Any]:
    """Aggregations of two sets of documents as of both together."""
    return {name: _both(spec, one[name], other[name]) for name, spec in specs.items()}


def _both(spec: Mapping[str, Any], one: Any, other: Any) -> dict[str, Any]:
    if "terms" in spec:
        return _terms(spec, one, other)
    if "range" in spec:
        pairs = zip(one["buckets"], other["buckets"], strict=True)
        return {"buckets": [{**a, "doc_count": a["doc_count"] + b["doc_count"]} for a, b in pairs]}
    if "filter" in spec:
        return {"doc_count": one["doc_count"] + other["doc_count"]}
    found: dict[str, Any] = {}
    for name, choose in (("min", min), ("max", max)):
        values = [part.get(name, part.get("value")) for part in (one, other)]
        found[name] = choose((v for v in values if v is not None), default=None)
    if "stats" not in spec:
        return {"value": found["min" if "min" in spec else "max"]}
    count, total = (one[name] + other[name] for name in ("count", "sum"))
    return {**found, "count": count, "sum": total, "avg": total / count if count else None}


def _terms(spec: Mapping[str, Any], one: Any, other: Any) -> dict[str, Any]:
    by_key: dict[Any, dict[str, Any]] = {bucket["key"]: bucket for bucket in one["buckets"]}
    for bucket in other["buckets"]:
        known = by_key.get(bucket["key"])
        by_key[bucket["key"]] = bucket if known is None else {
            "key": bucket["key"],
            "doc_count": known["doc_count"] + bucket["doc_count"],
            **_added(spec.get("aggs", {}), known, bucket),
        }  # fmt: skip
    order = spec["terms"].get("order", {"_count": "desc"})
    buckets = sorted(by_key.values(), key=lambda b: b["key"], reverse=order.get("_key") == "desc")
    if "_key" not in order:
        buckets.sort(key=lambda b: -b["doc_count"])
    size = spec["terms"].get("size", 10)
    rest = sum(bucket["doc_count"] for bucket in buckets[size:])
    others = rest + sum(part.get("sum_other_doc_count", 0) for part in (one, other))
    return {"buckets": buckets[:size], "sum_other_doc_count": others}
