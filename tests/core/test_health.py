"""What a load balancer is told is true."""

import pytest
from django.db import OperationalError, connection

from b2b_apps.core import views

BY_ADDRESS = {"HTTP_HOST": "10.0.0.5:8000"}


@pytest.fixture(autouse=True)
def not_asked_before(monkeypatch):
    monkeypatch.setattr(views, "_migrated", [])


def away(*args, **kwargs):
    raise OperationalError("no route")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_both_are_well_by_whatever_name_they_are_asked(db, client, path):
    answer = client.get(path, **BY_ADDRESS)

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"] == "no-store"


def test_without_a_database_the_process_lives_and_is_not_ready(db, client, monkeypatch, world):
    client.force_login(world.people["buyer"])
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        assert client.get("/healthz").status_code == 200
        answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"database\n")


def test_before_its_migrations_it_is_not_ready(db, client, monkeypatch):
    plan = views.MigrationExecutor.migration_plan
    monkeypatch.setattr(views.MigrationExecutor, "migration_plan", lambda *_: ["0099"])
    assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)

    monkeypatch.setattr(views.MigrationExecutor, "migration_plan", plan)

    assert client.get("/readyz").status_code == 200


def test_a_plan_is_made_once(db, client, django_assert_num_queries):
    client.get("/readyz")

    with django_assert_num_queries(1):
        client.get("/readyz")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_nothing_is_written_to_them(db, client, path):
    assert client.post(path).status_code == 405
