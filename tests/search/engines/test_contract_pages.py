"""Order, pages and counts of every engine."""

import random

import pytest

from search.engines.base import MISSING
from search.keeping import kept_rows
from tests.search.engines.conftest import filled
from tests.search.engines.goods import HUGE, ODD


def keys(engine, sort, query=None):
    (answer,) = engine.search([{"query": query or {"match_all": {}}, "sort": sort}])
    return [(hit.id, hit.key) for hit in answer.hits]


def aggs(engine, spec, query=None):
    (answer,) = engine.search(
        [{"query": query or {"match_all": {}}, "aggs": {"a": spec}, "size": 0}]
    )
    assert answer.hits == []
    return answer.aggs["a"]


def counts(engine, query=None, **options):
    buckets = aggs(engine, {"terms": options}, query)["buckets"]
    return [(bucket["key"], bucket["doc_count"]) for bucket in buckets]


def test_numbers_sort_both_ways_what_has_none_last(shop):
    up = [(4, 7), (2, 90_0000), (3, 90_0000), (1, 100_0000), (5, None)]

    assert keys(shop, [{"p0": "asc"}]) == up
    assert keys(shop, [{"p0": {"order": "desc"}}]) == [up[3], up[1], up[2], up[0], up[4]]
    assert keys(shop, [{"p0": "asc"}, {"id": "desc"}]) == [up[0], up[2], up[1], up[3], up[4]]


def test_huge_numbers_sort_exactly(shop):
    assert keys(shop, [{"s0": "asc"}])[:3] == [(5, -HUGE - 1), (2, 0), (1, 5_000)]
    assert keys(shop, [{"added": "desc"}])[0] == (5, HUGE)


def test_texts_sort_by_their_signs(shop):
    assert [pk for pk, _ in keys(shop, [{"place": "asc"}])] == [1, 2, 3, 4, 5]
    assert keys(shop, [{"place": "desc"}, {"id": "asc"}])[3:] == [
        (1, "010/кабель"),
        (2, "010/кабель"),
    ]
    assert keys(shop, [{"brand": "asc"}]) == [
        (3, "Bosch"),
        (5, ODD),
        (1, "Камкабель"),
        (2, "Камкабель"),
        (4, None),
    ]


def test_ids_sort(shop):
    assert keys(shop, ["id"]) == [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]
    assert keys(shop, [{"id": "desc"}])[0] == (5, 5)


def test_scores_are_sorted_equals_by_id(shop):
    query = {"bool": {"should": [{"term": {"wh": 2}}, {"term": {"cats": 1}}]}}

    assert keys(shop, [], query) == [(1, 2.0), (2, 2.0), (3, 1.0), (4, 1.0), (5, 1.0)]
    assert [pk for pk, _ in keys(shop, ["_score", {"id": "desc"}], query)] == [2, 1, 5, 4, 3]


SORTS = [
    [],
    ["id"],
    [{"id": "desc"}],
    [{"p0": "asc"}, {"id": "asc"}],
    [{"p0": "desc"}],
    [{"brand": "asc"}, {"id": "desc"}],
    [{"p1": "asc"}],
]


@pytest.mark.parametrize("sort", SORTS, ids=str)
def test_pages_repeat_nothing_and_skip_nothing(fresh, sort):
    chance = random.Random(5)
    filled(
        fresh,
        [
            {
                "id": pk,
                "p0": chance.choice([None, 1, 2, 3]),
                "brand": chance.choice([None, "a", "б"]),
                "words": chance.choice([["x"], ["x", "x"]]),
                "cats": [1],
            }
            for pk in range(1, 201)
        ],
    )
    query = {"bool": {"should": [{"term": {"words": "x"}}, {"term": {"cats": 1}}]}}
    body = {"query": query, "sort": sort}
    (whole,) = fresh.search([{**body, "size": 200}])

    paged = [
        hit
        for answer in fresh.search([{**body, "from": at, "size": 7} for at in range(0, 200, 7)])
        for hit in answer.hits
    ]

    assert whole.total == 200
    assert sorted(hit.id for hit in whole.hits) == list(range(1, 201))
    assert paged == list(whole.hits)
    is_down = sort[-1:] == [{"id": "desc"}]
    groups = {}
    for hit in whole.hits:
        groups.setdefault(hit.key, []).append(hit.id)
    assert [pk for ids in groups.values() for pk in ids] == [hit.id for hit in whole.hits]
    if sort != [{"id": "desc"}]:
        assert all(ids == sorted(ids, reverse=is_down) for ids in groups.values())


