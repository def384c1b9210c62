"""The buyer at the shop, with nothing remembered of the test before."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def buyer(world, client):
    """The client of the test, signed in as the buyer of the cast."""
    client.force_login(world.people["buyer"])
    return client
