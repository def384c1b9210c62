"""The cast of the tests."""

import pytest
from django_scopes import scopes_disabled

from scripts.messages import compile_catalogues
from tests import factories


def pytest_configure(config):
    # The .mo files are not kept in git; workers find them made.
    if not hasattr(config, "workerinput"):
        compile_catalogues()


@pytest.fixture
def world(db):
    """Two holdings, three counterparties, five persons, two contracts each, goods with prices."""
    with scopes_disabled():
        return factories.build_world()
