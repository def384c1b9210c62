"""What 1C has of a shipment's goods: kept, so that what it changes can be told from what we do."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from b2b_apps.fulfilment.models import Shipment

# Half a kopeck of a price: 1C may keep two decimals of it where we have four.
PRICE_ROUNDED = Decimal("0.005")
KOPECK = Decimal("0.01")
ZERO = Decimal(0)


class Goods(NamedTuple):
    """How much of a product, in base units, and what it costs in the meaning of the order's VAT."""

    quantity: Decimal
    amount: Decimal

    def is_same(self, other: "Goods | None") -> bool:
        """Whether nobody has changed it: rounding of prices is no change."""
        if other is None or self.quantity != other.quantity:
            return False
        return abs(self.amount - other.amount) <= PRICE_ROUNDED * self.quantity + KOPECK

    @property
    def price(self) -> Decimal:
        return self.amount / self.quantity if self.quantity else ZERO


Snapshot = Mapping[str, Goods]


def key_of(product_id: int | None, external_id: str = "") -> str:
    """By what goods are told apart: a product of ours, or what 1C calls one that we have not."""
    return str(product_id) if product_id else f"1c:{external_id}"


def goods_of(order: Any, lines: Iterable[Any]) -> dict[str, Goods]:
    """Return what lines of a shipment come to by product. No query."""
    found: dict[str, Goods] = {}
    for line in lines:
        key = key_of(line.product_id, line.partner_line_reference)
        is_on_top = order.vat_mode == "on_top"
        amount = line.line_price_excl_tax if is_on_top else line.line_price_incl_tax
        before = found.get(key, Goods(ZERO, ZERO))
        found[key] = Goods(before.quantity + line.quantity, before.amount + amount)
    return found


def packed(goods: Snapshot, day: Any) -> dict[str, Any]:
    """Goods and the day of dispatch as they are kept."""
    rows = {key: [str(g.quantity), str(g.amount)] for key, g in goods.items()}
    return {"goods": rows, "day": day.isoformat() if day else ""}


def unpacked(kept: Mapping[str, Any] | None) -> Snapshot | None:
    """Goods that were kept, None where nothing was."""
    if kept is None:
        return None
    return {key: Goods(Decimal(q), Decimal(a)) for key, (q, a) in kept["goods"].items()}


def snapshots_given(*, order: Any, shipments: Sequence[Shipment], lines: Sequence[Any]) -> None:
    """Keep what 1C is given of an order's shipments; it has it once it acknowledges. One query."""
    for shipment in shipments:
        mine = [line for line in lines if line.shipment_id == shipment.pk]
        shipment.given_1c = packed(goods_of(order, mine), shipment.planned_date)
    Shipment.objects.bulk_update(shipments, ["given_1c"], batch_size=500)
