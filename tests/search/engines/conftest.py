"""Engines for the contract: the embedded one always, servers where they run."""

import contextlib
import uuid

import pytest

from search.engines.embedded import EmbeddedEngine
from tests.search.engines.goods import GOODS

SERVERS = ("opensearch", "elasticsearch")
KINDS = ["embedded"]


@contextlib.contextmanager
def an_engine(kind, tmp_path_factory):
    """An engine without generations."""
    assert kind == "embedded"
    yield EmbeddedEngine(tmp_path_factory.mktemp("search"))


def filled(engine, documents, generation=None):
    """Put documents into a generation of their own and let it go live."""
    generation = generation or f"g{uuid.uuid4().hex[:12]}"
    engine.create(generation)
    engine.write(generation, documents)
    engine.commit(generation)
    engine.go_live(generation)
    return generation


@pytest.fixture(scope="module", params=KINDS)
def shop(request, tmp_path_factory):
    """An engine where GOODS are found; tests only read."""
    with an_engine(request.param, tmp_path_factory) as engine:
        filled(engine, GOODS)
        yield engine


@pytest.fixture(params=KINDS)
def fresh(request, tmp_path_factory):
    """An engine without generations."""
    with an_engine(request.param, tmp_path_factory) as engine:
        yield engine
