"""Overviews are kept while the index is the same, and no longer."""

from search.engines.base import Answer
from search.engines.embedded import EmbeddedEngine
from search.keeping import Kept

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


def test_no_more_is_kept_than_was_allowed():
    class Engine:
        num = 0

        def view(self):
            return 1

        def search(self, bodies):
            self.num += 1
            return [Answer(0, [])]

    engine, kept = Engine(), Kept(most=2)
    for n in (1, 2, 1, 3, 1, 2):
        kept.answer(engine, {"size": n})

    # The first stays, for it is asked; the second is given up for the third.
    assert engine.num == 4
