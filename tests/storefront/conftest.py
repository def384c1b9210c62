"""The buyer at the shop, with nothing remembered of the test before."""

import pytest
from django.core.cache import cache
from django_scopes import scopes_disabled

from search import current, partly
from search.engines.choice import engine
from search.health import Health
from search.indexing.tick import index_maintain, index_refresh
from search.models import Change, Generation


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()
    partly.forget()


@pytest.fixture
def buyer(world, client):
    """The client of the test, signed in as the buyer of the cast."""
    client.force_login(world.people["buyer"])
    return client


@pytest.fixture
def search_index(settings, tmp_path, monkeypatch):
    """Builds the index of what is in the database, or brings it up to date, when called."""
    settings.SEARCH_ROOT = tmp_path
    monkeypatch.setattr(current, "health", Health(lambda: None))
    monkeypatch.setattr(current, "_slots", {})
    Change.objects.all().delete()
    Generation.objects.all().delete()

    def build():
        with scopes_disabled():
            index_maintain(engine=engine())
            index_refresh(engine=engine())
        assert engine().live()
        monkeypatch.setattr(current, "_slots", {})

    return build
