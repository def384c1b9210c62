"""A kept connection is known to be usable without a query, and to be gone when it is."""

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def kept(transactional_db):
    """A connection of its own, as a request of yesterday has left it."""
    made = connections.create_connection("default")
    made.ensure_connection()
    yield made
    made.close()


def test_a_living_connection_is_usable_without_a_query(kept):
    with CaptureQueriesContext(kept) as captured:
        assert kept.is_usable()

    assert not captured.captured_queries


def test_one_that_the_server_has_ended_is_not_usable(kept):
    pid = kept.connection.info.backend_pid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert cursor.fetchone() == (True,)

    assert not kept.is_usable()


def test_a_notice_that_waits_does_not_make_it_unusable(kept):
    with kept.cursor() as cursor:
        cursor.execute("LISTEN test_kept")
    with connection.cursor() as cursor:
        cursor.execute("NOTIFY test_kept")

    assert kept.is_usable()


def test_one_that_is_closed_is_not_usable(kept):
    kept.connection.close()

    assert not kept.is_usable()
