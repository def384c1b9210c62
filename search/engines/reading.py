"""Reads a body of the documented subset; see docs/algorithms/search.md, 2."""

import hashlib
import marshal
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from search.engines.base import EngineRefusedError
from search.engines.documents import BY_ATTRIBUTE
from search.engines.language import (
    DEEPEST,
    LONGEST_FUZZY,
    MOST_CLAUSES,
    MOST_LEVELS,
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
from search.engines.reading_aggs import read_aggs
from search.engines.reading_values import (
    check_keys,
    integer,
    known,
    mapping,
    number,
    only,
    text,
    value_of,
    values_of,
    whole,
)
from search.fields import FIELDS, Kind

BODY_KEYS = {"query", "aggs", "sort", "from", "size", "track_total_hits", "_source"}
NUMBERS = (Kind.LONG, Kind.NUMBER)
# A document may have many values that are of no order.
MANY = (Kind.TERMS, Kind.COUNTED)


def read_request(body: Mapping[str, Any]) -> Request:
    """Raise EngineRefusedError for what is not of the subset, too deep or too large."""
    check_keys(body, BODY_KEYS)
    start, size = whole(body.get("from", 0)), whole(body.get("size", 10))
    if start + size > DEEPEST:
        raise EngineRefusedError(f"hits after {DEEPEST} are not given")
    return Request(
        query=read_query(body.get("query", {"match_all": {}})),
        sort=_sort(body.get("sort", [])),
        start=start,
        size=size,
        aggs=read_aggs(body.get("aggs", {}), read_query=read_query),
    )


def read_query(query: Mapping[str, Any]) -> Query:
    """Read a query alone; raise EngineRefusedError as ``read_request`` does."""
    return _Reader().query(query, 1)


class _Known(NamedTuple):
    """A query that was read: how many clauses it has, and how many levels below its own."""

    query: Query
    clauses: int
    levels: int


# The requests of a search have its text and its scope in common, a sixth of the time of a long one.
SHARED_LEVELS = (2, 3)
MOST_KNOWN = 256
# Long lists of ids are of one contract or one moment; kept, they would take hundreds of megabytes.
LONGEST_KNOWN = 32_000
_known: dict[bytes, _Known] = {}


def _key(kind: str, spec: Mapping[str, Any]) -> bytes | None:
    """A query in a few bytes; None for what is too long to keep, or no body of ours has in it."""
    said: Any = kind, spec
    try:
        written = marshal.dumps(said, 2)
    except ValueError:
        return None
    if len(written) > LONGEST_KNOWN:
        return None
    return hashlib.blake2b(written, digest_size=16).digest()


class _Reader:
    """Reads one query and counts its clauses."""

    def __init__(self) -> None:
        self._clauses = 0
        self._deepest = 0

    def query(self, query: Any, level: int) -> Query:
        self._count(1, level)
        kind, spec = only(query)
        if kind in NESTED:
            return self._nested(kind, mapping(spec), level)
        if kind in LEAVES:
            return LEAVES[kind](mapping(spec))
        raise EngineRefusedError(f"no query of the subset: {kind[:50]}")

    def _count(self, clauses: int, level: int) -> None:
        self._clauses += clauses
        self._deepest = max(self._deepest, level)
        if level > MOST_LEVELS or self._clauses > MOST_CLAUSES:
            raise EngineRefusedError("the query is too deep or has too many clauses")

    def _nested(self, kind: str, spec: Mapping[str, Any], level: int) -> Query:
        """Read a query of queries; the same is read once."""
        key = _key(kind, spec) if level in SHARED_LEVELS else None
        if key and (known := _known.get(key)):
            self._count(known.clauses, level + known.levels)
            return known.query
        clauses, deepest, self._deepest = self._clauses, self._deepest, level
        query = NESTED[kind](self, spec, level)
        if key:
            if len(_known) >= MOST_KNOWN:
                _known.clear()
            _known[key] = _Known(query, self._clauses - clauses, self._deepest - level)
        self._deepest = max(deepest, self._deepest)
        return query

    def many(self, queries: Any, level: int) -> list[Query]:
        if isinstance(queries, dict):
            queries = [queries]
        if not isinstance(queries, list | tuple):
            raise EngineRefusedError("clauses should be a list")
        return [self.query(query, level + 1) for query in queries]


def _bool(reader: _Reader, spec: Mapping[str, Any], level: int) -> Query:
    occurs = ("must", "filter", "should", "must_not")
    check_keys(spec, {*occurs, "minimum_should_match", "boost"})
    found = {name: reader.many(spec.get(name, []), level) for name in occurs}
    if not any(found.values()):
        return Everything(boost=_boost(spec))
    implied = 1 if found["should"] and not found["must"] and not found["filter"] else 0
    return Bool(
        must=found["must"],
        filter=found["filter"],
        should=found["should"],
        must_not=found["must_not"],
        least=whole(spec.get("minimum_should_match", implied)),
        boost=_boost(spec),
    )


def _constant(reader: _Reader, spec: Mapping[str, Any], level: int) -> Query:
    check_keys(spec, {"filter", "boost"})
    return Constant(reader.query(spec.get("filter"), level + 1), boost=_boost(spec))


def _dis_max(reader: _Reader, spec: Mapping[str, Any], level: int) -> Query:
    check_keys(spec, {"queries", "tie_breaker", "boost"})
    queries = reader.many(spec.get("queries", []), level)
    if not queries:
        raise EngineRefusedError("dis_max without queries")
    return Best(queries, tie_breaker=number(spec.get("tie_breaker", 0.0)), boost=_boost(spec))


def _match_all(spec: Mapping[str, Any]) -> Query:
    check_keys(spec, {"boost"})
    return Everything(boost=_boost(spec))


def _term(spec: Mapping[str, Any]) -> Query:
    name, options = _of_field(spec, "value", {"value", "boost"})
    return Term(name, value_of(name, options.get("value")), boost=_boost(options))


def _terms(spec: Mapping[str, Any]) -> Query:
    name, values = only({key: spec[key] for key in spec if key != "boost"})
    return Terms(known(name), values_of(name, values), boost=_boost(spec))


def _range(spec: Mapping[str, Any]) -> Query:
    name, options = _of_field(spec, "gte", {"gte", "gt", "lte", "lt", "boost"})
    if FIELDS[name] not in NUMBERS:
        raise EngineRefusedError(f"a range of {name}, which is no number")
    found = {k: integer(v) for k, v in options.items() if k != "boost" and v is not None}
    lows = [found[key] + step for key, step in (("gte", 0), ("gt", 1)) if key in found]
    highs = [found[key] - step for key, step in (("lte", 0), ("lt", 1)) if key in found]
    return Range(name, max(lows, default=None), min(highs, default=None), boost=_boost(options))


def _exists(spec: Mapping[str, Any]) -> Query:
    check_keys(spec, {"field", "boost"})
    name = known(spec.get("field"))
    if FIELDS[name] == Kind.TERMS:
        raise EngineRefusedError(f"exists of {name}, a field of terms")
    return Exists(name, boost=_boost(spec))


def _fuzzy(spec: Mapping[str, Any]) -> Query:
    name, options = _of_field(spec, "value", {"value", "fuzziness", "prefix_length", "boost"})
    if options.get("prefix_length", 0) != 0:
        raise EngineRefusedError("the first letter may be wrong too")
    value = _near_text(name, options)
    return Near(
        name, value, _distance(options.get("fuzziness", "AUTO"), value), False, _boost(options)
    )


def _prefix(spec: Mapping[str, Any]) -> Query:
    name, options = _of_field(spec, "value", {"value", "boost"})
    return Near(name, _near_text(name, options), 0, is_prefix=True, boost=_boost(options))


def _near_text(name: str, options: Mapping[str, Any]) -> str:
    if FIELDS[name] not in {Kind.TERMS, Kind.KEYWORD} or name == BY_ATTRIBUTE:
        raise EngineRefusedError(f"{name} has no words")
    value = text(options.get("value"))
    if len(value) > LONGEST_FUZZY:
        raise EngineRefusedError(f"longer than {LONGEST_FUZZY} signs")
    return value


def _distance(fuzziness: Any, value: str) -> int:
    if fuzziness == "AUTO":
        return 0 if len(value) < 3 else 1 if len(value) < 6 else 2
    if isinstance(fuzziness, int | str) and str(fuzziness) in {"0", "1", "2"}:
        return int(fuzziness)
    raise EngineRefusedError("fuzziness is 0, 1, 2 or AUTO")


def _of_field(spec: Mapping[str, Any], short: str, keys: set[str]) -> tuple[str, Mapping[str, Any]]:
    """Name of the field and options, of the short form ``{field: value}`` too."""
    name, options = only(spec)
    if not isinstance(options, dict):
        options = {short: options}
    check_keys(options, keys)
    return known(name), options


def _boost(spec: Mapping[str, Any]) -> float:
    return number(spec.get("boost", 1.0))


def _sort(sort: Any) -> Sort:
    keys = [_sort_key(key) for key in (sort if isinstance(sort, list | tuple) else [sort])]
    if not keys:
        return Sort()
    if len(keys) > 2 or (len(keys) == 2 and keys[1][0] != "id"):
        raise EngineRefusedError("sorted by one key, and by id within it")
    name, is_descending = keys[0]
    return Sort(
        field=None if name == "_score" else name,
        is_descending=is_descending,
        is_id_descending=keys[1][1] if len(keys) == 2 else False,
    )


def _sort_key(key: Any) -> tuple[str, bool]:
    name, order = (key, {}) if isinstance(key, str) else only(key)
    if isinstance(order, dict):
        check_keys(order, {"order"})
        order = order.get("order", "desc" if name == "_score" else "asc")
    if order not in ("asc", "desc"):
        raise EngineRefusedError("an order is asc or desc")
    if name == "_score" and order == "asc":
        raise EngineRefusedError("scores are sorted downwards")
    if name != "_score" and (FIELDS[known(name)] in MANY or name == BY_ATTRIBUTE):
        raise EngineRefusedError(f"sorted by {name}, a field of many values")
    return name, order == "desc"


NESTED: dict[str, Callable[[_Reader, Mapping[str, Any], int], Query]] = {
    "bool": _bool,
    "constant_score": _constant,
    "dis_max": _dis_max,
}
LEAVES: dict[str, Callable[[Mapping[str, Any]], Query]] = {
    "match_all": _match_all,
    "term": _term,
    "terms": _terms,
    "range": _range,
    "exists": _exists,
    "fuzzy": _fuzzy,
    "prefix": _prefix,
}
