"""The rows of the benchmark table, by id."""

from collections.abc import Callable, Iterable
from functools import partial

from django.db import connection

from b2b_apps.inventory.selectors import stock_for
from b2b_apps.pricing.conditions import asked_features
from b2b_apps.pricing.goods import id_array
from b2b_apps.pricing.models import PriceList
from b2b_apps.pricing.selectors import price_book, prices_for
from tests.bench.basket import basket
from tests.bench.checkout import checkout
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
from tests.bench.templates import templates
from tests.bench.world import BenchWorld

PAGE_CPU_MS = 10


LISTED_SQL = """
SELECT p.product_id, p.price_list_id, p.minimum_quantity, p.amount, v.percent
FROM pricing_price p JOIN catalogue_product g ON g.id = p.product_id
LEFT JOIN catalogue_vatrate v ON v.id = g.vat_rate_id
JOIN pricing_pricelist l ON l.id = p.price_list_id
WHERE g.id = ANY(%(products)s::bigint[]) AND p.product_id = ANY(%(products)s::bigint[])
    AND p.price_list_id = ANY(%(lists)s::bigint[])
"""
# What the rules ask for stands in two tables more: another row for each place and each value.
ASKED_SQL = """
SELECT pc.product_id, c.id, c.path, NULL, NULL, NULL
FROM catalogue_productcategory pc JOIN catalogue_category c ON c.id = pc.category_id
WHERE pc.product_id = ANY(%(products)s::bigint[])
UNION ALL
SELECT v.product_id, v.attribute_id, v.value_text, v.value_float, v.value_integer, o.option
FROM catalogue_productattributevalue v
LEFT JOIN catalogue_attributeoption o ON o.id = v.value_option_id
WHERE v.product_id = ANY(%(products)s::bigint[]) AND v.attribute_id = ANY(%(attributes)s::bigint[])
"""


def prices_1000(world: BenchWorld) -> Iterable[Row]:
    """Prices beside a bare fetching of the same rows: of the lists, and those that rules ask for;
    and beside the first alone.
    """
    ids, context = world.ids(1000), world.context()
    book = price_book(context=context, product_ids=ids)
    asked = asked_features(c for rule in book.loaded.rules for c in rule.goods_conditions)
    retail = PriceList.objects.filter(is_retail=True).values_list("pk", flat=True)
    # All ids are handed over, or PostgreSQL reads whole tables and the baseline is too easy.
    params = {
        "products": id_array(ids),
        "lists": id_array([*context.price_list_ids, *retail]),
        "attributes": id_array(asked.attribute_ids),
    }

    def bare(*statements: str) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, params)
                cursor.fetchall()

    ours = median_ms(lambda: prices_for(context=context, product_ids=ids))
    both, listed = (median_ms(partial(bare, *s)) for s in ((LISTED_SQL, ASKED_SQL), (LISTED_SQL,)))
    work = "prices of 1,000 products in one context, 50 rules live (4 queries) / bare SQL join"
    yield Row("prices-1000", f"{work} of the same rows", ours, both, "ms", 3)
    yield Row("prices-1000-listed", f"{work} of the lists' rows alone", ours, listed, "ms", None)


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
    "template": templates,
    "orders-rate": orders_rate,
    "contract-switch": contract_switch,
    "entry": entry,
    "basket": basket,
    "checkout": checkout,
    "search": search,
    "search-build": search_build,
    "search-fresh": search_fresh,
    "search-http": search_http,
    "search-whoosh": search_whoosh,
    "opensearch": opensearch,
}
