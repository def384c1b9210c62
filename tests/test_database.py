"""The kept database of the tests is one of these very migrations."""

from pathlib import Path

from tests import database


def test_another_text_of_a_migration_wants_another_database(monkeypatch):
    name, read = database.name_now(), Path.read_bytes

    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + b"#")

    assert database.name_now() != name
    monkeypatch.undo()
    assert database.name_now() == name
