"""What becomes of lines that go over to the basket of another contract: a preview, no writing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.selectors import ProductStock, stock_for
from b2b_apps.pricing.selectors import BasketPrices, PriceBook, ProductPrice, price_book
from b2b_apps.purchasing.leaving import Wanted, leaving
from b2b_apps.purchasing.selectors import basket_for, basket_sheet, lines_of, with_promo_code
from b2b_apps.purchasing.sheet import SheetLine, quantities_of, refusal_code

NOTHING = Decimal(0)
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class MovingLine:
    """A line, its price under the other contract, and ``code`` if it can't go there.

    ``there`` is how many base units of it lie in the other basket already.
    """

    line: SheetLine
    price: ProductPrice | None
    there: Decimal
    code: str = ""

    @property
    def quantity(self) -> Decimal:
        """How much of it the other basket would hold."""
        return self.there + self.line.quantity

    @property
    def unit_price(self) -> Decimal | None:
        return self.price.unit_price_at(self.quantity) if self.price else None

    @property
    def is_repriced(self) -> bool:
        return not self.code and is_repriced(
            self.line.price, self.line.quantity, self.price, self.quantity
        )


@dataclass(frozen=True, slots=True)
class MovePreview:
    """All lines asked for, in the order of their basket.

    ``total_now`` is by how much the goods of the other basket cost more, with VAT: a threshold
    that is reached makes what lies there cheaper too. Like ``total_was`` it is of all that goes
    over, whether it can leave at once or not.
    """

    lines: Sequence[MovingLine]
    total_now: Decimal

    @property
    def going(self) -> Sequence[MovingLine]:
        return [line for line in self.lines if not line.code]

    @property
    def staying(self) -> Sequence[MovingLine]:
        return [line for line in self.lines if line.code]

    @property
    def repriced(self) -> Sequence[MovingLine]:
        return [line for line in self.lines if line.is_repriced]

    @property
    def merged(self) -> Sequence[MovingLine]:
        return [line for line in self.going if line.there]

    @property
    def total_was(self) -> Decimal:
        amounts = (moving.line.amount for moving in self.going)
        return sum((amount.incl_tax for amount in amounts if amount), ZERO)


def is_repriced(
    was: ProductPrice | None, quantity_was: Decimal, now: ProductPrice | None, quantity_now: Decimal
) -> bool:
    """Whether a unit costs another sum with VAT, or in another currency, than it did."""
    if was is None or now is None:
        return was is not now
    if was.currency != now.currency:
        return True
    return was.unit_prices_at(quantity_was)[1] != now.unit_prices_at(quantity_now)[1]


def move_preview(
    *,
    context_from: TradeContext,
    context_to: TradeContext,
    line_ids: Collection[int] | None = None,
) -> MovePreview:
    """Return what ``basket_move`` of the same arguments would do now.

    Some twelve queries, whatever the number of lines.
    """
    sheet = basket_sheet(context=context_from, basket=basket_for(context_from))
    wanted = [line for line in sheet.lines if line_ids is None or line.id in line_ids]
    target = _target_for(context_to, wanted)
    codes = {line.product.pk: target.refusal_of(line) for line in wanted}
    going = {line.product.pk: line.quantity for line in wanted if not codes[line.product.pk]}
    together = target.there | {pk: target.lying(pk) + number for pk, number in going.items()}
    before, after = target.prices_of(target.there), target.prices_of(together)
    return MovePreview(
        lines=[
            MovingLine(
                line=line,
                price=after.book.price(line.product.pk),
                there=target.lying(line.product.pk),
                code=codes[line.product.pk],
            )
            for line in wanted
        ],
        total_now=_sum(after) - _sum(before),
    )


@dataclass(frozen=True, slots=True)
class _Target:
    """The other basket: what lies there, and all that may come to it, with prices and stock."""

    context: TradeContext
    there: dict[int, Decimal]
    products: Mapping[int, Any]
    book: PriceBook
    stock: Mapping[int, ProductStock]

    def lying(self, product_id: int) -> Decimal:
        return self.there.get(product_id, NOTHING)

    def refusal_of(self, line: SheetLine) -> str:
        """Why a line can't come, or nothing."""
        return refusal_code(line.product, self.book, self.stock.get(line.product.pk))

    def prices_of(self, quantities: Mapping[int, Decimal]) -> BasketPrices:
        """The basket's prices, were this in it; what can't leave reaches no threshold."""
        asked = [Wanted(self.products[pk], quantity) for pk, quantity in quantities.items()]
        counted = leaving(context=self.context, wanted=asked, stock=self.stock, book=self.book)
        return BasketPrices(self.book, quantities, counted)


def _target_for(context: TradeContext, wanted: Sequence[SheetLine]) -> _Target:
    """Load the other basket and the goods of ``wanted`` as they are there."""
    basket = basket_for(context)
    rows = lines_of(basket)
    products = {row.product_id: row.product for row in rows}
    products |= {line.product.pk: line.product for line in wanted}
    book = price_book(
        context=with_promo_code(context, basket), product_ids=products, with_thresholds=True
    )
    stock = stock_for(context=context, product_ids=products, with_receipts=context.orders_arriving)
    return _Target(context, dict(quantities_of(rows)), products, book, stock)


def _sum(prices: BasketPrices) -> Decimal:
    """Of all goods that have a price, those too that can't leave: they go over as well."""
    found = ((prices.book.price(pk), quantity) for pk, quantity in prices.quantities.items())
    return sum((price.line_at(quantity).incl_tax for price, quantity in found if price), ZERO)