def test_a_page_after_the_last_is_empty(shop):
    (answer,) = shop.search([{"query": {"match_all": {}}, "from": 9_000, "size": 24}])

    assert (answer.total, list(answer.hits)) == (5, [])


def test_a_count_needs_no_page(shop):
    (answer,) = shop.search([{"query": {"term": {"cats": 20}}, "size": 0}])

    assert (answer.total, list(answer.hits), answer.aggs) == (3, [], {})


def test_a_page_and_counts_come_together(shop):
    body = {
        "query": {"term": {"cats": 10}},
        "sort": [{"p0": "asc"}],
        "size": 1,
        "aggs": {"b": {"terms": {"field": "brand"}}, "p": {"stats": {"field": "p0"}}},
    }

    (answer,) = shop.search([body])

    assert (answer.total, [hit.id for hit in answer.hits]) == (2, [2])
    assert answer.aggs["b"]["buckets"] == [{"key": "Камкабель", "doc_count": 2}]
    assert answer.aggs["p"]["max"] == 100_0000


def test_values_are_counted_the_most_frequent_first(shop):
    assert counts(shop, field="cats") == [(1, 5), (20, 3), (10, 2)]
    assert counts(shop, field="brand") == [("Камкабель", 2), ("Bosch", 1), (ODD, 1)]
    assert counts(shop, field="cats", size=1) == [(1, 5)]
    assert counts(shop, field="cats", order={"_key": "asc"}) == [(1, 5), (10, 2), (20, 3)]
    assert counts(shop, field="cats", order={"_key": "desc"}, size=1) == [(20, 3)]
    assert counts(shop, field="p63") == []
    assert counts(shop, {"term": {"cats": 10}}, field="cats") == [(1, 2), (10, 2)]


def test_values_of_some_attributes_are_counted(shop):
    copper, sizes = ("17=медь", 2), [("12=1,5 мм²", 1), ("12=2,5 мм²", 1), ("12=8 мм", 1)]

    assert counts(shop, field="av", include="17=.*|12=.*") == [copper, *sizes]
    assert counts(shop, field="av", include="12=.*", size=2) == sizes[:2]
    assert counts(shop, field="av", include="77=.*") == []
    assert counts(shop, field="av", include=["12=8 мм", "17=медь", "1=x"]) == [copper, sizes[2]]
    assert counts(shop, field="av", include="99=.*") == [
        ("99=2024-01-01T00:00:00Z", 1),
        (f"99={ODD}", 1),
    ]
    assert counts(shop, field="brand", include=["Bosch"]) == [("Bosch", 1)]


def test_what_stands_beyond_the_size_is_added_up(shop):
    assert aggs(shop, {"terms": {"field": "cats", "size": 1}})["sum_other_doc_count"] == 5


def test_counts_of_many_values_are_exact(fresh):
    filled(fresh, [{"id": pk, "av": [f"1={pk % 700}", f"2={pk}"]} for pk in range(1, 2_101)])

    assert counts(fresh, field="av", include="1=.*", size=700) == [
        (f"1={n}", 3) for n in sorted(range(700), key=str)
    ]
    assert counts(fresh, field="av", include="2=.*", size=3) == [
        ("2=1", 1),
        ("2=10", 1),
        ("2=100", 1),
    ]


def test_ranges_are_counted_overlapping_ones_too(shop):
    spec = {
        "range": {
            "field": "p0",
            "ranges": [
                {"from": 90_0000},
                {"to": 90_0000},
                {"from": 7, "to": 100_0000, "key": "some"},
            ],
        }
    }

    assert aggs(shop, spec)["buckets"] == [
        {"key": "*-900000.0", "to": 900_000.0, "doc_count": 1},
        {"key": "some", "from": 7.0, "to": 1_000_000.0, "doc_count": 3},
        {"key": "900000.0-*", "from": 900_000.0, "doc_count": 3},
    ]


def test_numbers_are_summed_up(shop):
    assert aggs(shop, {"stats": {"field": "p0"}}) == {
        "count": 4,
        "min": 7.0,
        "max": 1_000_000.0,
        "sum": 2_800_007.0,
        "avg": 700_001.75,
    }
    assert aggs(shop, {"min": {"field": "p0"}})["value"] == 7.0
    assert aggs(shop, {"max": {"field": "p0"}})["value"] == 1_000_000.0
    assert aggs(shop, {"max": {"field": "p63"}})["value"] is None
    assert aggs(shop, {"stats": {"field": "p63"}})["count"] == 0


