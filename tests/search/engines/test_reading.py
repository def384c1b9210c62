"""What is not of the subset, too deep or too large is refused before any engine sees it."""

import random

import pytest

from search.engines import reading
from search.engines.base import EngineRefusedError
from search.engines.language import MOST_CLAUSES, MOST_LEVELS, MOST_VALUES
from search.engines.reading import read_query, read_request

ALL = {"match_all": {}}


def nested(levels):
    query = ALL
    for _ in range(levels):
        query = {"bool": {"must": [query]}}
    return query


BAD_QUERIES = {
    "nothing": None,
    "a text": "a:b",
    "an empty object": {},
    "two kinds": {"match_all": {}, "term": {"id": 1}},
    "a query string": {"query_string": {"query": "(((("}},
    "a script": {"script": {"script": "1"}},
    "a regex": {"regexp": {"codes": ".*.*.*x"}},
    "a wildcard": {"wildcard": {"codes": "*x*"}},
    "too deep": nested(20),
    "very deep": nested(900),
    "too many clauses": {"bool": {"should": [ALL] * MOST_CLAUSES}},
    "too many values": {"terms": {"id": [1] * (MOST_VALUES + 1)}},
    "no list of values": {"terms": {"id": 5}},
    "a look-up of terms": {"terms": {"id": {"index": "x", "id": "1", "path": "p"}}},
    "an unknown field": {"term": {"secret": "x"}},
    "a field of the server": {"term": {"_id": "x"}},
    "terms without a field": {"terms": {}},
    "two fields": {"terms": {"id": [1], "cats": [1]}},
    "a text for a number": {"term": {"cats": "1"}},
    "a number for a text": {"term": {"brand": 1}},
    "a fraction": {"term": {"p0": 1.5}},
    "no value": {"term": {"brand": None}},
    "a list": {"term": {"brand": ["x"]}},
    "an object": {"term": {"brand": {"value": {"x": 1}}}},
    "a number too large": {"term": {"cats": 2**63}},
    "a bound too large": {"range": {"p0": {"gte": -(2**64)}}},
    "a range of texts": {"range": {"brand": {"gte": "a"}}},
    "a text of a megabyte": {"term": {"brand": "x" * 1_000_000}},
    "half a sign": {"term": {"brand": "\udfff"}},
    "an option of the server": {"term": {"brand": {"value": "x", "_name": "y"}}},
    "a boost below nought": {"match_all": {"boost": -1}},
    "an endless boost": {"match_all": {"boost": float("inf")}},
    "no number as a boost": {"match_all": {"boost": float("nan")}},
    "a key of an order": {"term": {"place": "010/кабель"}},
    "the beginning of a key of an order": {"prefix": {"title_key": "к"}},
    "what is only counted": {"terms": {"attrs": [12]}},
    "a range of what is only counted": {"range": {"attrs": {"gte": 12}}},
    "terms there": {"exists": {"field": "words"}},
    "three letters off": {"fuzzy": {"plain": {"value": "кабель", "fuzziness": 3}}},
    "a long word off": {"fuzzy": {"plain": {"value": "ы" * 65, "fuzziness": 2}}},
    "a value off": {"fuzzy": {"av": {"value": "12=x"}}},
    "a number off": {"fuzzy": {"p0": {"value": "1"}}},
    "the best of nothing": {"dis_max": {"queries": []}},
    "a constant of nothing": {"constant_score": {}},
    "part of the clauses": {"bool": {"should": [ALL], "minimum_should_match": "75%"}},
    "less than no clause": {"bool": {"should": [ALL], "minimum_should_match": -1}},
}


@pytest.mark.parametrize("name", BAD_QUERIES)
def test_a_query_is_refused(name):
    with pytest.raises(EngineRefusedError):
        read_query(BAD_QUERIES[name])


