"""What a split is made of and what comes out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Policy(StrEnum):
    """What a buyer would rather have.

    ``FEWEST``: as few shipments as can be. ``EARLIEST``: each line as soon as it can be whole.
    ``NOW_AND_LATER``: what is here leaves now, what is to come follows. ``NEAREST``: each line as
    soon as it can be whole, from the nearest places that have it by then.
    """

    FEWEST = "fewest"
    EARLIEST = "earliest"
    NOW_AND_LATER = "now_and_later"
    NEAREST = "nearest"


class Source(NamedTuple):
    """A shipment that could be: what leaves one warehouse on one day."""

    day: date
    warehouse_id: int


class Coming(NamedTuple):
    """What of a product can leave a warehouse from a day on, beside what could before.

    ``expected`` is the day on which it comes, None if it is here.
    """

    warehouse_id: int
    day: date
    quantity: Decimal
    expected: date | None = None


class Need(NamedTuple):
    """One line: so much of a product, in whole ``pack``s.

    ``group`` keeps lines apart that must not share a shipment: a consignee, a rule for goods.
    ``warehouse_id`` is the warehouse the buyer insists on, ``preferred_id`` the one that we would
    have it leave from, if it has all of the product now. ``is_whole`` forbids dividing the
    product among shipments: cable of one length.
    """

    key: int
    product_id: int
    quantity: Decimal
    pack: Decimal = Decimal(1)
    group: str = ""
    warehouse_id: int | None = None
    is_whole: bool = False
    preferred_id: int | None = None


class Part(NamedTuple):
    """So much of a line in one shipment; ``key`` is the line's."""

    key: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class PlannedShipment:
    """What leaves one warehouse on one day for one group."""

    source: Source
    group: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Split:
    """Shipments in the order of their groups, days and nearness; ``missing`` by line.

    ``is_proven`` is False where the search was cut short: it is a good split then, of which
    nobody has shown that there is none better.
    """

    shipments: Sequence[PlannedShipment] = ()
    missing: Mapping[int, Decimal] = field(default_factory=dict)
    is_proven: bool = True
