"""What somebody asks of an order, and who he is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from b2b_apps.amending.models import FROM_1C, Who


class AddedGoods(NamedTuple):
    """Goods to be added: an article as it was typed, and how much in base units."""

    article: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes: ``who`` he is to the order. ``employee_id`` is None of staff. 1C is nobody's
    user: its ``user_id`` is 0.
    """

    user_id: int
    who: str
    employee_id: int | None = None

    @property
    def is_staff(self) -> bool:
        return self.who == Who.STAFF

    @property
    def is_1c(self) -> bool:
        return self.who == FROM_1C

    @property
    def person_id(self) -> int | None:
        return self.user_id or None


@dataclass(frozen=True, slots=True)
class Change:
    """``quantities`` by line id are new ones, 0 takes the line out; lines not named stay. ``days``
    by shipment id; ``fields`` are new values of the order's columns (``FIELDS``). ``revision`` is
    the one that was seen.
    """

    revision: int
    quantities: Mapping[int, Decimal] = field(default_factory=dict)
    added: Sequence[AddedGoods] = ()
    days: Mapping[int, date] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


# Columns of the order that may be changed, by what a rule calls that.
FIELDS: Mapping[str, str] = {
    "consignee_name": "consignee",
    "delivery_address": "consignee",
    "contact_person": "consignee",
    "contact_phone": "consignee",
    "comment": "comment",
    "customer_number": "number",
}
