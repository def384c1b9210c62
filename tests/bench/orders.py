"""An order of a thousand lines repeated; small orders by the second, over the real server."""

import gc
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from b2b_apps.companies.models import Consignee, Membership
from b2b_apps.contracts.models import Contract, TradeChoice
from b2b_apps.contracts.services import credit_limit_set
from b2b_apps.core.context import TradeContext
from b2b_apps.core.processes import web_arguments
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, basket_set_many, order_place
from tests.bench.database import database_copy
from tests.bench.hot_product import buyers_contexts, orderable_goods
from tests.bench.processor import Processor
from tests.bench.table import Row
from tests.bench.world import BenchWorld
from tests.races.site import Buyer, Site, checkout_form, in_turns, site_running

LINES, ROUNDS, REPEAT_MS = 1_000, 5, 500
MANY = Decimal(1000)  # a multiple of every pack
SMALL, BUYERS, TURNS, CLIENTS, WORKERS = 3, 60, 4, 8, 2
PER_SECOND = 20


def repeat(world: BenchWorld) -> Iterable[Row]:
    """Server time of the press of the button that puts all of an order into an empty basket."""
    settings.ALLOWED_HOSTS = ["testserver"]
    with database_copy("bench_repeat"):
        (context, *_others) = buyers_contexts(world)
        goods = orderable_goods(world, [context], LINES)
        order = _placed(context, goods)
        client = Client()
        client.force_login(get_user_model().objects.get(pk=context.user_id))
        client.post(
            reverse("storefront:contract_switch"), {"contract": context.contract_id, "next": "/"}
        )
        gc.collect()
        gc.freeze()
        times = [_again(client, context, order.number) for _round in range(ROUNDS + 1)][1:]
    took, cpu = (median(column) for column in zip(*times, strict=True))
    yield Row(
        "repeat-1000",
        f"an order of {LINES:,} lines repeated (CPU {cpu:.0f} ms) / {REPEAT_MS} ms",
        took, REPEAT_MS, "ms", 1,
    )  # fmt: skip


def orders_rate(world: BenchWorld) -> Iterable[Row]:
    """Orders by the second: the press of the last button, by so many browsers at once, whose
    baskets are full and whose pages are open.
    """
    with database_copy("bench_rate"), TemporaryDirectory() as folder:
        contexts = _contexts(world)
        goods = orderable_goods(world, contexts[:1], 400)
        environment = {
            "DJANGO_SETTINGS_MODULE": "tests.bench.web_settings",
            "BENCH_SEARCH_ROOT": folder,
        }
        with site_running(Path(folder), environment=environment, arguments=_served) as site:
            times, took, spent = _rounds(site, contexts, goods)
    rate = len(times) / took
    ordered = sorted(times)
    name = f"orders of {SMALL} lines over HTTP, {CLIENTS} browsers, {len(times)} orders"
    each = ", ".join(f"{who} {1000 * part / len(times):.1f}" for who, part in spent.items())
    yield Row(
        "orders-rate",
        f"{name} (median {median(times):.0f} ms, p95 {ordered[int(len(times) * 0.95)]:.0f} ms),"
        f" ms of the processors each: {each}: seconds for 1,000 ({rate:.0f}/s)"
        f" / at {PER_SECOND}/s",
        1000 / rate, 1000 / PER_SECOND, "s", 1,
    )  # fmt: skip


def _served(port: int) -> list[str]:
    return web_arguments(port=port, workers=WORKERS)


