"""Which engine is asked: by ``SEARCH_URL`` alone."""

from functools import cache
from pathlib import Path

from django.conf import settings

from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine


def engine() -> Engine:
    """Return the engine of the settings, one for the process."""
    return _engine(settings.SEARCH_URL, settings.SEARCH_ROOT)


@cache
def _engine(url: str, root: Path) -> Engine:
    if not url:
        return EmbeddedEngine(root)
    from search.engines.elastic import ElasticEngine
    from search.engines.elastic_address import address_of

    return ElasticEngine(address_of(url))
