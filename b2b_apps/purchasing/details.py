"""What a buyer fills in to place an order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from b2b_apps.purchasing.errors import ConsigneeUnknownError


@dataclass(frozen=True, slots=True)
class Customer:
    """The buyer's own customer, to whom a shipment goes without prices in its papers."""

    name: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class ShipmentWish:
    """When and how the buyer wants a shipment.

    ``method`` is "m" with the id of one of ours, or what he would rather have, "delivery" or
    "pickup"; ``window`` the hours by id. ``price_seen`` is what delivery was shown to cost, ""
    if the manager was to name it, None if nothing was shown.
    """

    planned_date: date | None = None
    method: str = "delivery"
    window: int | None = None
    customer: Customer = Customer()
    point: str = ""
    price_seen: str | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who receives: a name and an address as they stand in the documents."""

    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """What the buyer filled in; ``wishes`` by key of the shipment (``ShipmentPlan.key``) or by
    warehouse id as text, ``receivers`` of shipments that go elsewhere than the order, by
    consignee id.
    """

    consignee_name: str = ""
    delivery_address: str = ""
    contact_person: str = ""
    contact_phone: str = ""
    customer_number: str = ""
    comment: str = ""
    wishes: Mapping[str, ShipmentWish] = field(default_factory=dict)
    receivers: Mapping[int, Receiver] = field(default_factory=dict)
    # How the buyer would have it split (``choices.choice_token``), for who offers it again later.
    split: str = ""
    # What the page said credit would do to the order: nothing (""), "soft" or "release".
    credit_seen: str | None = None

    def wish(self, key: str) -> ShipmentWish:
        """The wish for a shipment, else any for its warehouse: the day may have moved since."""
        if key in self.wishes:
            return self.wishes[key]
        warehouse = key.partition("-")[0]
        of_warehouse = (w for k, w in self.wishes.items() if k.partition("-")[0] == warehouse)
        return next(of_warehouse, ShipmentWish())

    def receiver(self, consignee_id: int) -> Receiver:
        """Who receives a shipment; raises ConsigneeUnknownError for one that is not named."""
        if not consignee_id:
            return Receiver(self.consignee_name, self.delivery_address)
        if consignee_id not in self.receivers:
            raise ConsigneeUnknownError(consignee_id)
        return self.receivers[consignee_id]
