"""What only the embedded engine has: files, processes, versions."""

import json
import multiprocessing
import threading
from pathlib import Path

import pytest

from search.engines import embedded_schema, embedded_writer
from search.engines.base import EngineAwayError, EngineBusyError, EngineRefusedError
from search.engines.embedded import EmbeddedEngine
from tests.search.engines.conftest import filled

EVERYTHING = {"match_all": {}}
FORKS = multiprocessing.get_context("fork")
SPAWNS = multiprocessing.get_context("spawn")


def ids(engine):
    return list(engine.ids(EVERYTHING, limit=100))


def _found_by(root, queue):
    queue.put(ids(EmbeddedEngine(root)))


def _found_after_fork(engine, name, queue):
    before = ids(engine)
    engine.write(name, [{"id": 3}])
    engine.commit(name)
    queue.put((before, ids(engine)))


def _busy(root, name, queue):
    embedded_writer.WAIT_SECONDS = 0.2
    try:
        EmbeddedEngine(root).write(name, [{"id": 7}])
    except EngineBusyError as error:
        queue.put(str(error))


def in_process(context, function, *arguments):
    queue = context.Queue()
    process = context.Process(target=function, args=(*arguments, queue))
    process.start()
    try:
        return queue.get(timeout=60)
    finally:
        process.join(timeout=60)
        assert process.exitcode == 0


def test_another_engine_on_the_folder_sees_commits_and_switches(tmp_path):
    writer, reader = EmbeddedEngine(tmp_path), EmbeddedEngine(tmp_path)
    name = filled(writer, [{"id": 1}])
    assert ids(reader) == [1]

    writer.write(name, [{"id": 2}])
    assert ids(reader) == [1]
    writer.commit(name)
    assert ids(reader) == [1, 2]

    filled(writer, [{"id": 9}])
    assert ids(reader) == [9]


def test_another_process_reads(tmp_path):
    filled(EmbeddedEngine(tmp_path), [{"id": 1}])

    assert in_process(SPAWNS, _found_by, tmp_path) == [1]


def test_after_a_fork_both_search_and_write(tmp_path):
    engine = EmbeddedEngine(tmp_path)
    name = filled(engine, [{"id": 1}, {"id": 2}])
    assert ids(engine) == [1, 2]

    assert in_process(FORKS, _found_after_fork, engine, name) == ([1, 2], [1, 2, 3])

    assert ids(engine) == [1, 2, 3]
    engine.delete(name, [3])
    engine.commit(name)
    assert ids(engine) == [1, 2]


def test_a_second_writer_is_told_so(tmp_path):
    engine = EmbeddedEngine(tmp_path)
    name = filled(engine, [{"id": 1}])
    engine.write(name, [{"id": 2}])

    said = in_process(SPAWNS, _busy, tmp_path, name)

    assert said == f"another process writes to the search index {name}"
    engine.commit(name)
    assert ids(engine) == [1, 2]


def test_a_second_writer_waits_for_the_first(tmp_path):
    first, second = EmbeddedEngine(tmp_path), EmbeddedEngine(tmp_path)
    name = filled(first, [{"id": 1}])
    first.write(name, [{"id": 2}])
    threading.Timer(0.3, first.commit, [name]).start()

    second.write(name, [{"id": 3}])
    second.commit(name)

    assert ids(first) == [1, 2, 3]