def _rounds(
    site: Site, contexts: Sequence[TradeContext], goods: Sequence[int]
) -> tuple[list[float], float, dict[str, float]]:
    """Milliseconds of each order, the seconds that all took, and those of the processors by who
    used them; the first round warms up.
    """
    people = get_user_model().objects.in_bulk([context.user_id for context in contexts])
    browsers = [site.buyer(people[context.user_id]) for context in contexts]
    random, times, took, spent = Random(6), [], 0.0, defaultdict[str, float](float)
    processor = Processor(site.pid)
    for turn in range(TURNS + 1):
        forms = [_form(context, random.sample(goods, SMALL)) for context in contexts]
        works = [_Press(*pair) for pair in zip(browsers, forms, strict=True)]
        processor.start()
        begun, cpu = time.perf_counter(), time.process_time()
        results = in_turns(works, clients=CLIENTS)
        if turn:
            took += time.perf_counter() - begun
            times += results
            for who, part in processor.spent().items():
                spent[who] += part
            spent["browsers"] += time.process_time() - cpu
        if failed := [found for found in results if not isinstance(found, float)]:
            raise RuntimeError(failed[0])
    return times, took, spent


class _Press:
    """A buyer presses «Оформить»; called, it returns how many milliseconds that took."""

    def __init__(self, buyer: Buyer, form: dict[str, Any]) -> None:
        self._buyer, self._form = buyer, form

    def __call__(self) -> float:
        begun = time.perf_counter()
        answer = self._buyer.order(self._form)
        if answer.status_code != 302:
            raise RuntimeError(f"{answer.status_code}: {answer.text[:2000]}")
        return (time.perf_counter() - begun) * 1000


def _contexts(world: BenchWorld) -> list[TradeContext]:
    """So many persons, each under a contract that he has chosen, with room for his orders."""
    companies = Membership.objects.values("counterparty_id")
    contracts = Contract.objects.filter(counterparty__in=companies, currency="RUB").order_by("pk")
    found: dict[int, TradeContext] = {}
    for contract in contracts.iterator():
        context = world.context(contract)
        if context.user_id in found:
            continue
        credit_limit_set(contract=contract, limit=Decimal(900_000_000_000))
        TradeChoice.objects.update_or_create(
            person_id=context.user_id, defaults={"contract": contract}
        )
        Consignee.objects.create(
            counterparty_id=context.counterparty_id, name="Site", address="Site 1"
        )
        found[context.user_id] = context
        if len(found) == BUYERS:
            break
    return list(found.values())


def _form(context: TradeContext, goods: Sequence[int]) -> dict[str, Any]:
    """What the checkout's page of a new basket sends."""
    basket_set_many(context=context, quantities=dict.fromkeys(goods, MANY))
    basket = basket_for(context)
    sheet = basket_sheet(context=context, basket=basket)
    if sheet.blocking:
        apps.get_model("basket", "Line").objects.filter(
            pk__in=[line.id for line in sheet.blocking]
        ).delete()
        sheet = basket_sheet(context=context, basket=basket)
    site = Consignee.objects.filter(counterparty_id=context.counterparty_id).order_by("-pk")[0]
    form = checkout_form(basket_id=basket.pk, offer=offer_token(sheet), consignee=site)
    return {**form, "send": "1"}


def _placed(context: TradeContext, goods: Sequence[int]) -> Any:
    basket_set_many(context=context, quantities=dict.fromkeys(goods, MANY))
    basket = basket_for(context)
    sheet = basket_sheet(context=context, basket=basket)
    return order_place(
        context=context, basket_id=basket.pk, details=OrderDetails(), offer=offer_token(sheet)
    )


def _again(client: Client, context: TradeContext, number: str) -> tuple[float, float]:
    """Milliseconds of the POST, and of this process's CPU in it; the basket is emptied before."""
    apps.get_model("basket", "Basket").objects.filter(status="Open").delete()
    begun, cpu = time.perf_counter(), time.process_time()
    answer = client.post(reverse("saved:repeat", args=[number]))
    took = (time.perf_counter() - begun) * 1000, (time.process_time() - cpu) * 1000
    basket = basket_for(context)
    if answer.status_code != 302 or basket is None or basket.lines.count() != LINES:
        raise RuntimeError(f"{answer.status_code}: {basket and basket.lines.count()} lines")
    return took
