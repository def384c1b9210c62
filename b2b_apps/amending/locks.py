"""What a change locks: the order (``contracts.locks``), then its shipments, in pk order."""

from collections.abc import Sequence
from typing import Any

from b2b_apps.fulfilment.models import Shipment


def shipments_locked(order: Any) -> Sequence[Shipment]:
    """Return the shipments of a locked order, locked, in their sequence. One query."""
    rows = Shipment.objects.select_for_update(of=("self",)).select_related("warehouse", "delivery")
    return sorted(rows.filter(order=order).order_by("pk"), key=lambda s: s.sequence)
