"""What every engine finds."""

import pytest

from search.engines.base import EngineRefusedError
from tests.search.engines.goods import HUGE, ODD


def found(engine, query):
    """Ids in their order by score, equals by id."""
    (answer,) = engine.search([{"query": query}])
    assert answer.total == len(answer.hits)
    return [hit.id for hit in answer.hits]


def scores(engine, query):
    (answer,) = engine.search([{"query": query}])
    return {hit.id: hit.key for hit in answer.hits}


def term(field, value, **options):
    return {"term": {field: {"value": value, **options}}}


FOUND = {
    "everything": ({"match_all": {}}, [1, 2, 3, 4, 5]),
    "a code": ({"term": {"codes": "ввгнг3х2.5"}}, [1]),
    "leading noughts": ({"term": {"codes": "0042"}}, [4, 5]),
    "a part of a term is no term": ({"term": {"codes": "ввгнг3х"}}, []),
    "case is kept": ({"term": {"brand": "bosch"}}, []),
    "a keyword": ({"term": {"brand": "Bosch"}}, [3]),
    "a keyword of odd signs": (term("brand", ODD), [5]),
    "a value of odd signs": (term("av", f"99={ODD}"), [5]),
    "a value with a comma": (term("av", "12=2,5 мм²"), [1]),
    "values of several attributes": (
        {"terms": {"av": ["12=8 мм", "17=медь", "17=2"]}},
        [1, 2, 3],
    ),
    "a value that is no attribute's": (term("av", "медь"), []),
    "an attribute without a value": (term("av", "17="), []),
    "values of attributes are there": ({"exists": {"field": "av"}}, [1, 2, 3, 5]),
    "a value that looks like a time": (term("av", "99=2024-01-01T00:00:00Z"), [5]),
    "one of several numbers": (term("cats", 20), [3, 4, 5]),
    "a number of a column": (term("p0", 7), [4]),
    "the greatest number": (term("added", HUGE), [5]),
    "the least number": (term("s0", -HUGE - 1), [5]),
    "ids": ({"terms": {"id": [5, 3, 77]}}, [3, 5]),
    "no ids": ({"terms": {"id": []}}, []),
    "several keywords": ({"terms": {"visibility": ["hidden", "on_request"]}}, [3, 4]),
    "several terms": ({"terms": {"codes": ["0042", "m8x40"]}}, [3, 4, 5]),
    "several numbers of a column": ({"terms": {"p0": [7, 90_0000]}}, [2, 3, 4]),
    "a closed range": ({"range": {"p0": {"gte": 7, "lte": 90_0000}}}, [2, 3, 4]),
    "an open range": ({"range": {"p0": {"gt": 7, "lt": 100_0000}}}, [2, 3]),
    "half a range": ({"range": {"p0": {"gt": 90_0000}}}, [1]),
    "a range of nothing": ({"range": {"p0": {"gt": 5, "lt": 6}}}, []),
    "a range above all": ({"range": {"added": {"gt": HUGE}}}, []),
    "a range without ends": ({"range": {"s0": {}}}, [1, 2, 5]),
    "a range of many": ({"range": {"wh": {"gte": 2}}}, [1, 2]),
    "a value is there": ({"exists": {"field": "p0"}}, [1, 2, 3, 4]),
    "a keyword is there": ({"exists": {"field": "brand"}}, [1, 2, 3, 5]),
    "nothing there": ({"exists": {"field": "p63"}}, []),
    "one letter off": ({"fuzzy": {"plain": {"value": "кабыль", "fuzziness": 1}}}, [1, 2]),
    "two letters swapped": ({"fuzzy": {"plain": {"value": "кабеьл", "fuzziness": 1}}}, [1, 2]),
    "two letters off": ({"fuzzy": {"plain": {"value": "кобыль", "fuzziness": 2}}}, [1, 2]),
    "too far off": ({"fuzzy": {"plain": {"value": "кобыль", "fuzziness": 1}}}, []),
    "no letter off": ({"fuzzy": {"plain": {"value": "кабель", "fuzziness": 0}}}, [1, 2]),
    "a beginning": ({"prefix": {"plain": "каб"}}, [1, 2]),
    "a beginning is no pattern": ({"prefix": {"plain": "ка.*"}}, []),
    "must": ({"bool": {"must": [term("cats", 1), term("words", "медн")]}}, [1, 2]),
    "must not alone": ({"bool": {"must_not": [term("cats", 10)]}}, [3, 4, 5]),
    "must and must not": (
        {"bool": {"filter": [term("cats", 10)], "must_not": [term("wh", 1)]}},
        [2],
    ),
    "should alone": ({"bool": {"should": [term("cats", 77), term("wh", 1)]}}, [1]),
    "should beside must": (
        {"bool": {"filter": [term("cats", 10)], "should": [term("words", "гибк")]}},
        [2, 1],
    ),
    "should as demanded": (
        {
            "bool": {
                "filter": [term("cats", 10)],
                "should": [term("words", "гибк")],
                "minimum_should_match": 1,
            }
        },
        [2],
    ),
    "two of three": (
        {
            "bool": {
                "should": [term("words", w) for w in ("кабел", "гибк", "болт")],
                "minimum_should_match": 2,
            }
        },
        [2],
    ),
    "more than there are": (
        {"bool": {"should": [term("cats", 1)], "minimum_should_match": 2}},
        [],
    ),
    "an empty bool": ({"bool": {}}, [1, 2, 3, 4, 5]),
    "one clause without a list": ({"bool": {"must": term("wh", 1)}}, [1]),
    "the best of some": (
        {"dis_max": {"queries": [term("words", "гибк"), term("words", "медн")]}},
        [2, 1],
    ),
    "one score for all": (
        {"constant_score": {"filter": {"term": {"words": "кабел"}}, "boost": 3}},
        [1, 2],
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_query_finds(shop, name):
    query, expected = FOUND[name]

    assert found(shop, query) == expected
    assert sorted(shop.ids(query, limit=100)) == sorted(expected)


def test_terms_are_scored_by_rarity_frequency_and_length(shop):
    assert found(shop, term("words", "медн")) == [1, 2]

    by_id = scores(shop, {"bool": {"should": [term("words", w) for w in ("медн", "болт")]}})

    # Rarer and twice in the field; then the shorter field.
    assert by_id[3] > by_id[1] > by_id[2] > 0


def test_scores_of_terms_are_bm25(shop):
    by_id = scores(shop, term("words", "болт"))

    # 5 documents, 1 with it, twice among 3 terms, 11 terms in all: k1 = 1.2, b = 0.75.
    assert by_id == {3: pytest.approx(1.3862944 * 2.2 * 2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 2.2)))}


