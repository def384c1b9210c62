"""Overviews are kept while the index is the same, and no longer."""

from random import Random
from statistics import median

import numpy as np
import pytest

from search.engines.base import Answer
from search.engines.embedded import EmbeddedEngine
from search.engines.embedded_view import View
from search.keeping import FEW_ROWS, Kept, KeptRows

BODY = {"query": {"match_all": {}}, "size": 0, "track_total_hits": True}


def committed(engine, *ids):
    engine.write("one", [{"id": pk} for pk in ids])
    engine.commit("one")


def test_an_overview_is_kept_until_the_next_commit(tmp_path, monkeypatch):
    engine, kept = EmbeddedEngine(tmp_path), Kept()
    engine.create("one")
    committed(engine, 1, 2)
    engine.go_live("one")
    asked = []
    search = EmbeddedEngine.search
    monkeypatch.setattr(
        EmbeddedEngine, "search", lambda self, bodies: asked.append(1) or search(self, bodies)
    )

    assert [kept.answer(engine, BODY).total for _n in range(3)] == [2, 2, 2]
    assert len(asked) == 1
    committed(engine, 3)
    assert kept.answer(engine, BODY).total == 3


def test_another_request_and_another_generation_have_answers_of_their_own(tmp_path):
    engine, kept = EmbeddedEngine(tmp_path), Kept()
    engine.create("one")
    committed(engine, 1, 2)
    engine.go_live("one")
    kept.answer(engine, BODY)

    assert kept.answer(engine, {**BODY, "query": {"term": {"id": 1}}}).total == 1
    engine.create("two")
    engine.commit("two")
    engine.go_live("two")
    assert kept.answer(engine, BODY).total == 0


def test_a_search_sees_one_commit_and_its_answers_are_kept_as_of_that(tmp_path):
    engine, kept = EmbeddedEngine(tmp_path), Kept()
    engine.create("one")
    committed(engine, 1)
    engine.go_live("one")
    before = engine.now()
    committed(engine, 2)

    assert kept.answer(before, BODY).total == 1
    assert kept.answer(engine, BODY).total == 2
    assert kept.answer(before, BODY).total == 1
    engine.create("two")
    engine.commit("two")
    engine.go_live("two")
    assert (kept.answer(before, BODY).total, kept.answer(engine.now(), BODY).total) == (1, 0)


class Counting:
    """An engine whose answers have no rows, and as many letters as are asked."""

    def __init__(self):
        self.asked = []

    def view(self):
        return 1

    def search(self, bodies):
        self.asked += [body["size"] for body in bodies]
        return [Answer(0, [], {"letters": "a" * 1000}) for _body in bodies]


def test_no_more_is_kept_than_was_allowed():
    engine, kept = Counting(), Kept(most_bytes=2_800)
    for n in (1, 2, 1, 3, 1, 2):
        kept.answer(engine, {"size": n})

    # The first stays, for it is asked; the second is given up for the third.
    assert engine.asked == [1, 2, 3, 2]


def test_of_several_requests_those_that_are_not_kept_are_asked():
    engine, kept = Counting(), Kept()
    kept.answers(engine, [{"size": 1}, {"size": 2}])

    assert len(kept.answers(engine, [{"size": 2}, {"size": 3}, {"size": 1}])) == 3
    assert engine.asked == [1, 2, 3]


def test_what_is_known_is_known_of_all_requests_or_not_at_all(tmp_path):
    engine, kept = EmbeddedEngine(tmp_path), Kept()
    engine.create("one")
    committed(engine, 1, 2)
    engine.go_live("one")
    ask, two = kept.asking(engine), [BODY, {**BODY, "query": {"term": {"id": 1}}}]

    ask(two[:1])
    assert ask.known(two) is None
    assert ask(two) == ask.known(two)
    assert [answer.total for answer in ask.known(two)] == [2, 1]
    committed(engine, 3)
    assert ask.known(two) is None


def test_an_answer_of_a_view_that_has_passed_meanwhile_is_not_kept():
    class Committing(Counting):
        views = iter(range(99))

        def view(self):
            return next(self.views)

    engine, kept = Committing(), Kept()
    for _n in range(2):
        kept.answer(engine, {"size": 1})

    assert engine.asked == [1, 1]