def test_values_are_counted_within_values(shop):
    spec = {
        "terms": {"field": "cats", "order": {"_key": "asc"}},
        "aggs": {
            "av": {"terms": {"field": "av", "include": "17=.*"}},
            "least": {"min": {"field": "p0"}},
        },
    }

    buckets = aggs(shop, spec)["buckets"]

    assert [bucket["least"]["value"] for bucket in buckets] == [7.0, 900_000.0, 7.0]
    assert [bucket["av"]["buckets"] for bucket in buckets] == [
        [{"key": "17=медь", "doc_count": 2}],
        [{"key": "17=медь", "doc_count": 2}],
        [],
    ]


FILTERS = [
    {"match_all": {}},
    {"bool": {"must_not": [{"match_all": {}}]}},
    {"term": {"wh": 2}},
    {"term": {"wh": -2}},
    {"terms": {"wh": [1, 2, 77]}},
    {"terms": {"wh": []}},
    {"terms": {"id": list(range(2, 300))}},
    {"term": {"brand": ODD}},
    {"terms": {"av": ["17=медь", f"99={ODD}"]}},
    {"range": {"s0": {"gte": 1}}},
    {"range": {"s0": {"lte": 0}}},
    {"range": {"s0": {"gte": 2, "lte": 1}}},
    {"range": {"p0": {"gt": 7, "lt": 100_0000}}},
    {"exists": {"field": "brand"}},
    {"constant_score": {"filter": {"term": {"cats": 20}}}},
    {"bool": {"filter": [{"term": {"cats": 1}}], "must_not": [{"terms": {"wh": [1, 3]}}]}},
    {"bool": {"should": [{"term": {"wh": 1}}, {"range": {"p0": {"lte": 7}}}],
              "minimum_should_match": 1}},
    {"bool": {"should": [{"term": {"wh": 1}}, {"term": {"brand": "Bosch"}}],
              "minimum_should_match": 1}},
    {"bool": {"should": [{"term": {"wh": 1}}, {"term": {"cats": 10}}, {"term": {"cats": 20}}],
              "minimum_should_match": 2}},
    {"bool": {"filter": [{"term": {"cats": 10}}], "should": [{"term": {"wh": 1}}]}},
    {"bool": {"should": [{"term": {"wh": 1}}], "minimum_should_match": 2}},
]  # fmt: skip


@pytest.mark.parametrize("query", [{"match_all": {}}, {"term": {"cats": 10}}])
def test_a_filter_is_counted_among_what_is_found(shop, query):
    specs = {f"f{place}": {"filter": clause} for place, clause in enumerate(FILTERS)}
    both = [{"bool": {"must": [query], "filter": [clause]}} for clause in FILTERS]

    counted, *found = shop.search(
        [{"query": query, "aggs": specs, "size": 0}, *({"query": q, "size": 0} for q in both)]
    )

    assert counted.aggs == {f"f{n}": {"doc_count": a.total} for n, a in enumerate(found)}
    assert any(answer.total for answer in found)


def test_of_rows_is_told_which_clauses_hold(shop):
    rows = shop.columns({"match_all": {}}, ["id"], limit=10)[0]

    among = kept_rows.among(shop, rows, within={"match_all": {}}, asked=lambda: FILTERS)

    for clause in FILTERS:
        held = sorted(shop.ids(clause, limit=10))
        assert rows[among.holds(clause)].tolist() == held
    part = rows[1:3]
    few = kept_rows.among(
        shop, part, within={"terms": {"id": part.tolist()}}, asked=lambda: FILTERS[:2]
    )
    assert [few.holds(c).tolist() for c in FILTERS] == [
        among.holds(c)[1:3].tolist() for c in FILTERS
    ]


def test_columns_stand_by_id_with_what_is_missing(shop):
    ids, prices, stock = shop.columns({"match_all": {}}, ["id", "p0", "s0"], limit=10)

    assert ids.tolist() == [1, 2, 3, 4, 5]
    assert prices.tolist() == [100_0000, 90_0000, 90_0000, 7, MISSING]
    assert stock.tolist() == [5_000, 0, MISSING, MISSING, -HUGE - 1]
    few = shop.columns({"term": {"cats": 20}}, ["p0"], limit=2)
    assert [column.tolist() for column in few] == [[90_0000, 7]]
    assert [len(column) for column in shop.columns({"term": {"id": 9}}, ["id", "p0"], limit=9)] == [
        0, 0,
    ]  # fmt: skip
