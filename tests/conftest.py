"""The cast of the tests."""

import pytest
from django_scopes import scopes_disabled

from tests import factories


@pytest.fixture
def world(db):
    """Two holdings, three counterparties, five persons, two contracts each, goods with prices."""
    with scopes_disabled():
        return factories.build_world()
