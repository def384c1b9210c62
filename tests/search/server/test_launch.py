"""Which servers a machine runs, by its Javas."""

from pathlib import Path

import pytest

from tests.search.server import launch

HOME = Path("/java")


@pytest.mark.parametrize(
    ("versions", "started", "left_out"),
    [
        ((17, 25), "opensearch3\nelasticsearch7\n", ""),
        ((17,), "opensearch2\nelasticsearch7\n", ""),
        ((21,), "opensearch3\n", "elasticsearch (it runs on Java 11 to 17; here: 21)"),
        ((11,), "elasticsearch7\n", "opensearch (it runs on Java 17 or newer; here: 11)"),
    ],
    ids=str,
)
def test_what_the_java_found_can_run_is_run(monkeypatch, capsys, versions, started, left_out):
    monkeypatch.setattr(launch, "javas", lambda: dict.fromkeys(versions, HOME))

    assert launch.main() == 0

    said = capsys.readouterr()
    assert said.out == started
    assert said.err == (f"Left out: {left_out}.\n" if left_out else "")


def test_without_any_java_it_fails(monkeypatch, capsys):
    monkeypatch.setattr(launch, "javas", dict)

    assert launch.main() == 1
    assert "here: none" in capsys.readouterr().err
