"""Lines of the past into the basket of today."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.services import BasketChange, TakenLine, basket_put_back
from b2b_apps.purchasing.services.quick import quick_fill
from b2b_apps.saved.models import SavedList
from b2b_apps.saved.past import PastLine


@dataclass(frozen=True, slots=True)
class Wish:
    """What of a line is wanted: so many base units, of ``product_id`` if not of its own."""

    quantity: Decimal
    product_id: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of lines: the change of the basket; ``left`` are those that stayed out, with
    the code of why (``ProductRefusedError``).
    """

    change: BasketChange
    left: Sequence[tuple[PastLine, str]]

    @property
    def num_added(self) -> int:
        return len(self.change.added)

    @property
    def num_joined(self) -> int:
        """How many of the lines lay in the basket already and hold more now."""
        lines, added = self.change.sheet.lines, self.change.added
        return sum(1 for x in lines if x.quantity > added.get(x.product.pk, x.quantity))


@transaction.atomic
def lines_take(
    *,
    context: TradeContext,
    past: Sequence[PastLine],
    wishes: Mapping[int, Wish],
    only: Collection[int] | None = None,
    is_quick: bool = False,
) -> Taken:
    """Add lines to the basket under this contract: all, or ``only`` some, as their ``wishes`` by
    line say. What lies there is added to; each line that stayed out is named. ``is_quick``: into
    the basket of an order in one step, instead of what lies there.

    Locks the basket. Queries of ``basket_put_back``, whatever the number of lines. Raises
    BasketFullError, PermissionMissingError; then nothing has changed.
    """
    context.require(PLACE_ORDERS)
    wanted = [line for line in past if only is None or line.id in only]
    quantities: dict[int, Decimal] = {}
    comments: dict[int, str] = {}
    left: list[tuple[PastLine, str]] = []
    of_product: dict[int, list[PastLine]] = {}
    for line in wanted:
        wish = wishes.get(line.id) or Wish(line.quantity)
        product_id = wish.product_id or line.product_id
        if wish.quantity <= 0:
            continue
        if product_id is None:
            left.append((line, "unknown"))
            continue
        quantities[product_id] = quantities.get(product_id, Decimal(0)) + wish.quantity
        comments[product_id] = comments.get(product_id) or line.comment
        of_product.setdefault(product_id, []).append(line)
    lines = [TakenLine(pk, number, comments[pk]) for pk, number in quantities.items()]
    put = quick_fill if is_quick else basket_put_back
    change = put(context=context, lines=lines)
    left += [
        (line, error.code) for error in change.refused for line in of_product[error.product_id]
    ]
    return Taken(change, left)


def list_used(saved_list: SavedList) -> None:
    """Note that a list was put into a basket. One query."""
    SavedList.objects.filter(pk=saved_list.pk).update(used_at=timezone.now())
