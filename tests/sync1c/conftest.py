"""An exchange of the tests: a connection, a client, folders of their own."""

import pytest
from django_scopes import scopes_disabled

from tests.sync1c import client_1c


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.EXCHANGE_ROOT = tmp_path / "exchange"
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def connection(db):
    return client_1c.connection()


@pytest.fixture
def client_1c_a(connection):
    """The standard client, signed in to a fresh connection; rows of all companies are in reach."""
    with scopes_disabled():
        yield client_1c.Client1C()
