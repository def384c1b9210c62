"""A template of five thousand lines opened and put into the basket; templates looked through."""

import gc
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from statistics import median
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.saved.models import SavedLine, SavedList
from tests.bench.database import database_copy
from tests.bench.hot_product import buyers_contexts, orderable_goods
from tests.bench.table import Row
from tests.bench.world import BenchWorld

LINES, ROUNDS = 5_000, 5
# As of a repeat: half a second for each thousand lines; of the list of templates, as of any list.
OPEN_MS, TAKE_MS, FIND_MS = 2_500, 2_500, 200
TEMPLATES, OF_EACH = 1_000, 100
MANY = Decimal(1000)  # a multiple of every pack


def templates(world: BenchWorld) -> Iterable[Row]:
    """Server time through the whole stack of handlers."""
    settings.ALLOWED_HOSTS = ["testserver"]
    with database_copy("bench_templates"):
        (context, *_others) = buyers_contexts(world)
        goods = orderable_goods(world, [context], LINES)
        client = Client()
        client.force_login(get_user_model().objects.get(pk=context.user_id))
        form = {"contract": context.contract_id, "next": "/"}
        client.post(reverse("storefront:contract_switch"), form)
        kept = _kept(context, "Five thousand", goods)
        gc.collect()
        gc.freeze()
        name = f"template-{len(goods)}"
        page = reverse("saved:one", args=[kept.pk])
        took, cpu = _measured(lambda: _answered(client.get(page), 200))
        yield Row(f"{name}-open", f"the page of a template of {len(goods):,} lines (CPU {cpu:.0f}"
                  f" ms) / {OPEN_MS} ms", took, OPEN_MS, "ms", 1)  # fmt: skip
        took, cpu = _measured(lambda: _taken(client, context, kept, len(goods)), before=_emptied)
        yield Row(f"{name}-take", f"the same put into an empty basket (CPU {cpu:.0f} ms) /"
                  f" {TAKE_MS} ms", took, TAKE_MS, "ms", 1)  # fmt: skip
        for place in range(TEMPLATES - 1):
            _kept(context, f"Template {place}", goods[:OF_EACH])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE saved_savedlist; ANALYZE saved_savedline")
        took, cpu = _measured(lambda: _found(client))
        yield Row("template-find", f"{TEMPLATES:,} templates of a company looked through for an"
                  f" article, its sums aside (CPU {cpu:.0f} ms) / {FIND_MS} ms",
                  took, FIND_MS, "ms", 1)  # fmt: skip


def _measured(
    work: Callable[[], object], before: Callable[[], object] = lambda: None
) -> tuple[float, float]:
    """Medians of milliseconds, and of this process's CPU in them; the first time warms up."""
    times = []
    for _round in range(ROUNDS + 1):
        before()
        begun, cpu = time.perf_counter(), time.process_time()
        work()
        times.append(((time.perf_counter() - begun) * 1000, (time.process_time() - cpu) * 1000))
    walls, cpus = zip(*times[1:], strict=True)
    return median(walls), median(cpus)


def _kept(context: TradeContext, name: str, goods: list[int]) -> SavedList:
    kept = SavedList.objects.create(
        counterparty_id=context.counterparty_id,
        contract_id=context.contract_id,
        owner_id=context.user_id,
        name=name,
        num_lines=len(goods),
        changed_at=timezone.now(),
    )
    products = apps.get_model("catalogue", "Product").objects.in_bulk(goods)
    SavedLine.objects.bulk_create(
        (
            SavedLine(
                saved_list=kept,
                position=place,
                product_id=pk,
                article=products[pk].article,
                title=products[pk].title[:255],
                quantity=MANY,
                currency=context.currency,
            )
            for place, pk in enumerate(goods, start=1)
        ),
        batch_size=2_000,
    )
    return kept


def _emptied() -> None:
    apps.get_model("basket", "Basket").objects.filter(status="Open").delete()


def _taken(client: Client, context: TradeContext, kept: SavedList, number: int) -> None:
    _answered(client.post(reverse("saved:take", args=[kept.pk])), 302)
    basket = basket_for(context)
    if basket is None or basket.lines.count() != number:
        raise RuntimeError(f"{basket and basket.lines.count()} lines")


def _found(client: Client) -> None:
    # Of no template: every line of every one is looked at, and no sum is reckoned.
    _answered(client.get(reverse("saved:index"), {"find": "no-such-article"}), 200)


def _answered(answer: Any, status: int) -> None:
    if answer.status_code != status:
        raise RuntimeError(f"{answer.status_code}: {answer.content[:500]!r}")
