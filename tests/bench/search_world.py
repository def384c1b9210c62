"""The index of a bench database, and what people look for in it."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from random import Random

from django.apps import apps
from django.conf import settings
from django.db import connection

from b2b_apps.contracts.models import Contract
from b2b_apps.core.context import TradeContext
from search.documents.version import DOCUMENTS_VERSION
from search.engines.base import Engine, EngineAwayError
from search.engines.embedded import EmbeddedEngine
from search.indexing.generations import live_generation
from search.indexing.locks import writer_lock
from search.indexing.rebuild import index_rebuild
from search.live import LiveIndex
from search.query import SearchQuery
from tests.bench.dataset.goods import KINDS
from tests.bench.world import BenchWorld

CONTEXTS = 8
WORDS = (
    "автомат", "кабель ввгнг", "лампа led", "розетка рс10", "щит", "труба гибкая",
    "лоток перфорированный", "светильники", "датчики движения", "счетчик меркурий",
)  # fmt: skip
TYPOS = ("автамат", "розетка рс1о", "cветильник", "kfvgf", "датчик двежения")


def search_root() -> Path:
    """Where the index of the open database lies."""
    return Path(settings.DATA_DIR) / "search-bench" / connection.settings_dict["NAME"]


@dataclass(frozen=True)
class SearchWorld:
    """A data set with its index."""

    world: BenchWorld
    engine: Engine

    @cached_property
    def contexts(self) -> list[TradeContext]:
        """Buyers with own prices, from few to thousands."""
        own = [50, 200, 500, 1000, 2000, 3000, 4000, 5000][:CONTEXTS]
        return [self.world.context(self.world.contract(own_prices=number)) for number in own]

    @cached_property
    def index(self) -> LiveIndex:
        live = live_generation()
        assert live is not None
        return LiveIndex(self.engine, live.layout)

    def queries(self, number: int, *, seed: int = 7) -> list[SearchQuery]:
        """What people type: words, words with a maker, parts of articles, barcodes, mistakes; one
        in three with filters.
        """
        random = Random(seed)
        goods = self._samples(number)
        found = []
        for place, (pk, article, barcode, brand) in enumerate(goods):
            texts = (
                random.choice(WORDS), f"{random.choice(WORDS)} {brand}", article[:7], article,
                barcode, f"{random.choice(KINDS).lower()} {pk}", random.choice(TYPOS),
            )  # fmt: skip
            query = SearchQuery(text=texts[place % len(texts)])
            if place % 3 == 0:
                query = replace(query, in_stock=True, brands=(brand, "Марка 1"))
            found.append(query)
        return found

    def sections(self) -> list[SearchQuery]:
        """Pages of sections with filters, a page of everything."""
        rows = apps.get_model("catalogue", "Category").objects.order_by("depth", "pk")
        ids = list(rows.values_list("pk", flat=True))
        random = Random(8)
        some = random.sample(ids[12:], min(60, len(ids) - 12))
        return [SearchQuery(category_id=pk, in_stock=random.random() < 0.5)
                for pk in [*ids[:12], *some]]  # fmt: skip

    def _samples(self, number: int) -> list[tuple[int, str, str, str]]:
        rows = apps.get_model("catalogue", "Product").objects.filter(pk__in=self.world.ids(number))
        return list(rows.values_list("pk", "article", "barcode", "brand"))


def search_world(world: BenchWorld) -> SearchWorld:
    """Open the index of the data set, built if it is not there."""
    made = SearchWorld(world, EmbeddedEngine(search_root()))
    live = live_generation()
    if (
        live is None
        or made.engine.live() != live.name
        or live.version != DOCUMENTS_VERSION
        or not can_be_read(made.engine)
    ):
        rebuild(made.engine)
    return made


def can_be_read(engine: Engine) -> bool:
    """Whether the index is of this version of the portal."""
    try:
        engine.search([{"query": {"match_all": {}}, "size": 0}])
    except EngineAwayError:
        return False
    return True


def rebuild(engine: Engine) -> None:
    """Build the index anew."""
    with writer_lock() as is_ours:
        assert is_ours
        index_rebuild(engine=engine, reason="bench")


def contract_of(context: TradeContext) -> Contract:
    """The contract of a context."""
    return Contract.objects.get(pk=context.contract_id)
