"""One product that everybody orders at once, against bare conditional UPDATEs of its balance."""

import multiprocessing
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Membership
from b2b_apps.contracts.models import Contract
from b2b_apps.contracts.services import credit_limit_set
from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.models import StockHold
from b2b_apps.inventory.services.taking import stock_take
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, basket_set, basket_set_many, order_place
from tests.bench.database import database_copy
from tests.bench.table import Row
from tests.bench.world import BenchWorld

BUYERS = 4  # processes at once
ORDERS, UPDATES = 25, 250  # of each
ROUNDS = 5  # of UPDATEs and takings in turn: each ratio is of the same moment
OTHERS = 1000  # holds of the product that are there already
PLENTY = 10_000_000
ONE = Decimal(1)
BARE = """
UPDATE partner_stockrecord SET num_allocated = coalesce(num_allocated, 0) + 1
WHERE id = %s AND num_in_stock - coalesce(num_allocated, 0) >= 1
"""


def hot_product(world: BenchWorld) -> Iterable[Row]:
    """Milliseconds per piece sold: bare UPDATE, the portal's taking of stock, whole orders."""
    with database_copy("bench_hot"):
        contexts = buyers_contexts(world)
        hot, *others = orderable_goods(world, contexts, 1 + BUYERS)
        record = _record(contexts[0], hot)
        _hold_by_others(contexts, record)
        bare, taking = _in_turns(
            contexts, lambda _place: _bare(record), lambda place: _take(contexts[place], record)
        )
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


def buyers_contexts(world: BenchWorld) -> list[TradeContext]:
    """Buyers under contracts of their own, with room for whatever they order."""
    companies = Membership.objects.values("counterparty_id")
    contracts = Contract.objects.filter(counterparty__in=companies, currency="RUB").order_by("pk")
    chosen = list(contracts.distinct("pk")[:BUYERS])
    for contract in chosen:
        credit_limit_set(contract=contract, limit=Decimal(900_000_000_000))
    return [world.context(contract) for contract in chosen]


def orderable_goods(world: BenchWorld, contexts: list[TradeContext], number: int) -> list[int]:
    """Products that each of the buyers can order, with more stock than they can take."""
    ids = world.ids(min(world.size.products, number * 2 + 200))
    apps.get_model("partner", "StockRecord").objects.filter(product__in=ids).update(
        num_in_stock=PLENTY, num_allocated=0
    )
    refused = {pk for context in contexts for pk in _refused(context, ids)}
    return [pk for pk in ids if pk not in refused][:number]


def _refused(context: TradeContext, ids: list[int]) -> set[int]:
    """Of the products, those that the buyer can't put into a basket or not order from it.

    Under a thousand at a time: a basket does not take them all.
    """
    refused: set[int] = set()
    for start in range(0, len(ids), 1000):
        wanted = dict.fromkeys(ids[start : start + 1000], Decimal(1000))
        change = basket_set_many(context=context, quantities=wanted)
        refused |= {error.product_id for error in change.refused}
        baskets = apps.get_model("basket", "Basket").objects.filter(status="Open")
        basket = baskets.filter(pk=change.sheet.id).first()
        sheet = basket_sheet(context=context, basket=basket)
        refused |= {line.product.pk for line in sheet.blocking}
        baskets.delete()
    return refused


def _record(context: TradeContext, product_id: int) -> int:
    records = apps.get_model("partner", "StockRecord").objects.filter(
        product=product_id, partner__in=context.warehouse_ids
    )
    return int(records.order_by("pk").values_list("pk", flat=True)[0])


def _bare(record: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [record])


@transaction.atomic
def _take(context: TradeContext, record: int) -> None:
    """Take a piece as an order does, in a transaction that holds the lock till its end."""
    stock_take(demand={record: ONE}, own_contract_id=context.contract_id)


def _hold_by_others(contexts: list[TradeContext], record: int) -> None:
    """Give the product the holds of a product that everybody wants."""
    buyers = [context.contract_id for context in contexts]
    other = Contract.objects.exclude(pk__in=buyers).order_by("pk")[0]
    hold = {"stock_record_id": record, "kind": "manual", "contract": other, "quantity": ONE,
            "expires_at": timezone.now() + timedelta(days=2)}  # fmt: skip
    StockHold.objects.bulk_create(StockHold(**hold) for _hold in range(OTHERS))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inventory_stockhold")


def _in_turns(
    contexts: list[TradeContext], bare: Callable[[int], Any], ours: Callable[[int], Any]
) -> tuple[float, float]:
    """Milliseconds per piece of both, of the round with the median ratio."""
    rounds = [
        (_each(contexts, UPDATES, bare), _each(contexts, UPDATES, ours)) for _ in range(ROUNDS)
    ]
    return sorted(rounds, key=lambda pair: pair[1] / pair[0])[ROUNDS // 2]


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
