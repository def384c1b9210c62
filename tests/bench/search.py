"""Search: the index built, texts and sections with facets, suggestions, codes, fresh prices; beside
PostgreSQL's full-text search on the same data.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.apps import apps
from django.db import connection

from b2b_apps.pricing.models import Price
from search.indexing.generations import live_generation
from search.indexing.tick import index_refresh
from search.keeping import kept
from search.lookup import codes_found
from search.service import search_for
from search.suggesting import suggest_for
from search.vocabulary.selectors import synonyms_now
from search.vocabulary.stages import stages_now
from tests.bench.database import database_copy
from tests.bench.search_world import SearchWorld, rebuild, search_world
from tests.bench.table import Row
from tests.bench.world import BenchWorld

QUERIES, CODES, CHANGED = 210, 1000, 10_000
# Other texts, and in another order, that a process has been asked before it is measured.
BEFORE, BEFORE_SEED = 48, 8
PER_SECOND = 5_000
LARGE = 500_000


def search(world: BenchWorld) -> Iterable[Row]:
    """All rows of the embedded engine, and PostgreSQL's full-text search."""
    found = search_world(world)
    yield from engine_rows(found)
    yield from _full_text_rows(found)


def engine_rows(found: SearchWorld) -> Iterable[Row]:
    """What is asked of any engine."""
    yield from _texts(found)
    yield from _suggestions(found)
    yield from _codes(found)


def search_build(world: BenchWorld) -> Iterable[Row]:
    """The whole index made from the database."""
    found = search_world(world)
    start = time.perf_counter()
    rebuild(found.engine)
    took = time.perf_counter() - start
    live = live_generation()
    assert live is not None
    num = found.engine.count(live.name)
    yield Row(
        "search-build",
        f"index of {num:,} rows built ({num / took:,.0f}/s) / {PER_SECOND:,} a second",
        took, num / PER_SECOND, "s", 1,
    )  # fmt: skip


def _texts(found: SearchWorld) -> Iterable[Row]:
    goal = 40 if found.world.size.products < LARGE else 100
    asked = found.queries(QUERIES)

    ours = text_times(found, asked)
    yield Row(
        "search-text",
        f"text, 10 facets, my prices, page of 24: p95 (median {_median(ours):.1f} ms)",
        _p95(ours), goal, "ms", 1,
    )  # fmt: skip
    pages = found.sections()
    kept.forget()
    sections = times_of(lambda place: _ask(found, pages[place], place), len(pages), before=0)
    yield Row(
        "search-section", f"section, 10 facets, my prices, page of 24: p95 "
        f"(median {_median(sections):.1f} ms)",
        _p95(sections), goal, "ms", 1,
    )  # fmt: skip
    by_price = [(query, sort) for query in asked[:60] for sort in ("price", "-price")]

    def priced(place: int) -> None:
        query, sort = by_price[place]
        _ask(found, replace(query, sort=sort), place)

    kept.forget()
    prices = times_of(priced, len(by_price), before=0)
    yield Row(
        "search-price-order",
        f"text in the order of my price: p95 (median {_median(prices):.1f} ms)",
        _p95(prices), goal, "ms", 1,
    )  # fmt: skip


def _full_text_rows(found: SearchWorld) -> Iterable[Row]:
    asked = found.queries(QUERIES)
    ours = text_times(found, asked)
    _full_text_index()
    theirs = times_of(lambda place: _full_text(asked[place].text), len(asked))
    for name, of in (("median", _median), ("p95", _p95)):
        yield Row(
            "search-text-pg" if of is _median else "search-text-pg-p95",
            f"text, 10 facets, my prices, page of 24 / text, 10 facets, page of 24 by "
            f"PostgreSQL's full-text search: {name}",
            of(ours), of(theirs), "ms", None,
        )  # fmt: skip


def text_times(found: SearchWorld, asked: Sequence[Any]) -> Sequence[float]:
    """Milliseconds of whole searches, each in another context, in a process that has answered
    others; none of these was asked before.
    """
    _has_been_at_work(found)
    return times_of(lambda place: _ask(found, asked[place], place), len(asked), before=0)


def _has_been_at_work(found: SearchWorld) -> None:
    """Ask for what others look for, by price too; answers are forgotten as after a commit."""
    for place, query in enumerate(found.queries(BEFORE, seed=BEFORE_SEED)):
        _ask(found, query, place)
        _ask(found, replace(query, sort="price"), place)
    kept.forget()