@pytest.mark.parametrize(
    "query",
    [
        term("brand", "Bosch"),
        term("cats", 20),
        {"terms": {"codes": ["m8x40", "0042"]}},
        {"range": {"p0": {"gte": 0}}},
        {"exists": {"field": "brand"}},
        {"fuzzy": {"plain": {"value": "боот", "fuzziness": 1}}},
        {"prefix": {"plain": "бо"}},
        {"match_all": {}},
        {"constant_score": {"filter": term("words", "болт")}},
    ],
    ids=str,
)
@pytest.mark.parametrize("boost", [1.0, 2.5])
def test_what_is_no_term_scores_its_boost(shop, query, boost):
    boosted = {"bool": {"must": [query], "boost": boost}}

    assert scores(shop, query)[3] == 1.0
    assert scores(shop, boosted)[3] == boost
    assert scores(shop, {"bool": {"should": [query, term("wh", 99)]}})[3] == 1.0


def test_filters_score_nothing(shop):
    assert set(scores(shop, {"bool": {"filter": [term("words", "кабел")]}}).values()) == {0.0}
    assert set(scores(shop, {"bool": {"must_not": [term("words", "кабел")]}}).values()) == {0.0}


def test_scores_of_clauses_add_up(shop):
    query = {
        "bool": {
            "must": [term("cats", 1, boost=2)],
            "should": [term("wh", 1, boost=4), term("wh", 2, boost=8)],
            "filter": [term("words", "кабел")],
        }
    }

    assert scores(shop, query) == {1: 14.0, 2: 10.0}


def test_the_best_clause_counts_and_a_part_of_the_others(shop):
    queries = [term("wh", 1, boost=4), term("wh", 2, boost=8)]

    assert scores(shop, {"dis_max": {"queries": queries}}) == {1: 8.0, 2: 8.0}
    broken = {"dis_max": {"queries": queries, "tie_breaker": 0.5, "boost": 2}}
    assert scores(shop, broken) == {1: 20.0, 2: 16.0}


def test_many_ids_are_found(shop):
    assert found(shop, {"terms": {"id": list(range(3, 20_000))}}) == [3, 4, 5]


def test_answers_come_in_the_order_of_requests(shop):
    bodies = [{"query": term("id", pk)} for pk in (4, 77, 1)]

    answers = shop.search(bodies)

    assert [[hit.id for hit in answer.hits] for answer in answers] == [[4], [], [1]]
    assert shop.search([]) == []


def test_ids_are_limited(shop):
    assert len(shop.ids({"match_all": {}}, limit=2)) == 2
    assert list(shop.ids({"match_all": {}}, limit=0)) == []


def test_one_bad_request_refuses_all(shop):
    with pytest.raises(EngineRefusedError):
        shop.search([{"query": {"match_all": {}}}, {"query": {"query_string": {"query": "a:b"}}}])
