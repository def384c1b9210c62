"""Queries of the subset as tantivy's."""

from dataclasses import dataclass

import tantivy

from search.engines.documents import BY_ATTRIBUTE
from search.engines.embedded_schema import COLUMNS, by_column, column
from search.engines.language import (
    Best,
    Bool,
    Constant,
    Everything,
    Exists,
    Near,
    Query,
    Range,
    Term,
    Terms,
)
from search.engines.reading_values import LONG_MAX, LONG_MIN
from search.fields import FIELDS, Kind

Occur = tantivy.Occur
# Up to so many numbers are looked up one by one: a set becomes an automaton first, which takes
# three to five times as long.
FEW = 1_000


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query, and the score of all it finds where that is one and the same."""

    query: tantivy.Query
    score: float | None


class Compiler:
    """Makes queries of one schema."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def compile(self, query: Query) -> Compiled:
        """Return the query for tantivy; it was checked by ``reading``."""
        match query:
            case Bool():
                return self._bool(query)
            case Best():
                return self._best(query)
            case Term(field, value) if FIELDS[field] == Kind.TERMS:
                found = tantivy.Query.term_query(self._schema, field, value, "freq")
                return Compiled(_boosted(found, query.boost), None)
            case Constant(inner):
                return _constant(self.compile(inner).query, query.boost)
            case _:
                return _constant(self._leaf(query), query.boost)

    def _leaf(self, query: Query) -> tantivy.Query:
        match query:
            case Everything():
                return tantivy.Query.all_query()
            case Term(field, value):
                return self._any_of(field, [value])
            case Terms(field, values):
                return self._any_of(field, list(values))
            case Range(field, low, high):
                return self._between(field, low, high)
            case Exists(field):
                is_column = field == BY_ATTRIBUTE
                return tantivy.Query.exists_query(COLUMNS if is_column else field, is_column)
            case Near(field, value, distance, is_prefix):
                return tantivy.Query.fuzzy_term_query(
                    self._schema, field, value, distance, True, is_prefix
                )
        raise AssertionError(query)

    def _any_of(self, field: str, values: list[str | int]) -> tantivy.Query:
        if not values:
            return tantivy.Query.empty_query()
        if field == BY_ATTRIBUTE:
            return self._of_attributes([str(value) for value in values])
        if FIELDS[field] == Kind.NUMBER:
            # Numbers are in a column only, not in the index.
            return _any([self._between(field, int(v), int(v)) for v in values])
        if len(values) == 1:
            option = "freq" if FIELDS[field] == Kind.TERMS else "basic"
            return tantivy.Query.term_query(self._schema, field, values[0], option)
        if len(values) <= FEW and FIELDS[field] == Kind.LONG:
            terms = [tantivy.Query.term_query(self._schema, field, v, "basic") for v in values]
            return _any(terms)
        return tantivy.Query.term_set_query(self._schema, field, values)

    def _of_attributes(self, values: list[str]) -> tantivy.Query:
        columns = by_column(values).items()
        found = [
            tantivy.Query.term_set_query(self._schema, column(attribute), ours)
            for attribute, ours in columns
        ]
        return _any(found) if found else tantivy.Query.empty_query()

    def _between(self, field: str, low: int | None, high: int | None) -> tantivy.Query:
        low = LONG_MIN if low is None else low
        high = LONG_MAX if high is None else high
        if low > high:
            return tantivy.Query.empty_query()
        return tantivy.Query.range_query(
            self._schema, field, tantivy.FieldType.Integer, max(low, LONG_MIN), min(high, LONG_MAX)
        )

    def _bool(self, query: Bool) -> Compiled:
        must = [self.compile(one) for one in query.must]
        should = [self.compile(one) for one in query.should]
        clauses = [(Occur.Must, one.query) for one in must]
        clauses += [(Occur.Must, _silent(self.compile(one).query)) for one in query.filter]
        clauses += [(Occur.Should, one.query) for one in should]
        if not must and not query.filter and not should:
            clauses.append((Occur.Must, _silent(tantivy.Query.all_query())))
        clauses += [(Occur.MustNot, self.compile(one).query) for one in query.must_not]
        found = tantivy.Query.boolean_query(clauses, query.least if should else None)
        if query.least > len(should):
            return Compiled(tantivy.Query.empty_query(), 0.0)
        score: float | None = None
        if not should and all(one.score is not None for one in must):
            score = query.boost * sum(one.score or 0.0 for one in must)
        return Compiled(_boosted(found, query.boost), score)

    def _best(self, query: Best) -> Compiled:
        found = tantivy.Query.disjunction_max_query(
            [self.compile(one).query for one in query.queries], query.tie_breaker
        )
        return Compiled(_boosted(found, query.boost), None)


def _boosted(query: tantivy.Query, boost: float) -> tantivy.Query:
    return query if boost == 1.0 else tantivy.Query.boost_query(query, boost)


def _constant(query: tantivy.Query, score: float) -> Compiled:
    return Compiled(tantivy.Query.const_score_query(query, score), score)


def _silent(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)


def _any(queries: list[tantivy.Query]) -> tantivy.Query:
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(Occur.Should, one) for one in queries])
