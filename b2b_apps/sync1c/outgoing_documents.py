"""An order of ours as documents of 1C."""

from collections.abc import Collection
from typing import Any

from django.apps import apps

from b2b_apps.sync1c.models import ExchangeConnection


class Unsendable(Exception):  # noqa: N818 - it is a state of the order
    """The order can't be worded for 1C; the text says why."""


def orders_by_pk(ids: Collection[int], *, with_lines: bool = True) -> dict[int, Any]:
    orders = apps.get_model("order", "Order").objects.filter(pk__in=ids)
    if with_lines:
        orders = orders.select_related("counterparty", "contract", "organization").prefetch_related(
            "lines", "shipments__warehouse"
        )
    return {order.pk: order for order in orders}


def documents_of(order: Any, *, connection: ExchangeConnection) -> list[Any]:
    return []


def file_of(documents: list[Any], *, connection: ExchangeConnection) -> bytes:
    return b""
