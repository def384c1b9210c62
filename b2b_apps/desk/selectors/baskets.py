"""Baskets that buyers have left."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Max

FORGOTTEN_AFTER = timedelta(days=2)
SHOWN = 10


def forgotten_baskets(*, now: datetime) -> Sequence[Any]:
    """Return open baskets with goods that nobody touched for two days, dearest first. One query.

    Each has ``touched_at`` and ``num_days``.
    """
    rows = (
        apps.get_model("basket", "Basket")
        .objects.filter(status="Open", contract__isnull=False, owner__isnull=False)
        .annotate(touched_at=Max("lines__date_updated"))
        .filter(touched_at__lt=now - FORGOTTEN_AFTER)
        .select_related("contract__counterparty", "owner")
    )
    found = list(rows.order_by("-cached_total", "pk")[:SHOWN])
    for basket in found:
        basket.num_days = (now - basket.touched_at).days
    return found
