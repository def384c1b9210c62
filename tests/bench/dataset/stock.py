"""Balances: each product lies in its own warehouse and in about a third of the others."""

from django.apps import apps

from tests.bench.dataset.filling import bare, fill, number
from tests.bench.dataset.goods import IS_PARENT
from tests.bench.dataset.size import WAREHOUSES, Size


def stock_make(size: Size) -> None:
    model = apps.get_model("partner", "StockRecord")
    warehouses = apps.get_model("partner", "Partner").objects.order_by("pk")
    array = f"unnest(ARRAY{list(warehouses.values_list('pk', flat=True))}::bigint[])"
    place = f"n * {WAREHOUSES} + w.place"
    is_there = (
        f"(w.place = 1 + {number('n', size.salt(20), WAREHOUSES)} "
        f"OR {number(place, size.salt(21), 3)} = 0)"
    )
    with bare(model):
        fill(
            model,
            f"generate_series(1, {size.products}) n, "
            f"{array} WITH ORDINALITY AS w(pk, place) WHERE NOT {IS_PARENT} AND {is_there}",
            product_id="n",
            partner_id="w.pk",
            partner_sku="'s-' || n",
            num_in_stock=number(place, size.salt(22), 500),
            num_allocated="0",
        )
