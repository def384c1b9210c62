"""The world with an index of it."""

import pytest
from django_scopes import scopes_disabled

from search.indexing.tick import index_maintain, index_refresh
from search.models import Change
from tests.search.index.fake import FakeEngine


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
def indexed(world, engine):
    """The world, its index built, nothing in the queue."""
    with scopes_disabled():
        index_maintain(engine=engine)
        index_refresh(engine=engine)
    assert engine.alias
    assert not Change.objects.exists()
    return world


@pytest.fixture
def goods(world):
    """The goods of the world; nothing in the queue."""
    Change.objects.all().delete()
    return world.products
