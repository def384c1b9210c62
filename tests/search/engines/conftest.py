"""Engines for the contract: the embedded one always, servers where they run."""

import contextlib
import functools
import uuid

import pytest

from search.engines.elastic import ElasticEngine
from search.engines.elastic_address import address_of
from search.engines.embedded import EmbeddedEngine
from search.engines.in_memory import in_memory
from search.engines.replaced import Replaced
from tests.search.engines.goods import GOODS
from tests.search.server import launch

KINDS = [
    "embedded",
    pytest.param("opensearch", marks=pytest.mark.search_server),
    pytest.param("elasticsearch", marks=pytest.mark.search_server),
]


@pytest.fixture(scope="session")
def server_url():
    """``SEARCH_URL`` of a server by its kind; it is started when it is first asked for."""
    with contextlib.ExitStack() as running:
        yield functools.cache(lambda kind: running.enter_context(launch.server(kind)))


@pytest.fixture(scope="session")
def an_engine(server_url, tmp_path_factory):
    """A maker of engines without generations."""

    def make(kind):
        if kind == "embedded":
            return EmbeddedEngine(tmp_path_factory.mktemp("search"))
        try:
            url = server_url(kind)
        except launch.NoJavaError as error:
            pytest.skip(str(error))
        address = address_of(f"{url}/t{uuid.uuid4().hex[:8]}")
        # A server that has just started may take its time.
        return ElasticEngine(address, seconds=30)

    return make


def filled(engine, documents, generation=None):
    """Put documents into a generation of their own and let it go live."""
    generation = generation or f"g{uuid.uuid4().hex[:12]}"
    engine.create(generation)
    engine.write(generation, documents)
    engine.commit(generation)
    engine.go_live(generation)
    return generation


def emptied(engine):
    """Leave nothing to a server that other tests use."""
    for generation in engine.generations():
        engine.drop(generation)


@pytest.fixture(scope="module", params=[*KINDS, "replaced"])
def shop(request, an_engine):
    """An engine where GOODS are found; tests only read."""
    engine = an_engine(request.param.replace("replaced", "embedded"))
    filled(engine, GOODS)
    yield some_replaced(engine) if request.param == "replaced" else engine
    emptied(engine)


def some_replaced(engine):
    """The same goods, some of them from memory: no score, count or place may tell."""
    few = [document for document in GOODS if document["id"] in {1, 3, 4}]
    return Replaced(engine, [document["id"] for document in few], in_memory(few))


@pytest.fixture(params=KINDS)
def fresh(request, an_engine):
    """An engine without generations."""
    engine = an_engine(request.param)
    yield engine
    emptied(engine)
