"""What the buyer saw when he pressed the button, and how that differs from now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.core import signing

from b2b_apps.inventory.seen import SeenStock
from b2b_apps.purchasing.sheet import Sheet, SheetLine

SALT = "purchasing.offer"


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A line as it was shown: quantity, unit price, stock record."""

    quantity: Decimal
    unit_price: Decimal
    stock_record_id: int


@dataclass(frozen=True, slots=True)
class Difference:
    """How a line differs from what was shown.

    ``kind``: price, quantity, warehouse, added, removed, or the kind of a blocking problem; in a
    shortage ``left`` is what is free, as the buyer may see it.
    """

    kind: str
    line: SheetLine | None
    was: Decimal = Decimal(0)
    now: Decimal = Decimal(0)
    left: SeenStock | None = None


def offer_token(sheet: Sheet) -> str:
    """Return the sheet's prices, quantities and warehouses as a signed text for the form."""
    lines = {
        str(line.id): [
            f"{line.quantity.normalize():f}",
            f"{line.unit_price:f}",
            line.stock_record_id,
        ]
        for line in sheet.lines
        if not line.is_blocking
    }
    return signing.dumps([sheet.id, lines], salt=SALT, compress=True)


def offer_from(token: str, *, basket_id: int) -> Mapping[int, OfferLine] | None:
    """Return the lines of a token, or None if it is not one of ours for this basket."""
    try:
        of_basket, lines = signing.loads(token, salt=SALT)
        if of_basket != basket_id:
            return None
        return {
            int(pk): OfferLine(Decimal(quantity), Decimal(price), record)
            for pk, (quantity, price, record) in lines.items()
        }
    except (signing.BadSignature, ValueError, TypeError, InvalidOperation):
        return None


def differences_from(offer: Mapping[int, OfferLine], sheet: Sheet) -> Sequence[Difference]:
    """Return what is no longer as it was offered; empty if all is. Blocking problems count."""
    found = [difference for line in sheet.lines for difference in _of_line(offer, line)]
    left = {line.id for line in sheet.lines}
    found.extend(Difference("removed", None) for pk in offer if pk not in left)
    return found


def _of_line(offer: Mapping[int, OfferLine], line: SheetLine) -> Sequence[Difference]:
    blocking = [p for p in line.problems if p.is_blocking]
    if blocking:
        return [Difference(p.kind, line, p.was, p.now, p.left) for p in blocking]
    was = offer.get(line.id)
    if was is None:
        return [Difference("added", line, now=line.quantity)]
    found = []
    if was.quantity != line.quantity:
        found.append(Difference("quantity", line, was.quantity, line.quantity))
    elif line.unit_price is not None and was.unit_price != line.unit_price:
        found.append(Difference("price", line, was.unit_price, line.unit_price))
    if was.stock_record_id != line.stock_record_id:
        found.append(Difference("warehouse", line))
    return found
