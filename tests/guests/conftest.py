"""An index for the showcase's search."""

from tests.storefront.conftest import _fresh_cache, search_index

__all__ = ["_fresh_cache", "search_index"]
