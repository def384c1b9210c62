"""The rows of the benchmark table, by id."""

from collections.abc import Callable

from django.db import connection

from b2b_apps.inventory.selectors import stock_for
from b2b_apps.pricing.selectors import prices_for
from tests.bench.data import bench_ids
from tests.bench.table import Row, median_cpu_ms, median_ms
from tests.factories import World

PAGE_CPU_MS = 10


def prices_1000(world: World) -> Row:
    ids, context = bench_ids(1000), world.context("buyer")

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT p.product_id, p.price_list_id, p.minimum_quantity, p.amount, v.percent
                FROM pricing_price p JOIN catalogue_product g ON g.id = p.product_id
                LEFT JOIN catalogue_vatrate v ON v.id = g.vat_rate_id
                JOIN pricing_pricelist l ON l.id = p.price_list_id
                WHERE p.product_id = ANY(%s) AND (l.id = ANY(%s) OR l.is_retail)
                """,
                [ids, list(context.price_list_ids)],
            )
            cursor.fetchall()

    return Row(
        "prices-1000",
        "prices of 1,000 products in one context (3 queries) / bare SQL join",
        median_ms(lambda: prices_for(context=context, product_ids=ids)),
        median_ms(bare),
        "ms",
        3,
    )


def prices_page(world: World) -> Row:
    ids, context = bench_ids(24), world.context("buyer")
    return Row(
        "prices-page",
        "CPU of the prices of a page of 24 products / 10 ms",
        median_cpu_ms(lambda: prices_for(context=context, product_ids=ids)),
        PAGE_CPU_MS,
        "ms",
        1,
    )


def stock_1000(world: World) -> Row:
    ids, context = bench_ids(1000), world.context("buyer")

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, product_id, partner_id, num_in_stock, num_allocated "
                "FROM partner_stockrecord WHERE product_id = ANY(%s) AND partner_id = ANY(%s)",
                [ids, list(context.warehouse_ids)],
            )
            cursor.fetchall()

    return Row(
        "stock-1000",
        "stock of 1,000 products in 2 warehouses (1 query) / bare SQL",
        median_ms(lambda: stock_for(context=context, product_ids=ids)),
        median_ms(bare),
        "ms",
        3,
    )


ALL: dict[str, Callable[[World], Row]] = {
    "prices-1000": prices_1000,
    "prices-page": prices_page,
    "stock-1000": stock_1000,
}
