"""The sheet of a basket: its lines as they stand now, what is wrong with them, totals.

Pure: everything is computed from rows, prices and stock that a selector has loaded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from b2b_apps.core.context import TradeContext
from b2b_apps.core.money import LineAmount, round_sum
from b2b_apps.fulfilment.ruling import NO_RULES, Rulings
from b2b_apps.inventory.seen import SeenStock, seen_stock, shows_figures
from b2b_apps.inventory.selectors import ProductStock
from b2b_apps.pricing.prices import UNAVAILABLE
from b2b_apps.pricing.selectors import BasketPrices, PriceBook, ProductPrice
from b2b_apps.purchasing.goods import article_of, measure_of, packs_of, unit_of
from b2b_apps.purchasing.leaving import Wanted, awaited_of, balance_for, fitting_packs, most_of
from b2b_apps.purchasing.orderable import is_orderable
from b2b_apps.purchasing.quantities import lowered_to_pack

ZERO = Decimal(0)
NO_STOCK = ProductStock()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to decide in a line.

    ``kind``: gone, unavailable (not for sale), no_price (on request, hidden), shortage, multiple,
    too_few (the price was agreed from ``now`` on; these block the order) or price. ``was`` and
    ``now`` are unit prices for price, quantities otherwise; ``take`` is the quantity that would
    settle it, 0 if only removing does or if it would tell what the person may not see. ``left``
    is what is free in a shortage, as he may see it.
    """

    kind: str
    was: Decimal = ZERO
    now: Decimal = ZERO
    take: Decimal = ZERO
    left: SeenStock | None = None

    @property
    def is_blocking(self) -> bool:
        return self.kind != "price"

    @property
    def only_removing(self) -> bool:
        """Whether all that settles it is taking the line out; False where saying so would tell
        what the person may not see.
        """
        if not self.is_blocking or self.take:
            return False
        return self.kind != "shortage" or bool(self.now) or not self.left

    @property
    def level(self) -> str:
        return "bad" if self.is_blocking else "warn"

    @property
    def percent(self) -> Decimal:
        """By how many per cent the price moved; one decimal, always positive."""
        if not self.was:
            return ZERO
        return (abs(self.now - self.was) * 100 / self.was).quantize(Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line. Quantities in base units; ``price`` is None where there is none (any more).

    ``agreed`` is the unit price when the line was added or its new price accepted; ``reserved``
    is what the contract holds of it by hand where it would leave from; ``stock_record_id`` and
    ``warehouse_id`` say where that is today, ``free`` how much there is, ``free_everywhere`` how
    much at all warehouses together. ``awaited`` of it is not here yet, the last comes on
    ``awaits``; ``stock`` knows receipts only then.
    """

    id: int
    position: int
    product: Any
    quantity: Decimal
    comment: str
    agreed: Decimal | None
    price: ProductPrice | None
    stock_record_id: int | None
    warehouse_id: int | None
    free: Decimal
    problems: tuple[Problem, ...]
    free_everywhere: Decimal = ZERO
    reserved: Decimal = ZERO
    reserved_until: datetime | None = None
    chosen_warehouse_id: int | None = None
    pack: Any | None = None
    changed_by_id: int | None = None
    changed_at: datetime | None = None
    stock: ProductStock = NO_STOCK
    awaited: Decimal = ZERO
    awaits: date | None = None

    @property
    def is_divided(self) -> bool:
        """Whether no one warehouse has all of it, but several together do."""
        return not self.is_blocking and self.quantity - self.awaited > self.free

    @property
    def here(self) -> Decimal:
        """How much of it can leave now."""
        return self.quantity - self.awaited

    @property
    def leaves_from(self) -> int | None:
        """The warehouse that it leaves now; None if all of it is to arrive."""
        return self.warehouse_id if self.here else None

    @property
    def problem(self) -> Problem | None:
        return self.problems[0] if self.problems else None

    @property
    def is_blocking(self) -> bool:
        return any(problem.is_blocking for problem in self.problems)

    @property
    def unit_price(self) -> Decimal | None:
        return self.price.unit_price_at(self.quantity) if self.price else None

    @property
    def is_refined(self) -> bool:
        """Whether 1C has named this price for the contract."""
        return self.price is not None and self.price.is_refined_at(self.quantity)

    @property
    def amount(self) -> LineAmount | None:
        return self.price.line_at(self.quantity) if self.price else None

    @property
    def shown_amount(self) -> Decimal | None:
        """The sum as the price column means it: with VAT unless VAT comes on top."""
        if self.price is None:
            return None
        return round_sum(self.price.unit_price_at(self.quantity) * self.quantity)

    @property
    def saving(self) -> Decimal:
        """How much less than retail, in the price column's meaning; never negative."""
        shown = self.shown_amount
        if shown is None or self.price is None or self.price.retail is None:
            return ZERO
        return max(ZERO, round_sum(self.price.retail * self.quantity) - shown)

    @property
    def article(self) -> str:
        return article_of(self.product)

    @property
    def unit(self) -> Any:
        return unit_of(self.product)

    @property
    def counted_in(self) -> Any | None:
        """The pack that the buyer counts the line in, as long as it comes to whole packs."""
        return self.pack if self.pack and not self.quantity % self.pack.factor else None

    @property
    def factor(self) -> Decimal:
        """Base units in what the line is counted in."""
        return self.counted_in.factor if self.counted_in else Decimal(1)

    @property
    def unit_name(self) -> str:
        """The name of what the line is counted in."""
        if self.counted_in:
            return str(self.counted_in.name)
        return str(self.unit.short_name) if self.unit else ""

    @property
    def field(self) -> str:
        """The name of its quantity in forms: it says what the figure counts."""
        return f"q-{self.id}-{self.counted_in.pk}" if self.counted_in else f"q-{self.id}"

    @property
    def unit_weight_kg(self) -> Decimal:
        return measure_of(self.product, "weight_kg") or ZERO

    @property
    def unit_volume_m3(self) -> Decimal:
        return measure_of(self.product, "volume_m3") or ZERO

    @property
    def weight_kg(self) -> Decimal:
        return self.unit_weight_kg * self.quantity

    @property
    def volume_m3(self) -> Decimal:
        return self.unit_volume_m3 * self.quantity


@dataclass(frozen=True)
class LineGroup:
    """Lines taken together: a whole basket, or what leaves one warehouse."""

    lines: Sequence[SheetLine]
    warehouse_id: int | None = None

    @property
    def counted(self) -> Sequence[SheetLine]:
        """The lines that sums, weight and volume are of."""
        return self.lines

    @cached_property
    def amounts(self) -> Sequence[LineAmount]:
        return [line.amount for line in self.counted if line.amount]

    @property
    def num_lines(self) -> int:
        return len(self.lines)

    @cached_property
    def total_incl_tax(self) -> Decimal:
        return sum((amount.incl_tax for amount in self.amounts), Decimal("0.00"))

    @cached_property
    def total_excl_tax(self) -> Decimal:
        return sum((amount.excl_tax for amount in self.amounts), Decimal("0.00"))

    @cached_property
    def vat(self) -> Decimal:
        return sum((amount.vat for amount in self.amounts), Decimal("0.00"))

    @cached_property
    def vat_by_rate(self) -> Sequence[tuple[Decimal, Decimal]]:
        """(per cent, sum) of each rate that bears tax, the highest first."""
        sums: dict[Decimal, Decimal] = {}
        for line in self.counted:
            if line.amount and line.price and line.price.vat_percent:
                percent = line.price.vat_percent
                sums[percent] = sums.get(percent, ZERO) + line.amount.vat
        return sorted(sums.items(), reverse=True)

    @cached_property
    def saving(self) -> Decimal:
        return sum((line.saving for line in self.counted), ZERO)

    @cached_property
    def weight_kg(self) -> Decimal:
        return sum((line.weight_kg for line in self.counted), ZERO)

    @cached_property
    def volume_m3(self) -> Decimal:
        return sum((line.volume_m3 for line in self.counted), ZERO)


@dataclass(frozen=True)
class Sheet(LineGroup):
    """A whole basket; ``id`` is None while nothing was ever put into it.

    Its sums are of what can be ordered now: a line that can't leave is not paid for. ``prices``
    knows the thresholds of its sum; ``promo_code`` is the one typed into it. ``warehouse_ids``
    are those that lines may leave from, the nearest first; ``divides`` says whether a line may
    leave from several: not where figures of stock are hidden, the parts would tell them.
    ``rulings`` are what rules of shipments say of its goods, ``rings`` how near warehouses are,
    alike for those of one region: both only of a sheet that is to be split (``ruled``).
    """

    id: int | None = None
    prices: BasketPrices | None = None
    promo_code: str = ""
    warehouse_ids: Sequence[int] = ()
    divides: bool = True
    rulings: Rulings = NO_RULES
    rings: Mapping[int, int] | None = None

    @property
    def is_promo_working(self) -> bool:
        return bool(self.promo_code and self.prices and self.prices.is_promo_working)

    @cached_property
    def counted(self) -> Sequence[SheetLine]:
        return [line for line in self.lines if not line.is_blocking]

    @cached_property
    def held_back(self) -> LineGroup:
        """The lines that can't leave until something is settled."""
        return LineGroup(self.blocking)

    @cached_property
    def shipments(self) -> Sequence[LineGroup]:
        """What leaves each warehouse, in the order of the first line of each."""
        groups: dict[int, list[SheetLine]] = {}
        for line in self.counted:
            if line.leaves_from is not None and line.price:
                groups.setdefault(line.leaves_from, []).append(line)
        return [LineGroup(lines, warehouse_id) for warehouse_id, lines in groups.items()]

    @cached_property
    def to_arrive(self) -> LineGroup:
        """The lines of which nothing is here yet."""
        return LineGroup([line for line in self.counted if line.leaves_from is None])

    @property
    def is_awaiting(self) -> bool:
        """Whether something that can be ordered is not here yet."""
        return any(line.awaits for line in self.counted)

    @cached_property
    def blocking(self) -> Sequence[SheetLine]:
        return [line for line in self.lines if line.is_blocking]

    @property
    def num_blocking(self) -> int:
        return len(self.blocking)

    @property
    def num_problems(self) -> int:
        return len(self.with_problems)

    @property
    def num_repriced(self) -> int:
        return len(self.repriced)

    @property
    def first_blocking(self) -> Sequence[SheetLine]:
        """The first lines that can't leave, four at most."""
        return self.blocking[:4]

    @cached_property
    def with_problems(self) -> Sequence[SheetLine]:
        return [line for line in self.lines if line.problems]

    @cached_property
    def repriced(self) -> Sequence[SheetLine]:
        return [line for line in self.lines if any(p.kind == "price" for p in line.problems)]


def sheet_from(
    *,
    context: TradeContext,
    basket: Any | None,
    lines: Sequence[Any],
    prices: BasketPrices,
    stock: Mapping[int, ProductStock],
) -> Sheet:
    """Return the sheet of basket rows (with their products) as they stand now."""
    return Sheet(
        lines=sheet_lines(context=context, lines=lines, book=prices.book, stock=stock),
        id=basket.pk if basket else None,
        prices=prices,
        promo_code=basket.promo_code if basket else "",
        warehouse_ids=context.warehouse_ids,
        divides=shows_figures(context),
    )


def sheet_lines(
    *,
    context: TradeContext,
    lines: Sequence[Any],
    book: PriceBook,
    stock: Mapping[int, ProductStock],
    places: Mapping[int, int] | None = None,
) -> Sequence[SheetLine]:
    """Return rows of a basket as lines. ``places`` are theirs in the basket by id, where these are
    not all of it.
    """
    return [
        _sheet_line(
            places.get(line.pk, 0) if places is not None else place,
            line,
            book,
            stock.get(line.product_id) or ProductStock(),
            context,
        )
        for place, line in enumerate(lines, start=1)
    ]


def quantities_of(lines: Iterable[Any]) -> Mapping[int, Decimal]:
    """Return base units by product of the rows that can be ordered still."""
    return {line.product_id: line.quantity for line in lines if is_orderable(line.product)}


def _sheet_line(
    position: int,
    line: Any,
    book: PriceBook,
    stock: ProductStock,
    context: TradeContext,
) -> SheetLine:
    is_gone = not is_orderable(line.product)
    price = None if is_gone else book.price(line.product_id)
    best = balance_for(context, stock, line.quantity, line.from_warehouse_id)
    free = best.free if best else ZERO
    wanted = Wanted(line.product, line.quantity, line.from_warehouse_id)
    awaited = awaited_of(context, wanted, stock) if price else None
    if stock.receipts and not awaited:
        # What is here is not kept waiting for what comes.
        stock = replace(stock, receipts=())
    agreed = line.price_excl_tax if context.vat_mode == "on_top" else line.price_incl_tax
    return SheetLine(
        id=line.pk,
        position=position,
        product=line.product,
        quantity=line.quantity,
        comment=line.comment,
        agreed=agreed,
        price=price,
        stock_record_id=best.stock_record_id if best else None,
        warehouse_id=best.warehouse_id if best else None,
        free=free,
        problems=tuple(
            _problems(context, line, price, stock, agreed, is_awaited=awaited is not None)
            if price
            else [Problem("gone" if is_gone else no_price_kind(book, line.product_id))]
        ),
        free_everywhere=stock.free,
        reserved=best.own if best else ZERO,
        reserved_until=best.own_until if best else None,
        chosen_warehouse_id=line.from_warehouse_id,
        pack=line.pack,
        changed_by_id=line.changed_by_id,
        changed_at=line.date_updated,
        stock=stock,
        awaited=awaited.quantity if awaited else ZERO,
        awaits=awaited.day if awaited else None,
    )


def _problems(  # noqa: PLR0913 - a line, its price, its goods
    context: TradeContext,
    line: Any,
    price: ProductPrice,
    stock: ProductStock,
    agreed: Decimal | None,
    *,
    is_awaited: bool,
) -> Sequence[Problem]:
    found = []
    packs = packs_of(line.product, price)
    fitting = fitting_packs(line.product, line.quantity, price)
    most = most_of(context, Wanted(line.product, line.quantity, line.from_warehouse_id), stock)
    if line.quantity > most and not is_awaited:
        # Not only whole packs: what is free is told, what can be taken is offered.
        free = most if most in {b.free for b in stock.balances.values()} else stock.free
        left = seen_stock(context, free)
        known = left.figure or ZERO
        can = min(known, most)
        take = lowered_to_pack(can, multiple=packs[0], minimum=packs[1])
        found.append(Problem("shortage", was=line.quantity, now=known, take=take, left=left))
    elif line.quantity < price.from_quantity:
        found.append(Problem("too_few", was=line.quantity, now=price.from_quantity, take=fitting))
    elif fitting != line.quantity:
        found.append(Problem("multiple", was=line.quantity, now=packs[0], take=fitting))
    unit_price = price.unit_price_at(line.quantity)
    if agreed is not None and agreed != unit_price:
        found.append(Problem("price", was=agreed, now=unit_price))
    return found


def no_price_kind(book: PriceBook, product_id: int) -> str:
    """Why a product without a price can't be ordered: unavailable (a rule forbids) or no_price."""
    return "unavailable" if book.availability(product_id) == UNAVAILABLE else "no_price"


def refusal_code(product: Any, book: PriceBook, stock: ProductStock | None) -> str:
    """Why a product can't be put into a basket: unknown, no_price, unavailable, no_stock; or
    nothing.
    """
    if product is None or not is_orderable(product):
        return "unknown"
    if product.pk not in book:
        return no_price_kind(book, product.pk)
    return "" if stock and stock.balances else "no_stock"
