"""What a guest has chosen, in his session: nothing of him is kept before he sends it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from b2b_apps.guests.showcase import goods_by_id
from b2b_apps.purchasing.goods import packs_of, unit_of
from b2b_apps.purchasing.quantities import raised_to_pack

KEY = "guest_basket"
MOST_LINES = 200


class Chosen(NamedTuple):
    """A product and how many base units of it."""

    product: Any
    quantity: Decimal

    @property
    def unit(self) -> str:
        unit = unit_of(self.product)
        return unit.short_name if unit else ""


def is_any(request: Any) -> bool:
    """Whether something was chosen. No query."""
    return bool(request.session.get(KEY))


def chosen_in(request: Any) -> Sequence[Chosen]:
    """Return what the guest has chosen of what the showcase still shows."""
    kept: dict[str, str] = request.session.get(KEY, {})
    goods = goods_by_id([int(pk) for pk in kept])
    return [Chosen(goods[int(pk)], Decimal(n)) for pk, n in kept.items() if int(pk) in goods]


def choose(request: Any, product: Any, quantity: Decimal) -> Decimal | None:
    """Note so many of a product, raised to its pack; 0 takes it out. Return what was noted, None
    if there are too many lines.
    """
    kept: dict[str, str] = dict(request.session.get(KEY, {}))
    key = str(product.pk)
    if quantity <= 0:
        kept.pop(key, None)
        request.session[KEY] = kept
        return Decimal(0)
    if key not in kept and len(kept) >= MOST_LINES:
        return None
    multiple, minimum = packs_of(product)
    taken = raised_to_pack(quantity, multiple=multiple, minimum=minimum)
    kept[key] = f"{taken:f}"
    request.session[KEY] = kept
    return taken


def forget(request: Any) -> None:
    """Empty it: it was sent."""
    request.session.pop(KEY, None)
