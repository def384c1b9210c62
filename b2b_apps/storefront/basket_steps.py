"""Steps back in the basket: what was taken out, added or carried over, the last one first.

They are kept in the session and belong to one basket: once it is ordered they mean nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from b2b_apps.purchasing.services import BasketChange, TakenLine

KEY = "basket_steps"
MOST_STEPS = 10
TAKEN, ADDED, MOVED, CARRIED, SET, SETTLED, ACCEPTED = (
    "taken", "added", "moved", "carried", "set", "settled", "accepted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``kind``: taken, added, set to something else (``lines`` are as they were), the
    same of which some were taken (settled), their prices accepted, moved from the basket of
    ``contract_id``, or carried to it.
    """

    kind: str
    text: str
    lines: Sequence[TakenLine]
    contract_id: int | None = None

    @property
    def quantities(self) -> dict[int, Decimal]:
        return {line.product_id: line.quantity for line in self.lines}


def remember(  # noqa: PLR0913 - what a step is made of
    request: Any,
    *,
    kind: str,
    basket_id: int | None,
    lines: Sequence[TakenLine],
    text: str = "",
    contract_id: int | None = None,
) -> None:
    """Keep a step of a basket; without a ``text`` the page does not offer to undo it."""
    if not lines or basket_id is None:
        return
    step = {
        "kind": kind,
        "basket": basket_id,
        "contract": contract_id,
        "text": text,
        "is_new": bool(text),
        "lines": [_plain(line) for line in lines],
    }
    request.session[KEY] = [*request.session.get(KEY, []), step][-MOST_STEPS:]


def remember_taken(request: Any, change: BasketChange, text: str = "") -> None:
    """Keep the lines that a change took out."""
    remember(request, kind=TAKEN, basket_id=change.sheet.id, lines=change.taken, text=text)


def remember_set(request: Any, change: BasketChange, text: str) -> None:
    """Keep lines that a change of many has set to something else, as they were."""
    remember(request, kind=SET, basket_id=change.sheet.id, lines=change.was, text=text)


def remember_accepted(request: Any, change: BasketChange, text: str = "") -> None:
    """Keep lines whose prices were accepted, with those that were agreed before."""
    remember(request, kind=ACCEPTED, basket_id=change.sheet.id, lines=change.was, text=text)


def remember_added(request: Any, change: BasketChange, text: str) -> None:
    """Keep how much more of each product there is than before."""
    lines = [TakenLine(product_id, quantity) for product_id, quantity in change.added.items()]
    remember(request, kind=ADDED, basket_id=change.sheet.id, lines=lines, text=text)


def offered(request: Any, basket_id: int | None) -> Step | None:
    """Return the last step if the page has not offered to undo it yet."""
    steps = request.session.get(KEY, [])
    if not steps or steps[-1]["basket"] != basket_id or not steps[-1]["is_new"]:
        return None
    request.session[KEY] = [*steps[:-1], steps[-1] | {"is_new": False}]
    return _step(steps[-1])


def last(request: Any, basket_id: int | None) -> Step | None:
    """Return and forget the last step of this basket."""
    steps = request.session.get(KEY, [])
    for place in reversed(range(len(steps))):
        if steps[place]["basket"] == basket_id:
            request.session[KEY] = [*steps[:place], *steps[place + 1 :]]
            return _step(steps[place])
    return None


def _plain(line: TakenLine) -> list[Any]:
    created_at = line.created_at.isoformat() if line.created_at else ""
    prices = [None if price is None else str(price) for price in line.prices or ()]
    return [
        line.product_id, str(line.quantity), line.comment, created_at, line.warehouse_id, prices,
    ]  # fmt: skip


def _step(kept: Mapping[str, Any]) -> Step:
    lines = [_line(*line) for line in kept["lines"]]
    return Step(kept["kind"], kept["text"], lines, kept["contract"])


def _line(  # noqa: PLR0913, PLR0917 - what a line is kept as
    product_id: int,
    quantity: str,
    comment: str,
    at: str,
    warehouse_id: int | None = None,
    prices: Sequence[str | None] = (),
) -> TakenLine:
    return TakenLine(
        product_id,
        Decimal(quantity),
        comment,
        datetime.fromisoformat(at) if at else None,
        warehouse_id,
        (_price(prices[0]), _price(prices[1])) if prices else None,
    )


def _price(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
