"""What becomes of lines that go over to the basket of another contract: a preview, no writing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.selectors import stock_for
from b2b_apps.pricing.selectors import BasketPrices, ProductPrice, price_book
from b2b_apps.purchasing.selectors import basket_for, basket_sheet, lines_of, with_promo_code
from b2b_apps.purchasing.sheet import SheetLine, Wanted, leaving, quantities_of, refusal_code

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

    ``total_now`` is by how much the sum of the other basket grows, with VAT: a threshold that is
    reached makes what lies there cheaper too.
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
    ids = {line.product.pk for line in wanted}
    basket = basket_for(context_to)
    rows = lines_of(basket)
    there = quantities_of(rows)
    book = price_book(
        context=with_promo_code(context_to, basket),
        product_ids=ids | there.keys(),
        with_thresholds=True,
    )
    stock = stock_for(context=context_to, product_ids=ids | there.keys())
    codes = {
        line.product.pk: refusal_code(line.product, book, stock.get(line.product.pk))
        for line in wanted
    }
    going = {line.product.pk: line.quantity for line in wanted if not codes[line.product.pk]}
    together = {pk: there.get(pk, NOTHING) + going.get(pk, NOTHING) for pk in {**there, **going}}
    products = {row.product_id: row.product for row in rows}
    products |= {line.product.pk: line.product for line in wanted}

    def prices_of(quantities: Mapping[int, Decimal]) -> BasketPrices:
        asked = [Wanted(products[pk], quantity) for pk, quantity in quantities.items()]
        counted = leaving(context=context_to, wanted=asked, stock=stock, book=book)
        return BasketPrices(book, quantities, counted)

    before, after = prices_of(there), prices_of(together)
    return MovePreview(
        lines=[
            MovingLine(
                line=line,
                price=after.book.price(line.product.pk),
                there=there.get(line.product.pk, NOTHING),
                code=codes[line.product.pk],
            )
            for line in wanted
        ],
        total_now=_sum(after) - _sum(before),
    )


def _sum(prices: BasketPrices) -> Decimal:
    found = ((prices.book.price(pk), quantity) for pk, quantity in prices.summed.items())
    return sum((price.line_at(quantity).incl_tax for price, quantity in found if price), ZERO)
