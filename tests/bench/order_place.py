"""Orders of one line, of a thousand and of five thousand, as a buyer places them."""

import gc
import time
from collections.abc import Iterable, Sequence
from decimal import Decimal
from statistics import median

from django.apps import apps
from django.db import connection

from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.models import StockHold
from b2b_apps.purchasing.choices import SplitChoice
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.plan import plan_of
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import (
    OrderDetails,
    Receiver,
    basket_set_many,
    order_place,
)
from tests.bench.database import database_copy
from tests.bench.hot_product import buyers_contexts, orderable_goods
from tests.bench.table import Row
from tests.bench.world import BenchWorld

# Lines, orders measured, milliseconds that one may take.
SIZES = ((1, 15, 50), (40, 15, 100), (1000, 5, 1000), (5000, 3, 4000))
# And one of a thousand lines to six consignees: as many shipments.
SPLIT = (1000, 6, 5, 1000)
MANY = Decimal(1000)  # a multiple of every pack


def order_placing(world: BenchWorld) -> Iterable[Row]:
    """Milliseconds from the button to the committed order, the basket being full already."""
    with database_copy("bench_order"):
        (context, *_others) = buyers_contexts(world)
        most = max(lines for lines, _rounds, _goal in SIZES)
        goods = orderable_goods(world, [context], most)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {StockHold._meta.db_table}")
        # As the server does (config/wsgi.py).
        gc.collect()
        gc.freeze()
        for lines, rounds, goal in SIZES:
            times = [_place(context, goods[:lines]) for _round in range(rounds + 1)][1:]
            took, cpu = (median(column) for column in zip(*times, strict=True))
            yield Row(
                f"order-place-{lines}",
                f"an order of {lines:,} lines placed (CPU {cpu:.0f} ms) / {goal:,} ms",
                took, goal, "ms", 1,
            )  # fmt: skip
        lines, parts, rounds, goal = SPLIT
        times = [_place(context, goods[:lines], parts) for _round in range(rounds + 1)][1:]
        took, cpu = (median(column) for column in zip(*times, strict=True))
        yield Row(
            f"order-split-{lines}",
            f"an order of {lines:,} lines in {parts} shipments placed (CPU {cpu:.0f} ms)"
            f" / {goal:,} ms",
            took, goal, "ms", 1,
        )  # fmt: skip


def _place(context: TradeContext, goods: Sequence[int], parts: int = 1) -> tuple[float, float]:
    """Milliseconds of an order to so many consignees, and of this process's CPU in it."""
    basket_set_many(context=context, quantities=dict.fromkeys(goods, MANY))
    basket = basket_for(context)
    sheet = basket_sheet(context=context, basket=basket)
    if len(sheet.counted) != len(goods):
        raise RuntimeError(f"{len(sheet.counted)} of {len(goods)} lines can be ordered")
    consignees = {line.id: place % parts for place, line in enumerate(sheet.lines) if place % parts}
    plan = plan_of(sheet, choice=SplitChoice(consignees=consignees))
    if len(plan.shipments) < parts:
        raise RuntimeError(f"{len(plan.shipments)} shipments")
    offer = offer_token(sheet, plan)
    details = OrderDetails(receivers={pk: Receiver(f"Site {pk}") for pk in range(1, parts)})
    start, cpu = time.perf_counter(), time.process_time()
    order = order_place(context=context, basket_id=basket.pk, details=details, offer=offer)
    took = (time.perf_counter() - start) * 1000, (time.process_time() - cpu) * 1000
    lines = apps.get_model("order", "Line").objects.filter(order__group=order.group)
    if lines.values("position").distinct().count() != len(goods):
        raise RuntimeError(order.number)
    return took
