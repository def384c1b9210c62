"""Baskets of ten lines, of a thousand and of five thousand: one line changed, and the page."""

import gc
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from statistics import median, quantiles
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.services import basket_set_many
from tests.bench.database import database_copy
from tests.bench.table import Row
from tests.bench.world import BenchWorld

SIZES, ROUNDS = (10, 1000, 5000), 20
CHANGE_MS, VIEW_MS, RATIO = 60, 200, 1.5
# What begins and ends a transaction asks for nothing.
BRACKETS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def basket(world: BenchWorld) -> Iterable[Row]:
    """Server time of one change by htmx, and of the page, through the whole stack of handlers."""
    settings.ALLOWED_HOSTS = ["testserver"]
    with database_copy("bench_basket"):
        context = world.context()
        client = Client()
        client.force_login(get_user_model().objects.get(pk=context.user_id))
        form = {"contract": context.contract_id, "next": reverse("basket:summary")}
        client.post(reverse("storefront:contract_switch"), form)
        # As the server does (config/wsgi.py): or collections of garbage take half of the time.
        gc.collect()
        gc.freeze()
        cpu: dict[int, float] = {}
        for size in SIZES:
            lines = _filled(world, context, size)
            change = measured(lambda place, lines=lines: _change(client, lines, place))
            view = measured(lambda _place: _view(client))
            cpu[size] = change.cpu
            yield Row(
                f"basket-{size}-change",
                f"one of {size:,} lines changed, p95 (CPU {change.cpu:.0f} ms, "
                f"{change.queries} queries) / {CHANGE_MS} ms",
                change.p95, CHANGE_MS, "ms", 1,
            )  # fmt: skip
            yield Row(
                f"basket-{size}-view",
                f"the page of a basket of {size:,} lines (CPU {view.cpu:.0f} ms, "
                f"{view.queries} queries) / {VIEW_MS} ms",
                view.middle, VIEW_MS, "ms", 1,
            )  # fmt: skip
    yield Row(
        "basket-growth",
        "CPU of a change of one line in 5,000 / in 10",
        cpu[SIZES[-1]], cpu[SIZES[0]], "ms", RATIO,
    )  # fmt: skip


class Measured:
    """Milliseconds of a request; ``cpu`` is this process's alone."""

    def __init__(self, walls: list[float], cpus: list[float], queries: int) -> None:
        self.middle, self.cpu, self.queries = median(walls), median(cpus), queries
        self.p95 = quantiles(walls, n=20)[-1]


def measured(request: Callable[[int], object]) -> Measured:
    # Templates, and what has changed since the basket was filled.
    request(0)
    request(1)
    walls, cpus = [], []
    for place in range(2, ROUNDS + 2):
        cache.clear()
        start, cpu = time.perf_counter(), time.process_time()
        request(place)
        cpus.append((time.process_time() - cpu) * 1000)
        walls.append((time.perf_counter() - start) * 1000)
    with CaptureQueriesContext(connection) as captured:
        request(ROUNDS + 2)
    asked = [row for row in captured if not row["sql"].startswith(BRACKETS)]
    return Measured(walls, cpus, len(asked))


def _filled(world: BenchWorld, context: TradeContext, size: int) -> list[int]:
    """Ids of the lines of a basket that holds so many."""
    apps.get_model("basket", "Line").objects.all().delete()
    wanted = dict.fromkeys(world.ids(size * 2)[: size + size // 10], Decimal(10))
    change = basket_set_many(context=context, quantities=wanted)
    lines = apps.get_model("basket", "Line").objects.filter(basket=change.sheet.id)
    ids = list(lines.order_by("pk").values_list("pk", flat=True))
    lines.filter(pk__in=ids[size:]).delete()
    if lines.count() != size:
        raise RuntimeError(f"{lines.count()} lines")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE basket_line")
    return ids[:size]


def _change(client: Client, lines: list[int], place: int) -> None:
    line = lines[place * 7 % len(lines)]
    address = reverse("basket:line", args=[line])
    form = {"quantity": str(10 + place * 10)}
    answer: Any = client.post(address, form, headers={"HX-Request": "true"})
    if answer.status_code != 200:
        raise RuntimeError(answer.status_code)


def _view(client: Client) -> None:
    answer: Any = client.get(reverse("basket:summary"))
    if answer.status_code != 200:
        raise RuntimeError(answer.status_code)
