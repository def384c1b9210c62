"""What of a quantity of stock a buyer is shown: the figure, a word, or that there is some."""

from decimal import Decimal
from typing import NamedTuple

from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.models import StockPolicy

ZERO = Decimal(0)
NONE, FEW, SOME, MANY = "none", "few", "some", "many"
RANKS = {NONE: 0, FEW: 1, SOME: 2, MANY: 3}
Precision = StockPolicy.Precision


class SeenStock(NamedTuple):
    """A quantity as it may be shown. ``figure`` is None where it is not the buyer's to know, so
    nothing that gets only this can tell it. True if there is anything.
    """

    level: str
    figure: Decimal | None = None

    def __bool__(self) -> bool:
        return self.level != NONE


def shows_figures(context: TradeContext) -> bool:
    """Whether the person sees exact quantities of stock."""
    return context.stock_precision == Precision.EXACT


def seen_stock(context: TradeContext, quantity: Decimal) -> SeenStock:
    """Return a quantity of stock, free or on its way, as the person may see it."""
    level = _level(context, quantity)
    if shows_figures(context):
        return SeenStock(level, max(ZERO, quantity))
    if context.stock_precision == Precision.PRESENCE and level != NONE:
        return SeenStock(SOME)
    return SeenStock(level)


def stock_rank(context: TradeContext, quantity: Decimal) -> Decimal:
    """Return what goods are ordered by: no finer than what is seen, or the order would tell it."""
    if shows_figures(context):
        return quantity
    return Decimal(RANKS[seen_stock(context, quantity).level])


def _level(context: TradeContext, quantity: Decimal) -> str:
    if quantity <= 0:
        return NONE
    if quantity < context.stock_few_below:
        return FEW
    return MANY if quantity >= context.stock_many_from else SOME
