"""What was filled in at the checkout, kept with a request until it is ordered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from b2b_apps.purchasing.details import Customer
from b2b_apps.purchasing.services import OrderDetails, Receiver, ShipmentWish

TEXTS = (
    "consignee_name",
    "delivery_address",
    "contact_person",
    "contact_phone",
    "customer_number",
    "comment",
    "split",
)


def details_plain(details: OrderDetails) -> dict[str, Any]:
    """Return the details as they are kept."""
    wishes = {
        key: {
            "date": wish.planned_date.isoformat() if wish.planned_date else None,
            "method": wish.method,
            "window": wish.window,
            "point": wish.point,
            "customer": [wish.customer.name, wish.customer.phone, wish.customer.address],
        }
        for key, wish in details.wishes.items()
    }
    receivers = {str(pk): [to.name, to.address] for pk, to in details.receivers.items()}
    texts = {name: getattr(details, name) for name in TEXTS}
    return {**texts, "wishes": wishes, "receivers": receivers}


def details_from(kept: Mapping[str, Any], *, today: date) -> OrderDetails:
    """Return the details of a request; a day that has passed meanwhile is today.

    What credit will do was not shown to the buyer: it decides by its own mode. Delivery costs what
    it costs on the day of the order.
    """
    wishes = {
        key: ShipmentWish(
            planned_date=_day(wish["date"], today),
            method=wish["method"],
            window=wish.get("window"),
            customer=Customer(*wish.get("customer", ())),
            point=wish.get("point", ""),
        )
        for key, wish in kept.get("wishes", {}).items()
    }
    texts = {name: kept.get(name, "") for name in TEXTS}
    receivers = {int(pk): Receiver(*to) for pk, to in kept.get("receivers", {}).items()}
    return replace(OrderDetails(**texts), wishes=wishes, receivers=receivers, credit_seen=None)


def _day(text: str | None, today: date) -> date | None:
    return max(date.fromisoformat(text), today) if text else None
