"""Generations and changes of every engine."""

import threading

import pytest

from search.engines.base import EngineAwayError, EngineRefusedError
from tests.search.engines.conftest import filled

EVERYTHING = {"match_all": {}}


def found(engine, query=EVERYTHING):
    return sorted(engine.ids(query, limit=1_000))


def test_without_a_generation_there_is_no_answer(fresh):
    assert fresh.live() is None
    assert list(fresh.generations()) == []
    with pytest.raises(EngineAwayError):
        fresh.search([{"query": EVERYTHING}])
    with pytest.raises(EngineAwayError):
        fresh.ids(EVERYTHING, limit=1)
    with pytest.raises(EngineAwayError):
        fresh.go_live("nobody")
    with pytest.raises(EngineAwayError):
        fresh.count("nobody")
    with pytest.raises(EngineAwayError):
        fresh.write("nobody", [{"id": 1}])


def test_a_new_generation_is_empty_and_not_live(fresh):
    filled(fresh, [{"id": 1}], "old")

    fresh.create("new")

    assert fresh.count("new") == 0
    assert fresh.live() == "old"
    assert list(fresh.generations()) == ["new", "old"]
    assert found(fresh) == [1]


def test_a_generation_is_made_once(fresh):
    filled(fresh, [{"id": 1}], "old")

    with pytest.raises(EngineRefusedError):
        fresh.create("old")

    assert fresh.count("old") == 1


@pytest.mark.parametrize("name", ["", "..", "a/b", "Ä", "UP", "a*", "a" * 65])
def test_a_generation_has_a_plain_name(fresh, name):
    with pytest.raises(EngineRefusedError):
        fresh.create(name)

    assert list(fresh.generations()) == []


def test_a_switch_is_seen_at_once(fresh):
    filled(fresh, [{"id": 1}], "old")
    assert found(fresh) == [1]

    filled(fresh, [{"id": 2}], "new")

    assert (fresh.live(), found(fresh)) == ("new", [2])
    fresh.go_live("old")
    assert (fresh.live(), found(fresh)) == ("old", [1])


def test_a_generation_is_dropped(fresh):
    filled(fresh, [{"id": 1}], "old")
    filled(fresh, [{"id": 2}], "new")

    fresh.drop("old")

    assert list(fresh.generations()) == ["new"]
    assert found(fresh) == [2]
    fresh.drop("old")
    fresh.create("old")
    assert fresh.count("old") == 0


def test_without_the_live_generation_there_is_no_answer(fresh):
    filled(fresh, [{"id": 1}], "old")

    fresh.drop("old")

    assert fresh.live() is None
    with pytest.raises(EngineAwayError):
        found(fresh)


def test_documents_take_the_place_of_those_of_the_same_id(fresh):
    name = filled(fresh, [{"id": 1, "p0": 5, "brand": "a"}, {"id": 2, "p0": 6}])

    assert fresh.write(name, [{"id": 1, "p0": 7}, {"id": 3, "p0": 8}]) == 2
    fresh.commit(name)

    assert fresh.count(name) == 3
    assert found(fresh, {"range": {"p0": {"gte": 7}}}) == [1, 3]
    assert found(fresh, {"exists": {"field": "brand"}}) == []


def test_the_last_of_the_same_id_in_one_call_stays(fresh):
    name = filled(fresh, [{"id": 1, "p0": 5}, {"id": 1, "p0": 6}, {"id": 1, "p0": 7}])

    assert fresh.count(name) == 1
    assert found(fresh, {"term": {"p0": 7}}) == [1]


def test_documents_are_taken_out(fresh):
    name = filled(fresh, [{"id": pk} for pk in range(1, 6)])

    fresh.delete(name, [2, 4, 77])
    fresh.commit(name)

    assert (fresh.count(name), found(fresh)) == (3, [1, 3, 5])