BAD_BODIES = {
    "deep paging": {"from": 9_990, "size": 24},
    "before the first": {"from": -1},
    "no number": {"size": "24"},
    "an unknown key": {"script_fields": {}},
    "a suggester": {"suggest": {}},
    "sorted by terms": {"sort": [{"words": "asc"}]},
    "sorted by what is only counted": {"sort": [{"attrs": "asc"}]},
    "counted keys of an order": {"aggs": {"a": {"terms": {"field": "place"}}}},
    "sorted by a script": {"sort": [{"_script": {"type": "number"}}]},
    "sorted by two keys": {"sort": [{"p0": "asc"}, {"place": "asc"}]},
    "sorted by three keys": {"sort": [{"p0": "asc"}, {"id": "asc"}, {"id": "asc"}]},
    "the worst first": {"sort": [{"_score": "asc"}]},
    "an order of its own": {"sort": [{"p0": ["asc"]}]},
    "some order": {"sort": [{"p0": "sideways"}]},
    "counted terms": {"aggs": {"a": {"terms": {"field": "words"}}}},
    "counted values of all attributes": {"aggs": {"a": {"terms": {"field": "av"}}}},
    "sorted by values of attributes": {"sort": [{"av": "asc"}]},
    "counted too many": {"aggs": {"a": {"terms": {"field": "wh", "size": 10**9}}}},
    "counted by expression": {"aggs": {"a": {"terms": {"field": "av", "include": ".*"}}}},
    "a brand by expression": {"aggs": {"a": {"terms": {"field": "brand", "include": "1=.*"}}}},
    "an average": {"aggs": {"a": {"avg": {"field": "p0"}}}},
    "a script metric": {"aggs": {"a": {"scripted_metric": {}}}},
    "an average of texts": {"aggs": {"a": {"stats": {"field": "brand"}}}},
    "no ranges": {"aggs": {"a": {"range": {"field": "p0", "ranges": []}}}},
    "ranges of texts": {"aggs": {"a": {"range": {"field": "p0", "ranges": [{"to": "9"}]}}}},
    "counts in counts in counts": {
        "aggs": {
            "a": {
                "terms": {"field": "brand"},
                "aggs": {
                    "b": {"terms": {"field": "cats"}, "aggs": {"c": {"terms": {"field": "wh"}}}}
                },
            }
        }
    },
    "counts within a filter": {
        "aggs": {"a": {"filter": {"match_all": {}}, "aggs": {"b": {"terms": {"field": "wh"}}}}}
    },
    "a filter within counts": {
        "aggs": {"a": {"terms": {"field": "wh"}, "aggs": {"b": {"filter": {"match_all": {}}}}}}
    },
    "a filter by a script": {"aggs": {"a": {"filter": {"script": {}}}}},
    "many counts": {"aggs": {f"a{n}": {"max": {"field": "p0"}} for n in range(1_000)}},
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_body_is_refused(name):
    with pytest.raises(EngineRefusedError):
        read_request({"query": ALL, **BAD_BODIES[name]})


def test_whatever_json_comes_it_is_read_or_refused():
    chance = random.Random(7)
    words = [
        "bool",
        "must",
        "term",
        "terms",
        "range",
        "id",
        "p0",
        "words",
        "gte",
        "boost",
        "value",
        "filter",
        "fuzzy",
        "dis_max",
        "queries",
        "exists",
        "field",
        "constant_score",
    ]

    def junk(level):
        kind = chance.randrange(8 if level < 5 else 5)
        if kind < 5:
            return [None, chance.choice(words), 2 ** chance.randrange(80), -1.5, True][kind]
        if kind == 5:
            return [junk(level + 1) for _ in range(chance.randrange(3))]
        return {chance.choice(words): junk(level + 1) for _ in range(chance.randrange(1, 3))}

    num_read = 0
    for _ in range(5_000):
        body = {"bool": {"must": [junk(0)], "should": {chance.choice(words): junk(0)}}}
        try:
            read_query(body)
            num_read += 1
        except EngineRefusedError:
            pass
    assert num_read < 5_000


def test_what_was_read_before_counts_again():
    """The limits hold of a request, whatever others have had in common with it."""
    half = {"bool": {"should": [{"term": {"id": n}} for n in range(MOST_CLAUSES * 2 // 3)]}}
    deep = {"term": {"id": 1}}
    for _level in range(MOST_LEVELS - 3):
        deep = {"bool": {"must": [deep]}}
    read_query({"bool": {"must": [half]}})
    read_query({"bool": {"must": [deep]}})

    for _again in range(2):
        with pytest.raises(EngineRefusedError):
            read_query({"bool": {"must": [half, half]}})
        with pytest.raises(EngineRefusedError):
            read_query({"bool": {"must": [{"bool": {"must": [{"bool": {"must": [deep]}}]}}]}})


def test_what_was_read_before_is_told_from_what_is_like_it():
    def boosted(boost):
        return {"bool": {"must": [{"bool": {"must": [{"match_all": {"boost": boost}}]}}]}}

    assert read_query(boosted(2)).must[0].must[0].boost == 2
    assert read_query(boosted(3)).must[0].must[0].boost == 3
    for wrong in ("2", None, {"2": 2}):
        with pytest.raises(EngineRefusedError):
            read_query(boosted(wrong))


def test_long_lists_of_ids_are_not_kept():
    def asked(num):
        ids = {"terms": {"id": list(range(num))}}
        return {"bool": {"must": [{"bool": {"must": [ids]}}]}}

    reading._known.clear()
    read_query(asked(20_000))
    assert not reading._known
    read_query(asked(100))
    assert len(reading._known) == 1
