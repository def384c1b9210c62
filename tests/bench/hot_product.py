"""One product that everybody orders at once, against bare conditional UPDATEs of its balance."""

import multiprocessing
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Membership
from b2b_apps.contracts.models import Contract
from b2b_apps.contracts.services import credit_limit_set
from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.services.taking import stock_take
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, basket_set, basket_set_many, order_place
from tests.bench.database import database_copy
from tests.bench.table import Row
from tests.bench.world import BenchWorld

BUYERS = 4  # processes at once
ORDERS, UPDATES = 25, 500  # of each
PLENTY = 10_000_000
ONE = Decimal(1)
BARE = """
UPDATE partner_stockrecord SET num_allocated = coalesce(num_allocated, 0) + 1
WHERE id = %s AND num_in_stock - coalesce(num_allocated, 0) >= 1
"""


def hot_product(world: BenchWorld) -> Iterable[Row]:
    """Milliseconds per piece sold: bare UPDATE, the portal's taking of stock, whole orders."""
    with database_copy("bench_hot"):
        contexts = _contexts(world)
        hot, *others = _goods(world, contexts, 1 + BUYERS)
        record = _record(contexts[0], hot)
        bare = _each(contexts, UPDATES, lambda _place: _bare(record))
        taking = _each(contexts, UPDATES, lambda _place: _take(record))
        shared = _orders(contexts, [hot] * BUYERS)
        apart = _orders(contexts, others)
    yield Row(
        "hot-take", f"stock of one product taken by {BUYERS} at once / bare UPDATEs of it",
        taking, bare, "ms", 2,
    )  # fmt: skip
    yield Row(
        "hot-orders", f"orders of one product by {BUYERS} buyers at once / bare UPDATEs of it",
        shared, bare, "ms", 2,
    )  # fmt: skip
    yield Row(
        "hot-queue", f"orders of one product by {BUYERS} buyers at once / each of a product of "
        "his own", shared, apart, "ms", None,
    )  # fmt: skip


def _contexts(world: BenchWorld) -> list[TradeContext]:
    """Buyers under contracts of their own, with room for whatever they order."""
    companies = Membership.objects.values("counterparty_id")
    contracts = Contract.objects.filter(counterparty__in=companies, currency="RUB").order_by("pk")
    chosen = list(contracts.distinct("pk")[:BUYERS])
    for contract in chosen:
        credit_limit_set(contract=contract, limit=Decimal(10_000_000_000))
    return [world.context(contract) for contract in chosen]


def _goods(world: BenchWorld, contexts: list[TradeContext], number: int) -> list[int]:
    """Products that each of the buyers can order, with more stock than they can take."""
    ids = world.ids(200)
    apps.get_model("partner", "StockRecord").objects.filter(product__in=ids).update(
        num_in_stock=PLENTY, num_allocated=0
    )
    wanted = dict.fromkeys(ids, ONE)
    refused = {
        error.product_id
        for context in contexts
        for error in basket_set_many(context=context, quantities=wanted).refused
    }
    apps.get_model("basket", "Basket").objects.filter(status="Open").delete()
    return [pk for pk in ids if pk not in refused][:number]


def _record(context: TradeContext, product_id: int) -> int:
    records = apps.get_model("partner", "StockRecord").objects.filter(
        product=product_id, partner__in=context.warehouse_ids
    )
    return int(records.order_by("pk").values_list("pk", flat=True)[0])


def _bare(record: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [record])


def _take(record: int) -> None:
    stock_take(demand={record: ONE})


def _orders(contexts: list[TradeContext], goods: list[int]) -> float:
    """A basket of one line filled, shown and ordered, again and again."""

    def order(place: int) -> None:
        context = contexts[place]
        basket_set(context=context, product_id=goods[place], quantity=Decimal(1000))
        basket = basket_for(context)
        offer = offer_token(basket_sheet(context=context, basket=basket))
        order_place(context=context, basket_id=basket.pk, details=OrderDetails(), offer=offer)

    return _each(contexts, ORDERS, order)


def _each(contexts: list[TradeContext], number: int, work: Callable[[int], Any]) -> float:
    """Milliseconds per piece when a process per buyer does ``work`` so many times, all at once."""
    connection.close()
    fork = multiprocessing.get_context("fork")
    ready = fork.Barrier(len(contexts) + 1)
    failed = fork.Queue()

    def run(place: int) -> None:
        with scopes_disabled():
            connection.ensure_connection()
            ready.wait()
            try:
                for _piece in range(number):
                    work(place)
            except Exception as error:  # told by the parent
                failed.put(repr(error))
                raise

    people = [fork.Process(target=run, args=(place,)) for place in range(len(contexts))]
    for person in people:
        person.start()
    ready.wait()
    start = time.perf_counter()
    for person in people:
        person.join()
    seconds = time.perf_counter() - start
    if not failed.empty():
        raise RuntimeError(failed.get())
    return seconds * 1000 / (number * len(contexts))
