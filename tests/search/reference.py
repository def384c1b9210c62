"""A reference engine over plain dicts: slow, and short enough to be seen to be right."""

from search.engines.base import Answer, Hit, as_numbers


class ReferenceEngine:
    """Answers the documented subset; ``calls`` is how many bodies each request had."""

    kind = "reference"
    most_columns = 40_000

    def __init__(self, documents):
        self.documents = [dict(document) for document in documents]
        self.calls = []

    def search(self, bodies):
        self.calls.append(len(bodies))
        return [self._answer(body) for body in bodies]

    def ids(self, query, *, limit):
        return [d["id"] for d in self.documents if matches(query, d)][:limit]

    def holding(self, query, clauses, *, limit):
        found = sorted((d for d in self.documents if matches(query, d)), key=lambda d: d["id"])
        return [[d["id"] for d in found[:limit] if matches(clause, d)] for clause in clauses]

    def columns(self, query, names, *, limit):
        found = [d for d in self.documents if matches(query, d)][:limit]
        found.sort(key=lambda document: document["id"])
        return [as_numbers([one(d, name) for d in found]) for name in names]

    def live(self):
        return "reference"

    def _answer(self, body):
        found = [(score, d) for d in self.documents if (score := matches(body["query"], d))]
        start, size = body.get("from", 0), body.get("size", 10)
        assert start + size <= 10_000
        keys = body.get("sort", [{"_score": "desc"}])
        ordered = sorted(found, key=lambda pair: pair[1]["id"])
        ((name, order),) = keys[0].items()
        with_key = [(score if name == "_score" else one(d, name), d) for score, d in ordered]
        has = [pair for pair in with_key if pair[0] is not None]
        has.sort(key=lambda pair: pair[0], reverse=order == "desc")
        page = [*has, *(pair for pair in with_key if pair[0] is None)][start : start + size]
        hits = [Hit(d["id"], key) for key, d in page]
        aggs = {
            name: aggregated(spec, [d for _score, d in found])
            for name, spec in body.get("aggs", {}).items()
        }
        return Answer(len(found), hits, aggs)


def one(document, name):
    values = many(document, name)
    return values[0] if values else None


def many(document, name):
    value = document.get(name, ())
    return list(value) if isinstance(value, (list, tuple, set)) else [value]


def matches(query, document):  # noqa: PLR0911
    """The score, 0 if the document is not found."""
    ((kind, spec),) = query.items()
    if kind == "match_all":
        return 1
    if kind == "constant_score":
        return spec.get("boost", 1) if matches(spec["filter"], document) else 0
    if kind == "exists":
        return int(bool(many(document, spec["field"])))
    if kind == "bool":
        must = [matches(q, document) for q in spec.get("must", [])]
        should = [matches(q, document) for q in spec.get("should", [])]
        least = spec.get("minimum_should_match", 0)
        is_found = (
            all(must)
            and all(matches(q, document) for q in spec.get("filter", []))
            and not any(matches(q, document) for q in spec.get("must_not", []))
            and sum(map(bool, should)) >= least
        )
        return (sum(must) + sum(should) or 1) if is_found else 0
    ((name, wanted),) = spec.items()
    values = many(document, name)
    if kind == "term":
        return int(wanted in values)
    if kind == "terms":
        assert len(wanted) <= 65_536
        return int(not set(wanted).isdisjoint(values))
    assert kind == "range", kind
    tests = {"gte": int.__ge__, "gt": int.__gt__, "lte": int.__le__, "lt": int.__lt__}
    return int(any(all(tests[k](v, bound) for k, bound in wanted.items()) for v in values))


def aggregated(spec, documents):
    ((kind, options),) = ((key, value) for key, value in spec.items() if key != "aggs")
    if kind == "filter":
        return {"doc_count": sum(1 for d in documents if matches(options, d))}
    values = [value for d in documents for value in set(many(d, options["field"]))]
    if kind == "stats":
        return {"count": len(values), "min": min(values, default=None),
                "max": max(values, default=None)}  # fmt: skip
    if kind == "range":
        return {"buckets": [
            {"doc_count": sum(1 for v in values
                              if r.get("from", v) <= v and ("to" not in r or v < r["to"]))}
            for r in options["ranges"]
        ]}  # fmt: skip
    assert kind == "terms", kind
    if "include" in options:
        kept = tuple(part.removesuffix(".*") for part in options["include"].split("|"))
        values = [value for value in values if value.startswith(kept)]
    counts = {value: values.count(value) for value in set(values)}
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ordered[: options["size"]]
    buckets = [{"key": k, "doc_count": n} for k, n in shown]
    for bucket in buckets:
        own = [d for d in documents if bucket["key"] in many(d, options["field"])]
        bucket |= {name: aggregated(inner, own) for name, inner in spec.get("aggs", {}).items()}
    others = sum(n for _k, n in ordered[options["size"] :])
    return {"buckets": buckets, "sum_other_doc_count": others}
