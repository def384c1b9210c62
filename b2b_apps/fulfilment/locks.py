"""What fulfilment locks first: orders, in primary-key order. Shipments, stock, credit follow."""

from collections.abc import Collection

from django.apps import apps


def orders_lock(*, order_ids: Collection[int]) -> None:
    """Lock orders until the transaction ends. One query."""
    orders = apps.get_model("order", "Order").objects.select_for_update(of=("self",))
    list(orders.filter(pk__in=list(order_ids)).order_by("pk").values_list("pk"))
