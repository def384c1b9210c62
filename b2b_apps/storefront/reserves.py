"""What the page of reserves shows, and for how long a buyer may reserve."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from b2b_apps.contracts.context import TradeOptions
from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.models import StockHold
from b2b_apps.inventory.selectors import reserves_for
from b2b_apps.inventory.services import ENDS_SOON
from b2b_apps.storefront.shown_product import ShownProduct

TERMS = (24, 48)


@dataclass(frozen=True, slots=True)
class ReserveRow(ShownProduct):
    """A reserve by hand: what, where, until when, by whom."""

    hold: StockHold
    product: Any
    warehouse: Any

    @property
    def who(self) -> str:
        user: Any = self.hold.user
        return str(user.get_full_name() or user.email) if user else ""

    @property
    def is_by_staff(self) -> bool:
        user: Any = self.hold.user
        return bool(user and user.is_staff)

    @property
    def is_ending(self) -> bool:
        until = self.hold.expires_at
        return until is not None and until - timezone.now() < ENDS_SOON


def reserve_terms(options: TradeOptions) -> Sequence[int]:
    """Hours to choose from; none where buyers do not reserve by hand."""
    most = options.reserve_hours
    return [hours for hours in TERMS if hours <= most] or ([most] if most else [])


def reserve_rows(*, context: TradeContext) -> Sequence[ReserveRow]:
    """Return the reserves under the current contract. One query."""
    return [
        ReserveRow(hold, hold.stock_record.product, hold.stock_record.partner)
        for hold in reserves_for(context=context)
    ]
