"""Files of exchanges go after a week, the exchanges themselves after a season."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from b2b_apps.sync1c.exchange import sessions
from b2b_apps.sync1c.models import (
    ExchangeConnection,
    ExchangeFile,
    ExchangeProblem,
    ExchangeSession,
)
from b2b_apps.sync1c.tasks import folders_clear, tidy


@pytest.fixture
def connection(db):
    return ExchangeConnection.objects.create(name="1С", username="1c", password="x")


def session(connection, *, ended=None, seen=0):
    """A session that ended and was last seen so many days ago."""
    now = timezone.now()
    return ExchangeSession.objects.create(
        connection=connection,
        kind="catalog",
        cookie=f"{ExchangeSession.objects.count()}",
        finished_at=None if ended is None else now - timedelta(days=ended),
        last_seen_at=now - timedelta(days=seen),
    )


def test_folders_of_a_week_ago_and_of_nobody_are_removed(connection, settings, tmp_path):
    settings.EXCHANGE_ROOT = tmp_path
    old, recent, running = (session(connection, ended=days) for days in (8, 6, None))
    names = [str(old.pk), str(recent.pk), str(running.pk), "987654321", "notes"]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "import.xml").write_text("<x/>")

    folders_clear()

    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == sorted([str(recent.pk), str(running.pk), "notes"])


def test_clearing_folders_asks_only_of_those_that_are_there(
    connection, settings, tmp_path, django_assert_num_queries
):
    settings.EXCHANGE_ROOT = tmp_path
    for _n in range(20):
        session(connection, ended=30)
    (tmp_path / "1").mkdir()

    with django_assert_num_queries(1) as captured:
        folders_clear()

    assert "IN (1)" in captured.captured_queries[0]["sql"]


def test_exchanges_of_a_season_ago_go_with_all_that_was_said_of_them(connection, monkeypatch):
    monkeypatch.setattr(sessions, "PURGE_BATCH", 2)
    for seen in (91, 92, 93, 89):
        file = ExchangeFile.objects.create(session=session(connection, seen=seen), name="a.xml")
        ExchangeProblem.objects.create(file=file, code="x", text="x")

    tidy()

    (left,) = ExchangeSession.objects.all()
    assert left.files.get().problems.count() == 1
    assert ExchangeFile.objects.count() == ExchangeProblem.objects.count() == 1


def test_a_section_can_be_deleted_though_thumbnails_are_nobodys_here(db):
    category = apps.get_model("catalogue", "Category")
    section = category.add_root(name="Раздел")

    category.objects.get(pk=section.pk).delete()

    assert not category.objects.exists()