def test_threads_of_a_process_write_together(tmp_path):
    engine = EmbeddedEngine(tmp_path)
    name = filled(engine, [{"id": 1}])
    threads = [
        threading.Thread(target=engine.write, args=(name, [{"id": 10 * n + k} for k in range(5)]))
        for n in range(1, 5)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.commit(name)

    assert engine.count(name) == 21


def test_a_failure_among_documents_leaves_the_generation_to_others(tmp_path):
    engine, other = EmbeddedEngine(tmp_path), EmbeddedEngine(tmp_path)
    name = filled(engine, [{"id": 1}])

    def documents():
        yield {"id": 2}
        raise RuntimeError

    with pytest.raises(RuntimeError):
        engine.write(name, documents())

    other.write(name, [{"id": 3}])
    other.commit(name)
    engine.commit(name)
    assert ids(engine) == [1, 3]


def test_what_was_not_committed_is_lost_with_its_process(tmp_path):
    engine = EmbeddedEngine(tmp_path)
    name = filled(engine, [{"id": 1}])
    engine.write(name, [{"id": 2}])
    del engine

    again = EmbeddedEngine(tmp_path)

    again.write(name, [{"id": 3}])
    again.commit(name)
    assert ids(again) == [1, 3]


def test_an_index_of_another_version_is_away(tmp_path, monkeypatch):
    name = filled(EmbeddedEngine(tmp_path), [{"id": 1}])
    about = tmp_path / name / "about.json"
    about.write_text(json.dumps({"made_with": "0123", "tantivy": "0.1.0"}))

    with pytest.raises(EngineAwayError, match=r"another version.*search_rebuild"):
        ids(EmbeddedEngine(tmp_path))


def test_the_fingerprint_follows_fields_and_tantivy(monkeypatch):
    before = embedded_schema.fingerprint()

    monkeypatch.setattr(embedded_schema, "FIELDS", {**embedded_schema.FIELDS, "new": "long"})
    with_field = embedded_schema.fingerprint()
    monkeypatch.setattr("tantivy.__version__", "9.9.9")

    assert len({before, with_field, embedded_schema.fingerprint()}) == 3


def test_files_that_are_gone_are_away_and_not_a_fault(tmp_path):
    engine = EmbeddedEngine(tmp_path)
    name = filled(engine, [{"id": 1}])
    for path in (tmp_path / name / "index").iterdir():
        path.unlink()

    with pytest.raises(EngineAwayError):
        ids(engine)
    with pytest.raises(EngineAwayError):
        ids(EmbeddedEngine(tmp_path))


def test_a_torn_index_is_away(tmp_path):
    name = filled(EmbeddedEngine(tmp_path), [{"id": 1}])
    (tmp_path / name / "index" / "meta.json").write_text("{")

    with pytest.raises(EngineAwayError):
        ids(EmbeddedEngine(tmp_path))


def torn(path):
    """Put another file in its place: one cut short while it is mapped ends whoever reads it."""
    spoilt = path.with_suffix(".torn")
    spoilt.write_bytes(b"\0")
    spoilt.replace(path)


@pytest.mark.parametrize("spoil", [Path.unlink, torn])
def test_a_count_tells_of_files_that_are_spoilt_under_an_open_index(tmp_path, spoil):
    """The worker asks so whether the index has to be built anew; it has it open all the time."""
    engine = EmbeddedEngine(tmp_path)
    name = filled(engine, [{"id": 1, "codes": ["a"]}, {"id": 2}])
    assert engine.count(name) == len(ids(engine)) == 2
    (terms,) = (tmp_path / name / "index").glob("*.term")

    spoil(terms)

    with pytest.raises(EngineAwayError):
        engine.count(name)


def test_a_pointer_to_nothing_is_away(tmp_path):
    engine = EmbeddedEngine(tmp_path)
    filled(engine, [{"id": 1}])
    (tmp_path / "live").write_text("nobody")

    with pytest.raises(EngineAwayError):
        ids(engine)


def test_a_generation_has_a_plain_name(tmp_path):
    with pytest.raises(EngineRefusedError):
        EmbeddedEngine(tmp_path).write("../x", [{"id": 1}])


def test_more_ids_than_the_deepest_page(tmp_path):
    engine = EmbeddedEngine(tmp_path)
    filled(engine, [{"id": pk} for pk in range(1, 12_001)])

    assert list(engine.ids(EVERYTHING, limit=11_000)) == list(range(1, 11_001))
    assert len(engine.ids(EVERYTHING, limit=50_000)) == 12_000


def test_order_and_scores_are_the_same_after_a_reload(tmp_path):
    engine = EmbeddedEngine(tmp_path)
    filled(engine, [{"id": pk, "words": ["x"] * (pk % 3 + 1), "cats": [1]} for pk in range(1, 501)])
    body = {
        "query": {"bool": {"should": [{"term": {"words": "x"}}, {"term": {"cats": 1}}]}},
        "size": 300,
    }

    first = engine.search([body])

    assert engine.search([body]) == first
    assert EmbeddedEngine(tmp_path).search([body]) == first


def test_thousands_of_equal_scores_are_paged_without_repeats(tmp_path):
    engine = EmbeddedEngine(tmp_path)
    filled(engine, [{"id": pk, "words": ["x"], "cats": [1]} for pk in range(1, 3_001)])
    query = {"bool": {"should": [{"term": {"words": "x"}}, {"term": {"cats": 1}}]}}

    pages = engine.search([{"query": query, "from": at, "size": 24} for at in range(0, 1_900, 24)])

    ids = [hit.id for page in pages for hit in page.hits]
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)
