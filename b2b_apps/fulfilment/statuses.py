"""How statuses look: names and tones of the portal, and what the staff made of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from b2b_apps.fulfilment.models import Shipment, StatusLook

Of, Tone = StatusLook.Of, StatusLook.Tone
Ship = Shipment.Status
# Oscar's order statuses are ours to name: OSCAR_ORDER_STATUS_PIPELINE.
# Words of a shipment are not those of an order: in Russian they have another gender.
USUAL: Mapping[tuple[str, str], tuple[str, Promise]] = {
    (Of.ORDER, "placed"): (Tone.NEW, gettext_lazy("Placed")),
    (Of.ORDER, "confirmed"): (Tone.WORK, gettext_lazy("Confirmed")),
    (Of.ORDER, "picking"): (Tone.WORK, gettext_lazy("Being picked")),
    (Of.ORDER, "shipping"): (Tone.WORK, gettext_lazy("Being shipped")),
    (Of.ORDER, "completed"): (Tone.OK, gettext_lazy("Dispatched")),
    (Of.ORDER, "cancelled"): (Tone.BAD, gettext_lazy("Cancelled")),
    (Of.SHIPMENT, Ship.PLANNED): (Tone.NEW, gettext_lazy("Waits for confirmation")),
    (Of.SHIPMENT, Ship.CONFIRMED): (Tone.WORK, gettext_lazy("Is confirmed")),
    (Of.SHIPMENT, Ship.PICKING): (Tone.WORK, gettext_lazy("Being picked")),
    (Of.SHIPMENT, Ship.PARTLY): (Tone.WORK, gettext_lazy("Partly sent off")),
    (Of.SHIPMENT, Ship.SHIPPED): (Tone.OK, gettext_lazy("Sent off")),
    (Of.SHIPMENT, Ship.CANCELLED): (Tone.BAD, gettext_lazy("Called off")),
}
# How shipments of an order stand: (status, the row of the own status or None) of each.
Worn = Sequence[tuple[str, int | None]]
# 1 to 6, of each kind.
PLACES: Mapping[tuple[str, str], int] = {
    key: place
    for of in (Of.ORDER, Of.SHIPMENT)
    for place, key in enumerate((key for key in USUAL if key[0] == of), start=1)
}


@dataclass(frozen=True, slots=True)
class Look:
    """A status as it is shown; ``row`` is what the staff made of it, None for nothing."""

    of: str
    code: str
    tone: str
    usual: str | Promise
    row: StatusLook | None = None

    @property
    def base(self) -> str:
        """The status of a shipment that rules keep to: its own, or the one it is a kind of."""
        return (self.row.base if self.row is not None else "") or self.code

    @property
    def own_name(self) -> str:
        """The staff's name in the active language; "" if they gave none."""
        return self.row.said("name") if self.row is not None else ""

    @property
    def name(self) -> str:
        return self.own_name or str(self.usual)

    @property
    def about(self) -> str:
        """What the buyer is told of it in the active language; "" for nothing."""
        return self.row.said("about") if self.row is not None else ""

    @property
    def position(self) -> int:
        """Its place among those of its kind; as usual the one in which it comes."""
        if self.row is not None and self.row.position is not None:
            return int(self.row.position)
        return PLACES.get((self.of, self.code), 0)

    @property
    def pair(self) -> tuple[str, str]:
        """(shape, word), as pages draw a status."""
        return self.tone, self.name


class StatusBook:
    """All statuses as they are shown now, by code or in the order that the staff gave them."""

    def __init__(self, rows: Sequence[StatusLook]) -> None:
        self._rows = {(row.of, row.code): row for row in rows}

    @cached_property
    def _own(self) -> Mapping[int, Look]:
        """Own statuses that are not removed, by the id of their row, in their order."""
        found = []
        for (of, code), row in self._rows.items():
            if of == Of.OWN and not row.is_removed:
                base = self.shipment(row.base)
                found.append((row.pk, Look(of, code, row.tone or base.tone, base.name, row)))
        return dict(sorted(found, key=lambda pair: (pair[1].position or 100, pair[0])))

    @cached_property
    def _looks(self) -> Mapping[tuple[str, str], Look]:
        found = []
        for key, (tone, usual) in USUAL.items():
            row = self._rows.get(key)
            found.append(Look(*key, (row and row.tone) or tone, usual, row))
        found.sort(key=lambda look: look.position)
        return {(look.of, look.code): look for look in found}

    def order(self, code: str) -> Look:
        return self._found(Of.ORDER, code)

    def shipment(self, code: str) -> Look:
        return self._found(Of.SHIPMENT, code)

    def own(self, row_id: int | None) -> Look | None:
        """An own status by its row; None for none and for one that is removed."""
        return self._own.get(row_id) if row_id else None

    def worn(self, shipment: Shipment) -> Look:
        """What a shipment shows: the own status that 1C's text stands for, while it is in the
        base of that one.
        """
        return self._worn(shipment.status, shipment.own_status_id) or self.shipment(shipment.status)

    def of_order(self, code: str, shipments: Worn) -> Look:
        """What an order shows: the own status that all its shipments wear, cancelled ones aside,
        else its own.
        """
        live = [pair for pair in shipments if pair[0] != Ship.CANCELLED] or shipments
        found = {self._worn(*pair) for pair in live}
        look = found.pop() if len(found) == 1 else None
        return look or self.order(code)

    def _worn(self, status: str, row_id: int | None) -> Look | None:
        look = self.own(row_id)
        return look if look and look.base == status else None

    def all_of(self, of: str) -> Sequence[Look]:
        if of == Of.OWN:
            return list(self._own.values())
        return [look for look in self._looks.values() if look.of == of]

    def _found(self, of: str, code: str) -> Look:
        # A status that is none of ours (put in by others) is told by its code.
        return self._looks.get((of, code)) or Look(of, code, Tone.OFF, code or "—")


def status_book() -> StatusBook:
    """Return all statuses as they are shown now. One query."""
    return StatusBook(list(StatusLook.objects.all()))


def shipments_wearing() -> QuerySet[Shipment]:
    """Shipments that are shown in one of the staff's own statuses."""
    is_worn = Q(own_status__is_removed=False, own_status__base=F("status"))
    return Shipment.objects.filter(is_worn).order_by()


def wears(code: str) -> Exists:
    """Whether an order has a shipment that is shown in this one of the staff's own statuses."""
    return Exists(shipments_wearing().filter(own_status__code=code, order=OuterRef("pk")))


def worn_by(order_ids: Collection[int]) -> Mapping[int, Worn]:
    """Return how the shipments of each order stand, for ``StatusBook.of_order``. One query."""
    found: dict[int, list[tuple[str, int | None]]] = defaultdict(list)
    rows: Iterable[tuple[int, str, int | None]] = (
        Shipment.objects.filter(order__in=order_ids)
        .order_by()
        .values_list("order_id", "status", "own_status")
    )
    for order_id, status, own in rows:
        found[order_id].append((status, own))
    return found


def own_look(status: str, worn: Worn) -> StatusLook | None:
    """The staff's own status that an order in ``status`` shows, None where it shows the usual one.
    One query, if a shipment wears any.
    """
    if not any(row_id for _status, row_id in worn):
        return None
    look = status_book().of_order(status, worn)
    return look.row if look.of == Of.OWN else None


def worn_of(shipments: Iterable[Shipment]) -> Worn:
    """As ``worn_by``, of one order whose shipments are read. No query."""
    return [(shipment.status, shipment.own_status_id) for shipment in shipments]
