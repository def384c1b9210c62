"""The rows of the benchmark table, by id."""

from collections.abc import Callable, Iterable

from django.db import connection

from b2b_apps.inventory.selectors import stock_for
from b2b_apps.pricing.goods import id_array
from b2b_apps.pricing.models import PriceList
from b2b_apps.pricing.selectors import prices_for
from tests.bench.basket import basket
from tests.bench.contract_switch import contract_switch
from tests.bench.entry import entry
from tests.bench.hot_product import hot_product
from tests.bench.order_place import order_placing
from tests.bench.orders import orders_rate, repeat
from tests.bench.price_load import price_load
from tests.bench.search import search, search_build, search_fresh
from tests.bench.search_http import search_http
from tests.bench.search_opensearch import opensearch
from tests.bench.search_whoosh import search_whoosh
from tests.bench.table import Row, median_cpu_ms, median_ms
from tests.bench.world import BenchWorld

PAGE_CPU_MS = 10


def prices_1000(world: BenchWorld) -> Iterable[Row]:
    ids, context = world.ids(1000), world.context()
    # All ids are handed over, or PostgreSQL reads whole tables and the baseline is too easy.
    retail = PriceList.objects.filter(is_retail=True).values_list("pk", flat=True)
    lists = [*context.price_list_ids, *retail]

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT p.product_id, p.price_list_id, p.minimum_quantity, p.amount, v.percent
                FROM pricing_price p JOIN catalogue_product g ON g.id = p.product_id
                LEFT JOIN catalogue_vatrate v ON v.id = g.vat_rate_id
                JOIN pricing_pricelist l ON l.id = p.price_list_id
                WHERE g.id = ANY(%s::bigint[]) AND p.product_id = ANY(%s::bigint[])
                    AND p.price_list_id = ANY(%s::bigint[])
                """,
                [id_array(ids), id_array(ids), id_array(lists)],
            )
            cursor.fetchall()

    yield Row(
        "prices-1000",
        "prices of 1,000 products in one context, 50 rules live (4 queries) / bare SQL join",
        median_ms(lambda: prices_for(context=context, product_ids=ids)),
        median_ms(bare),
        "ms",
        3,
    )


def prices_page(world: BenchWorld) -> Iterable[Row]:
    ids, context = world.ids(24), world.context()
    yield Row(
        "prices-page",
        "CPU of the prices of a page of 24 products, 50 rules live / 10 ms",
        median_cpu_ms(lambda: prices_for(context=context, product_ids=ids)),
        PAGE_CPU_MS,
        "ms",
        1,
    )


def stock_1000(world: BenchWorld) -> Iterable[Row]:
    ids, context = world.ids(1000), world.context()

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, product_id, partner_id, num_in_stock, num_allocated "
                "FROM partner_stockrecord WHERE product_id = ANY(%s) AND partner_id = ANY(%s)",
                [ids, list(context.warehouse_ids)],
            )
            cursor.fetchall()

    yield Row(
        "stock-1000",
        "stock of 1,000 products in 20 warehouses (1 query) / bare SQL",
        median_ms(lambda: stock_for(context=context, product_ids=ids)),
        median_ms(bare),
        "ms",
        3,
    )


ALL: dict[str, Callable[[BenchWorld], Iterable[Row]]] = {
    "prices-1000": prices_1000,
    "prices-page": prices_page,
    "stock-1000": stock_1000,
    "price-load": price_load,
    "hot": hot_product,
    "order-place": order_placing,
    "repeat-1000": repeat,
    "orders-rate": orders_rate,
    "contract-switch": contract_switch,
    "entry": entry,
    "basket": basket,
    "search": search,
    "search-build": search_build,
    "search-fresh": search_fresh,
    "search-http": search_http,
    "search-whoosh": search_whoosh,
    "opensearch": opensearch,
}
