"""The data set of the benchmarks: goods with prices in four lists and stock in six warehouses."""

from django.apps import apps
from django.db import connection

from tests.factories import World


def fill(world: World, *, num_products: int) -> None:
    """Add ``num_products`` goods to the world by SQL: two prices and two balances each."""
    category = world.products["cable"].categories.get()
    like = world.products["cable"]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO catalogue_product (structure, title, slug, description, meta_title,
                meta_description, article, code_1c, barcode, brand, characteristic, base_unit_id,
                vat_rate_id, order_multiple, minimum_quantity, product_class_id, is_discountable,
                is_public, date_created, date_updated, upc, priority, code, price_visibility)
            SELECT 'standalone', 'Автомат ВА47-29 ' || n, 'b-' || n, '', '', '', 'BENCH-' || n,
                '', '', 'IEK', '', %s, %s, 1, 0, %s, true, true, now(), now(), NULL, 0, NULL,
                'shown'
            FROM generate_series(1, %s) n
            """,
            [like.base_unit_id, like.vat_rate_id, like.product_class_id, num_products],
        )
        cursor.execute(
            """
            INSERT INTO catalogue_productcategory (product_id, category_id)
            SELECT id, %s FROM catalogue_product WHERE article LIKE 'BENCH-%%'
            """,
            [category.pk],
        )
        for price_list in ("retail", "dealer"):
            cursor.execute(
                """
                INSERT INTO pricing_price (price_list_id, product_id, minimum_quantity, pack_factor,
                    amount)
                SELECT %s, id, 0, 0, 10 + id %% 990 FROM catalogue_product
                WHERE article LIKE 'BENCH-%%'
                """,
                [world.lists[price_list].pk],
            )
        for warehouse in world.warehouses.values():
            cursor.execute(
                """
                INSERT INTO partner_stockrecord (product_id, partner_id, partner_sku,
                    price_currency, num_in_stock, num_allocated, date_created, date_updated)
                SELECT id, %s, article, 'RUB', id %% 500, 0, now(), now()
                FROM catalogue_product WHERE article LIKE 'BENCH-%%'
                """,
                [warehouse.pk],
            )
        cursor.execute("ANALYZE")


def bench_ids(limit: int) -> list[int]:
    """Ids of ``limit`` products of the data set."""
    products = apps.get_model("catalogue", "Product").objects
    return list(products.filter(article__startswith="BENCH-").values_list("pk", flat=True)[:limit])