def brands(engine, rows, ids, brand):
    held = held_of(engine, rows, ids, {"term": {"brand": brand}})
    return [pk for pk, holds in zip(ids, held, strict=True) if holds]


def held_of(engine, rows, ids, clause):
    among = rows.among(
        engine.now(), np.array(ids), within={"match_all": {}}, asked=lambda: [clause]
    )
    return among.holds(clause)


def branded(engine, *ids):
    engine.write("one", [{"id": pk, "brand": brand_of(pk)} for pk in ids])
    engine.commit("one")


def brand_of(pk):
    return "IEK" if pk % 3 else "EKF"


# Of most rows the others are asked for.
@pytest.mark.parametrize("brand", ["IEK", "EKF"])
@pytest.mark.parametrize("num", [FEW_ROWS - 10, FEW_ROWS + 50])
def test_rows_that_meet_a_clause_are_kept_until_the_next_commit(tmp_path, num, brand):
    engine, rows = EmbeddedEngine(tmp_path), KeptRows()
    engine.create("one")
    branded(engine, *range(1, num))
    engine.go_live("one")

    ids = list(range(1, num))
    assert brands(engine, rows, ids, brand) == [pk for pk in ids if brand_of(pk) == brand]
    ids += [num + 1, num + 3, 9 * num]
    branded(engine, *ids[-3:])
    assert brands(engine, rows, ids, brand) == [pk for pk in ids if brand_of(pk) == brand]
    assert brands(engine, rows, ids, brand) == [pk for pk in ids if brand_of(pk) == brand]
    assert len(rows._held) == 1


@pytest.mark.parametrize("seed", range(4))
def test_after_a_commit_rows_of_new_parts_are_asked_of_alone(tmp_path, monkeypatch, seed):
    random, engine, rows = Random(seed), EmbeddedEngine(tmp_path), KeptRows()
    engine.create("one")
    brand = dict.fromkeys(range(1, 2000), "IEK") | dict.fromkeys(range(1, 2000, 3), "EKF")
    write(engine, brand, brand)
    engine.go_live("one")
    assert_all(engine, rows, brand)
    asked = []
    monkeypatch.setattr(View, "columns", asking_for(View.columns, asked))

    # Enough of them that tantivy puts parts together.
    for _commit in range(14):
        changed = random.sample([*brand, *range(2000 + 90 * _commit)[-90:]], 20)
        gone = [pk for pk in changed[:5] if brand.pop(pk, None)]
        brand |= {pk: random.choice(["IEK", "EKF"]) for pk in changed[5:]}
        engine.delete("one", gone)
        write(engine, brand, changed[5:])
        if random.random() < 0.7:
            assert_all(engine, rows, brand)
    assert_all(engine, rows, brand)

    # When all small parts become one it is asked of all.
    assert median(asked) < 40 < max(asked)


def write(engine, brand, ids):
    engine.write("one", [{"id": pk, "brand": brand[pk]} for pk in ids])
    engine.commit("one")


def assert_all(engine, rows, brand):
    for name in ("IEK", "EKF"):
        found = brands(engine, rows, sorted(brand), name)
        assert found == [pk for pk in sorted(brand) if brand[pk] == name]


def asking_for(columns, asked):
    """``columns``, noting how many rows were read."""

    def noting(*args, **options):
        found = columns(*args, **options)
        asked.append(len(found[0]))
        return found

    return noting


def test_kept_rows_take_no_more_memory_than_was_allowed(tmp_path):
    engine, rows = EmbeddedEngine(tmp_path), KeptRows(most_bytes=200)
    engine.create("one")
    branded(engine, *range(1, 801))
    engine.go_live("one")

    for brand in ("IEK", "EKF", "IEK"):
        clause = {"term": {"brand": brand}}
        held = held_of(engine, rows, range(1, 801), clause)
        assert sum(held) == (534 if brand == "IEK" else 266)
    assert len(rows._held) == 1
