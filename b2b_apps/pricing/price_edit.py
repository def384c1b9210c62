"""Single prices changed by hand: nobody's change is written over unseen, each can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from b2b_apps.pricing.errors import NotOursError, PriceMovedError
from b2b_apps.pricing.locks import price_lists_lock
from b2b_apps.pricing.models import Price, PriceChange, PriceList
from b2b_apps.pricing.ownership import lists_of_1c, may_write
from b2b_apps.pricing.price_load import NOTHING, PriceRow, prices_load, prices_remove

STAFF = PriceChange.Source.STAFF


@dataclass(frozen=True, slots=True)
class PriceKey:
    """Which price: of what, in which list, from which quantity, pack and day on."""

    price_list_id: int
    product_id: int
    minimum_quantity: Decimal = NOTHING
    pack_factor: Decimal = NOTHING
    valid_from: date | None = None

    @classmethod
    def of(cls, row: Price | PriceChange) -> "PriceKey":
        return cls(
            row.price_list_id, row.product_id, row.minimum_quantity, row.pack_factor, row.valid_from
        )

    def row(self, amount: Decimal, valid_to: date | None) -> PriceRow:
        return PriceRow(
            self.price_list_id, self.product_id, amount, self.minimum_quantity, self.pack_factor,
            self.valid_from, valid_to,
        )  # fmt: skip


@transaction.atomic
def price_put(
    *,
    key: PriceKey,
    amount: Decimal,
    valid_to: date | None,
    user_id: int,
    seen: Decimal | None = None,
) -> PriceChange | None:
    """Set a price; return its row of history, None if nothing changed. At most 16 queries.

    ``seen`` is what stood there when it was looked at (None: nothing). Locks the list. Raises
    NotOursError, or PriceMovedError if another price stands there by now.
    """
    _own(key)
    stands = _standing(key)
    if (stands.amount if stands else None) != seen:
        raise PriceMovedError(stands.amount if stands else None)
    report = prices_load(rows=[key.row(amount, valid_to)], source=STAFF, user_id=user_id)
    return _last_change(key) if report.new or report.changed else None


@transaction.atomic
def price_remove(*, key: PriceKey, user_id: int, seen: Decimal) -> PriceChange:
    """Remove a price; return its row of history. Locks the list; raises as ``price_put``."""
    _own(key)
    stands = _standing(key)
    if stands is None or stands.amount != seen:
        raise PriceMovedError(stands.amount if stands else None)
    prices_remove(
        price_list_id=key.price_list_id, price_ids=[stands.pk], source=STAFF, user_id=user_id
    )
    change = _last_change(key)
    assert change is not None  # noqa: S101 - written under the same lock
    return change


@transaction.atomic
def price_change_undo(*, change: PriceChange, user_id: int) -> None:
    """Put back what a change took away, if what it left still stands.

    Undoing is a change like any other. Locks the list; raises as ``price_put``.
    """
    key = PriceKey.of(change)
    _own(key)
    stands = _standing(key)
    amount = stands.amount if stands else None
    if amount != change.new_amount or (stands and stands.valid_to != change.new_valid_to):
        raise PriceMovedError(amount)
    if change.old_amount is not None:
        row = key.row(change.old_amount, change.old_valid_to)
        prices_load(rows=[row], source=STAFF, user_id=user_id)
    elif stands:
        prices_remove(
            price_list_id=key.price_list_id, price_ids=[stands.pk], source=STAFF, user_id=user_id
        )


def ladder_of(*, price_list_id: int, product_id: int) -> Sequence[Price]:
    """Return the prices of a product in a list, as a ladder is read. One query."""
    rows = Price.objects.filter(price_list=price_list_id, product=product_id)
    return list(rows.order_by("valid_from", "pack_factor", "minimum_quantity"))


def _own(key: PriceKey) -> None:
    """Take the list's lock and see that the price is the staff's to change."""
    price_lists_lock(price_list_ids=[key.price_list_id])
    price_list = PriceList.objects.get(pk=key.price_list_id)
    is_of_1c = bool(lists_of_1c(price_list_ids=[price_list.pk]))
    if not may_write(price_list=price_list, is_of_1c=is_of_1c, valid_from=key.valid_from):
        raise NotOursError


def _standing(key: PriceKey) -> Price | None:
    return Price.objects.filter(
        price_list=key.price_list_id,
        product=key.product_id,
        minimum_quantity=key.minimum_quantity,
        pack_factor=key.pack_factor,
        valid_from=key.valid_from,
    ).first()


def _last_change(key: PriceKey) -> PriceChange | None:
    rows = PriceChange.objects.filter(
        price_list=key.price_list_id,
        product=key.product_id,
        minimum_quantity=key.minimum_quantity,
        pack_factor=key.pack_factor,
        valid_from=key.valid_from,
    )
    return rows.order_by("-pk").first()
