"""An exchange of the tests: a connection, a client, folders of their own."""

from importlib import import_module

import pytest
from django.apps import apps
from django_scopes import scopes_disabled

from tests.sync1c import client_1c

STATUSES = import_module("b2b_apps.sync1c.migrations.0002_status_texts")


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.EXCHANGE_ROOT = tmp_path / "exchange"
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def connection(db):
    # A test with threads empties all tables, those that a migration filled too.
    STATUSES.fill(apps, None)
    return client_1c.connection()


@pytest.fixture
def client_1c_a(connection):
    """The standard client, signed in to a fresh connection; rows of all companies are in reach."""
    with scopes_disabled():
        yield client_1c.Client1C()
