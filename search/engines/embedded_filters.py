"""Counts of rows that a filter finds among those of a request: in the same pass where tantivy takes
the filter so, which it does as a text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from search.engines.language import Bool, Constant, Everything, Query, Range, Term, Terms
from search.fields import FIELDS, Kind

# A filter of more values is asked apart.
MOST_WRITTEN = 100


def split_filters(aggs: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Query]]:
    """Return the filters among aggregations by name: those that can be written as texts, and the
    others, which have to be asked apart.
    """
    written: dict[str, str] = {}
    apart: dict[str, Query] = {}
    for name, spec in aggs.items():
        if "filter" in spec:
            text = _text(spec["filter"])
            if text is None:
                apart[name] = spec["filter"]
            else:
                written[name] = text
    return written, apart


def _text(query: Query) -> str | None:  # noqa: PLR0911 - one for each kind
    """A query of whole numbers alone as a text; None of any other. Nothing typed gets into it."""
    match query:
        case Everything():
            return "*"
        case Term(field, int(value)):
            return _any_of(field, [value])
        case Terms(field, values):
            return _any_of(field, values)
        case Range(field, low, high):
            return _between(field, low, high)
        case Constant(inner):
            return _text(inner)
        case Bool():
            return _bool(query)
    return None


def _any_of(field: str, values: Sequence[Any]) -> str | None:
    if FIELDS[field] != Kind.LONG or not values:
        return None
    if not all(isinstance(value, int) and value >= 0 for value in values):
        return None
    if len(values) > MOST_WRITTEN:
        return None
    # Twice as fast as IN.
    return f"({' OR '.join(f'{field}:{value}' for value in values)})"


def _between(field: str, low: int | None, high: int | None) -> str | None:
    if (low is not None and low < 0) or (high is not None and high < (low or 0)):
        return None
    ends = ("*" if low is None else low), ("*" if high is None else high)
    return None if ends == ("*", "*") else f"{field}:[{ends[0]} TO {ends[1]}]"


def _bool(query: Bool) -> str | None:
    needed = [_text(one) for one in (*query.must, *query.filter)]
    barred = [_text(one) for one in query.must_not]
    either = [_text(one) for one in query.should]
    if None in {*needed, *barred, *either} or query.least > min(1, len(either)):
        return None
    if query.least:
        needed.append(f"({' OR '.join(map(str, either))})")
    return (
        f"({' '.join([*(f'+{one}' for one in needed or ['*']), *(f'-{one}' for one in barred)])})"
    )