def test_a_delete_and_a_write_keep_their_order(fresh):
    name = filled(fresh, [{"id": 1, "p0": 1}])

    fresh.delete(name, [1])
    fresh.write(name, [{"id": 1, "p0": 2}, {"id": 2, "p0": 2}])
    fresh.delete(name, [2])
    fresh.commit(name)

    assert found(fresh) == [1]
    assert found(fresh, {"term": {"p0": 2}}) == [1]


def test_facets_and_scores_follow_changes(fresh):
    name = filled(fresh, [{"id": 1, "av": ["1=a"], "words": ["x"]}])

    fresh.write(name, [{"id": 1, "av": ["1=b"], "words": ["y"]}])
    fresh.commit(name)

    body = {
        "query": EVERYTHING,
        "size": 0,
        "aggs": {"a": {"terms": {"field": "av", "include": "1=.*"}}},
    }
    (answer,) = fresh.search([body])
    assert answer.aggs["a"]["buckets"] == [{"key": "1=b", "doc_count": 1}]
    assert found(fresh, {"term": {"words": "x"}}) == []


def test_an_empty_commit_is_no_error(fresh):
    name = filled(fresh, [{"id": 1}])

    fresh.commit(name)
    fresh.write(name, [])
    fresh.commit(name)

    assert found(fresh) == [1]


@pytest.mark.parametrize(
    "bad",
    [
        {"p0": 1},
        {"id": None},
        {"id": [1, 2]},
        {"id": 1, "nonsense": 1},
        {"id": 1, "p0": "x"},
        {"id": 1, "p0": 1.5},
        {"id": 1, "p0": 2**63},
        {"id": 1, "brand": 5},
        {"id": 1, "codes": ["a", 7]},
        {"id": 1, "brand": "\ud800"},
        {"id": 1, "av": ["copper"]},
        {"id": 1, "av": ["=copper"]},
    ],
    ids=ascii,
)
def test_a_document_of_another_kind_is_refused(fresh, bad):
    name = filled(fresh, [{"id": 9}])

    with pytest.raises(EngineRefusedError):
        fresh.write(name, [bad])

    fresh.commit(name)
    assert found(fresh) == [9]


def test_true_and_nothing_are_values(fresh):
    name = filled(
        fresh,
        [
            {"id": 1, "odd": True, "brand": None, "cats": []},
            {"id": 2, "odd": False, "wh": (1, 2), "av": {"5=hit"}},
        ],
    )

    assert found(fresh, {"term": {"odd": 1}}) == [1]
    assert found(fresh, {"term": {"av": "5=hit"}}) == [2]
    assert fresh.count(name) == 2


def test_readers_see_one_generation_or_the_other_while_it_is_switched(fresh):
    for name, shift in (("a", 0), ("b", 1_000)):
        filled(fresh, [{"id": shift + n} for n in range(1, 51)], name)
    stop, seen, errors = threading.Event(), set(), []

    def read():
        while not stop.is_set():
            try:
                seen.add(tuple(found(fresh)))
            except Exception as error:  # noqa: BLE001
                errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(20):
        fresh.go_live("a")
        fresh.go_live("b")
    stop.set()
    for reader in readers:
        reader.join()

    assert errors == []
    assert seen <= {tuple(range(1, 51)), tuple(range(1_001, 1_051))}
    assert found(fresh) == list(range(1_001, 1_051))


def test_readers_see_whole_commits_while_documents_change(fresh):
    name = filled(fresh, [{"id": n, "p0": 0} for n in range(1, 31)])
    stop, seen, errors = threading.Event(), [], []
    body = {"query": EVERYTHING, "size": 0, "aggs": {"p": {"terms": {"field": "p0"}}}}

    def read():
        while not stop.is_set():
            try:
                (answer,) = fresh.search([body])
                seen.append(answer.total)
            except Exception as error:  # noqa: BLE001
                errors.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for price in range(1, 8):
        fresh.write(name, [{"id": n, "p0": price} for n in range(1, 31)])
        fresh.commit(name)
    stop.set()
    reader.join()

    assert errors == []
    assert set(seen) <= {30}
    assert found(fresh, {"term": {"p0": 7}}) == list(range(1, 31))