def _ask(found: SearchWorld, query: Any, place: int) -> None:
    context = found.contexts[place % len(found.contexts)]
    search_for(context=context, query=query, index=found.index, stages=stages_now)


def _suggestions(found: SearchWorld) -> Iterable[Row]:
    typed = [query.text[:length] for query in found.queries(60) for length in (2, 4, 7)]
    typed = [text for text in typed if len(text.strip()) > 1]

    def suggest(place: int) -> None:
        context = found.contexts[place % len(found.contexts)]
        suggest_for(context=context, text=typed[place], index=found.index, synonyms=synonyms)

    synonyms = synonyms_now()
    kept.forget()
    times = times_of(suggest, len(typed), before=0)
    yield Row(
        "search-suggest",
        f"suggestions as somebody types: p95 (median {_median(times):.1f} ms)",
        _p95(times), 20, "ms", 1,
    )  # fmt: skip


def _codes(found: SearchWorld) -> Iterable[Row]:
    rows = apps.get_model("catalogue", "Product").objects.filter(pk__in=found.world.ids(CODES))
    codes = [article.lower() for article in rows.values_list("article", flat=True)]
    times = times_of(lambda _place: codes_found(codes, engine=found.engine), 15)
    yield Row(
        "search-codes", f"{CODES:,} articles looked up at once: p95", _p95(times), 100, "ms", 1,
    )  # fmt: skip


def search_fresh(world: BenchWorld) -> Iterable[Row]:
    """Prices changed in the database till searches see them, on a copy."""
    engine = search_world(world).engine
    with database_copy("bench_fresh"):
        price_list = Price.objects.filter(price_list__kind="price_type").first()
        assert price_list is not None
        ids = list(
            Price.objects.filter(price_list_id=price_list.price_list_id)
            .order_by("pk").values_list("pk", flat=True)[:CHANGED]
        )  # fmt: skip
        start = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE pricing_price SET amount = amount + 1 WHERE id = ANY(%s)", [ids])
        while index_refresh(engine=engine):
            pass
        took = time.perf_counter() - start
        yield Row("search-fresh", f"{CHANGED:,} changed prices till they are searched / 5 s",
                  took, 5, "s", 1)  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("UPDATE pricing_price SET amount = amount - 1 WHERE id = ANY(%s)", [ids])
        while index_refresh(engine=engine):
            pass


def _full_text_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE INDEX IF NOT EXISTS bench_full_text ON catalogue_product USING gin ({VECTOR})"
        )
        cursor.execute("ANALYZE catalogue_product")


VECTOR = "to_tsvector('russian', title || ' ' || article || ' ' || brand || ' ' || barcode)"
PAGE = f"""
SELECT id FROM catalogue_product WHERE parent_id IS NULL AND is_public
    AND {VECTOR} @@ plainto_tsquery('russian', %(text)s)
ORDER BY ts_rank({VECTOR}, plainto_tsquery('russian', %(text)s)) DESC LIMIT 24
"""
FACETS = f"""
WITH found AS MATERIALIZED (
    SELECT id, brand FROM catalogue_product WHERE parent_id IS NULL AND is_public
        AND {VECTOR} @@ plainto_tsquery('russian', %(text)s)
), most AS (
    SELECT v.attribute_id
    FROM found JOIN catalogue_productattributevalue v ON v.product_id = found.id
    GROUP BY 1 ORDER BY count(*) DESC LIMIT 10
)
SELECT v.attribute_id, v.value_option_id, v.value_float, v.value_text, count(*)
FROM found JOIN catalogue_productattributevalue v ON v.product_id = found.id
WHERE v.attribute_id IN (SELECT attribute_id FROM most) GROUP BY 1, 2, 3, 4
"""


def _full_text(text: str) -> None:
    with connection.cursor() as cursor:
        for statement in (PAGE, FACETS):
            cursor.execute(statement, {"text": text})
            cursor.fetchall()


def times_of(work: Callable[[int], object], number: int, *, before: int = 5) -> Sequence[float]:
    """Milliseconds of each piece of work; a few are done ``before`` to warm up, if they may be
    done twice.
    """
    for place in range(min(before, number)):
        work(place)
    # As the server does (config/wsgi.py): what built the index is no part of a search.
    gc.collect()
    gc.freeze()
    times = []
    for place in range(number):
        start = time.perf_counter()
        work(place)
        times.append((time.perf_counter() - start) * 1000)
    return times


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _median(times: Sequence[float]) -> float:
    return statistics.median(times)
