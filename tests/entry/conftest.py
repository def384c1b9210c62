"""The buyer at the page of fast entry; the index of goods is built when a test asks for it."""

import pytest
from django_scopes import scopes_disabled

from tests.storefront.conftest import _fresh_cache, buyer, search_index

__all__ = ["_fresh_cache", "buyer", "search_index"]


@pytest.fixture(autouse=True)
def _no_scope():
    """Tests look at rows themselves; pages and services are asked under scopes of their own."""
    with scopes_disabled():
        yield
