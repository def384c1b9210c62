"""What the basket page says of sharing: whose basket this is, whose others may be opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.models import BasketEntry
from b2b_apps.purchasing.selectors import shared_baskets

MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class SharedView:
    """``others`` are the colleagues' baskets; ``current`` is the one of them that is open."""

    others: Sequence[Any]
    current: Any | None
    is_own_shared: bool


def shared_view(context: TradeContext, basket: Any | None) -> SharedView:
    """Return it. One query."""
    others = list(shared_baskets(context))
    current = next((b for b in others if b.owner_id == context.basket_owner_id), None)
    is_own = current is None and basket is not None and basket.is_shared
    return SharedView([b for b in others if b is not current], current, is_own)


def journal_of(basket: Any) -> Sequence[BasketEntry]:
    """The last entries of a basket's journal with their authors, the latest first. One query."""
    rows = BasketEntry.objects.filter(basket=basket).select_related("person")
    return list(rows.order_by("-pk")[:MOST_ENTRIES])
