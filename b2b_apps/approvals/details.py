"""What was filled in at the checkout, kept with a request until it is ordered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from b2b_apps.purchasing.services import OrderDetails, ShipmentWish

TEXTS = (
    "consignee_name",
    "delivery_address",
    "contact_person",
    "contact_phone",
    "customer_number",
    "comment",
)


def details_plain(details: OrderDetails) -> dict[str, Any]:
    """Return the details as they are kept."""
    wishes = {
        str(warehouse_id): {
            "date": wish.planned_date.isoformat() if wish.planned_date else None,
            "method": wish.method,
        }
        for warehouse_id, wish in details.wishes.items()
    }
    return {**{name: getattr(details, name) for name in TEXTS}, "wishes": wishes}


def details_from(kept: Mapping[str, Any], *, today: date) -> OrderDetails:
    """Return the details of a request; a day that has passed meanwhile is today.

    What credit will do was not shown to the buyer: it decides by its own mode.
    """
    wishes = {
        int(warehouse_id): ShipmentWish(_day(wish["date"], today), wish["method"])
        for warehouse_id, wish in kept.get("wishes", {}).items()
    }
    texts = {name: kept.get(name, "") for name in TEXTS}
    return replace(OrderDetails(**texts), wishes=wishes, credit_seen=None)


def _day(text: str | None, today: date) -> date | None:
    return max(date.fromisoformat(text), today) if text else None
