"""What was taken out of the basket last, so that it can be put back."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

KEY = "basket_undo"


def remember(request: Any, lines: Sequence[Any]) -> None:
    """Keep products and quantities of removed lines in the session, for this contract."""
    if lines:
        items = {str(line.product_id): str(line.quantity) for line in lines}
        request.session[KEY] = {
            "contract": request.trade.contract_id,
            "items": items,
            "is_new": True,
        }


def offered(request: Any) -> int:
    """Return how many lines the page should offer to put back: once after each removal."""
    kept = request.session.get(KEY)
    if not kept or kept["contract"] != request.trade.contract_id or not kept["is_new"]:
        return 0
    request.session[KEY] = kept | {"is_new": False}
    return len(kept["items"])


def taken(request: Any) -> Mapping[int, Decimal]:
    """Return and forget what was removed under the current contract."""
    kept = request.session.get(KEY)
    if not kept or kept["contract"] != request.trade.contract_id:
        return {}
    del request.session[KEY]
    return {int(pk): Decimal(quantity) for pk, quantity in kept["items"].items()}
