"""A switch of the contract with a long basket: the switch, and the basket under the other one."""

import gc
import time
from collections.abc import Iterable
from decimal import Decimal
from statistics import median
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from b2b_apps.contracts.models import Contract
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.services import basket_set_many
from tests.bench.database import database_copy
from tests.bench.table import Row
from tests.bench.world import BenchWorld

LINES, ROUNDS = 1000, 11
GOAL_MS = 300


def contract_switch(world: BenchWorld) -> Iterable[Row]:
    """Server time of the POST and of the page that it leads to, both baskets of 1,000 lines."""
    settings.ALLOWED_HOSTS = ["testserver"]
    with database_copy("bench_switch"):
        contexts = _contexts(world)
        for context in contexts:
            _fill(world, context)
        client = Client()
        client.force_login(get_user_model().objects.get(pk=contexts[0].user_id))
        # As the server does (config/wsgi.py): or collections of garbage take half of the time.
        gc.collect()
        gc.freeze()
        times = [_switch(client, contexts[place % 2].contract_id) for place in range(1, ROUNDS + 3)]
    posts, pages, cpu = zip(*times[2:], strict=True)
    yield Row(
        "contract-switch",
        f"switch with {LINES:,} lines in the basket, and the page of the basket "
        f"({median(posts):.0f} + {median(pages):.0f} ms, CPU {median(cpu):.0f} ms) / 300 ms",
        median(post + page for post, page, _cpu in times[2:]), GOAL_MS, "ms", 1,
    )  # fmt: skip


def _contexts(world: BenchWorld) -> list[TradeContext]:
    """One person under two contracts of his company, one with prices of its own."""
    own = world.contract()
    other = Contract.objects.filter(counterparty=own.counterparty_id, currency=own.currency)
    second = other.exclude(pk=own.pk).first()
    if second is None:
        second = Contract.objects.get(pk=own.pk)
        second.pk, second.number, second.own_price_list = None, "bench-2", None
        second.save()
    return [world.context(own), world.context(second)]


def _fill(world: BenchWorld, context: TradeContext) -> None:
    """Put in so many goods that can be had under the contract."""
    wanted = dict.fromkeys(world.ids(LINES * 2), Decimal(10))
    change = basket_set_many(context=context, quantities=wanted)
    lines = apps.get_model("basket", "Line").objects.filter(basket=change.sheet.id)
    extra = lines.order_by("-pk").values_list("pk", flat=True)[: max(0, lines.count() - LINES)]
    lines.filter(pk__in=list(extra)).delete()
    if lines.count() != LINES:
        raise RuntimeError(f"{lines.count()} lines")


def _switch(client: Client, contract_id: int) -> tuple[float, float, float]:
    """Milliseconds of the POST, of the page, and of this process's CPU in both."""
    cache.clear()
    start, cpu = time.perf_counter(), time.process_time()
    form = {"contract": contract_id, "next": reverse("basket:summary")}
    answer: Any = client.post(reverse("storefront:contract_switch"), form)
    switched = time.perf_counter()
    page: Any = client.get(answer["Location"])
    end, used = time.perf_counter(), time.process_time() - cpu
    if page.status_code != 200 or page.wsgi_request.trade.contract_id != contract_id:
        raise RuntimeError(f"{page.status_code} {answer['Location']}")
    return (switched - start) * 1000, (end - switched) * 1000, used * 1000
