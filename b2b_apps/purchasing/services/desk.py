"""The desk of one write to a basket: its locked rows with prices and stock, and what came of them.

Services lay a basket on the desk, write on it, and keep it; nothing is saved before ``kept``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps

from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.selectors import ProductStock, stock_for
from b2b_apps.pricing.selectors import BasketPrices, PriceBook, ProductPrice, price_book
from b2b_apps.purchasing.errors import BasketFullError, ProductRefusedError
from b2b_apps.purchasing.locks import open_basket_locked
from b2b_apps.purchasing.orderable import is_orderable
from b2b_apps.purchasing.quantities import MAX_QUANTITY, Correction, raised_to_pack
from b2b_apps.purchasing.selectors import lines_of, with_promo_code
from b2b_apps.purchasing.services.rows import rows_write
from b2b_apps.purchasing.sheet import (
    Sheet,
    article_of,
    leaving,
    packs_of,
    quantities_of,
    refusal_code,
    sheet_from,
    wanted_of,
)

MAX_LINES = 10_000
# What a sum of an order can hold, with room for what comes on top.
MAX_LINE_SUM = Decimal(10) ** 9
MAX_TOTAL = Decimal(10) ** 11


@dataclass(frozen=True, slots=True)
class TakenLine:
    """A line as it was: enough to put it back where it stood. ``quantity`` in base units."""

    product_id: int
    quantity: Decimal
    comment: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BasketChange:
    """What a write did: the basket afterwards, quantities corrected, products refused.

    ``taken`` are the lines that left, ``added`` how much more there is of a product than before.
    ``is_repriced`` if it reached or lost a threshold, so that lines that were not written cost
    something else now.
    """

    sheet: Sheet
    corrections: Sequence[Correction] = ()
    refused: Sequence[ProductRefusedError] = ()
    taken: Sequence[TakenLine] = ()
    added: Mapping[int, Decimal] = field(default_factory=dict)
    is_repriced: bool = False


@dataclass
class Desk:
    """The rows, prices and stock that one write works on.

    ``before`` are the prices of the basket as it was; ``settled`` the written products whose
    price was agreed then, or is now.
    """

    context: TradeContext
    basket: Any | None
    lines: dict[int, Any]
    products: Mapping[int, Any]
    book: PriceBook
    before: BasketPrices
    stock: Mapping[int, ProductStock]
    corrections: list[Correction] = field(default_factory=list)
    refused: list[ProductRefusedError] = field(default_factory=list)
    written: dict[int, Any] = field(default_factory=dict)
    removed: list[Any] = field(default_factory=list)
    added: dict[int, Decimal] = field(default_factory=dict)
    restored: dict[int, datetime] = field(default_factory=dict)
    settled: set[int] = field(default_factory=set)

    def there(self, product_id: int) -> Decimal:
        """How many base units of a product are in the basket now."""
        line = self.lines.get(product_id)
        return line.quantity if line is not None else Decimal(0)


def desk_for(
    context: TradeContext, product_ids: Collection[int] = (), *, may_create: bool = False
) -> Desk:
    """Lock the basket and load its lines and ``product_ids``. Seven queries, two for a new one."""
    basket = open_basket_locked(context=context, may_create=may_create)
    lines = {line.product_id: line for line in lines_of(basket)}
    new = [pk for pk in product_ids if pk not in lines]
    products = {pk: line.product for pk, line in lines.items()}
    if new:
        rows = apps.get_model("catalogue", "Product").objects.filter(pk__in=new)
        products |= rows.select_related("base_unit", "parent__base_unit").in_bulk()
    context = with_promo_code(context, basket)
    book = price_book(context=context, product_ids=products, with_thresholds=True)
    stock = stock_for(context=context, product_ids=products)
    return Desk(
        context=context,
        basket=basket,
        lines=lines,
        products=products,
        book=book,
        before=_prices_of(context, book, lines.values(), stock),
        stock=stock,
    )


def _prices_of(
    context: TradeContext,
    book: PriceBook,
    lines: Collection[Any],
    stock: Mapping[int, ProductStock],
) -> BasketPrices:
    counted = leaving(context=context, wanted=wanted_of(lines), stock=stock)
    return BasketPrices(book, quantities_of(lines), counted)


def write(
    desk: Desk, product_id: int, asked: Decimal, *, like: TakenLine | None = None
) -> ProductRefusedError | None:
    """Set the quantity of a product, raised to its pack; 0 takes it out.

    Returns, and notes in ``desk.refused``, why it can't be; then its line stays as it was. A new
    line gets the comment and the place of ``like``.
    """
    line = desk.lines.get(product_id)
    if asked <= 0:
        if line is not None:
            take_out(desk, line)
        return None
    if code := _refusal(desk, product_id, asked):
        return _refused(desk, product_id, code)
    product = desk.products[product_id]
    multiple, minimum = packs_of(product)
    taken = raised_to_pack(asked, multiple=multiple, minimum=minimum)
    if taken != asked:
        article = article_of(product)
        desk.corrections.append(
            Correction(product_id, asked, taken, multiple, minimum, article=article)
        )
    if taken > desk.there(product_id):
        desk.added[product_id] = taken - desk.there(product_id)
    desk.lines[product_id] = desk.written[product_id] = _row(desk, line, product, taken)
    if line is None and like is not None:
        desk.lines[product_id].comment = like.comment
        if like.created_at:
            desk.restored[product_id] = like.created_at
    return None


def _refusal(desk: Desk, product_id: int, asked: Decimal) -> str:
    """Why so much of a product can't be taken, or nothing. A line that is there may be edited."""
    price = desk.book.price(product_id)
    if product_id not in desk.lines:
        product, stock = desk.products.get(product_id), desk.stock.get(product_id)
        if code := refusal_code(product, desk.book, stock):
            return code
    is_too_dear = price is not None and price.line_at(asked).incl_tax > MAX_LINE_SUM
    return "too_large" if asked > MAX_QUANTITY or is_too_dear else ""


def _refused(desk: Desk, product_id: int, code: str) -> ProductRefusedError:
    product = desk.products.get(product_id)
    # A product that is not public is not named to who may not know it.
    known = product is not None and (is_orderable(product) or product_id in desk.lines)
    error = ProductRefusedError(product_id, code, article_of(product) if known else "")
    desk.refused.append(error)
    return error


def _row(desk: Desk, line: Any | None, product: Any, quantity: Decimal) -> Any:
    if line is None:
        line = apps.get_model("basket", "Line")(
            basket=desk.basket,
            product=product,
            line_reference=str(product.pk),
            price_currency=desk.context.currency,
        )
        desk.settled.add(product.pk)
    elif _is_agreed(line, desk.before.book.price(product.pk)):
        # Another tier at another quantity is no change of price; an unaccepted change stays one.
        desk.settled.add(product.pk)
    line.quantity = quantity
    best = desk.stock[product.pk].best(quantity=quantity, warehouse_ids=desk.context.warehouse_ids)
    if best:
        line.stockrecord_id = best.stock_record_id
    return line


def _agree_all(desk: Desk) -> BasketPrices:
    """Agree on the prices that follow from the write, and return them.

    If it reached or lost a threshold of the basket's sum, or changed the promo code, the lines
    that were not written are agreed anew too: it was the buyer who changed their prices.
    """
    prices = _prices_of(desk.context, desk.book, desk.lines.values(), desk.stock)
    if prices.reached != desk.before.reached or prices.usual is not desk.before.usual:
        for product_id, line in desk.lines.items():
            if product_id not in desk.written and _is_agreed(
                line, desk.before.book.price(product_id)
            ):
                desk.settled.add(product_id)
                desk.written[product_id] = line
    for product_id in desk.settled & desk.lines.keys():
        if price := prices.book.price(product_id):
            _agree(desk.lines[product_id], price)
    return prices


def _is_agreed(line: Any, price: ProductPrice | None) -> bool:
    return price is not None and (line.price_excl_tax, line.price_incl_tax) == price.unit_prices_at(
        line.quantity
    )


def _agree(line: Any, price: ProductPrice) -> None:
    line.price_excl_tax, line.price_incl_tax = price.unit_prices_at(line.quantity)


def take_out(desk: Desk, line: Any) -> None:
    """Take a line out of the basket."""
    desk.removed.append(line)
    del desk.lines[line.product_id]
    desk.written.pop(line.product_id, None)


def kept(desk: Desk) -> BasketChange:
    """Write what the desk holds, keep the totals, and return the basket as it is now.

    Raises BasketFullError; the caller's transaction then undoes everything.
    """
    model = apps.get_model("basket", "Line")
    if desk.removed:
        model.objects.filter(pk__in=[line.pk for line in desk.removed]).delete()
    if len(desk.lines) > MAX_LINES:
        raise BasketFullError
    prices = _agree_all(desk)
    changed = [line for line in desk.written.values() if line.pk]
    new = [line for line in desk.written.values() if not line.pk]
    model.objects.bulk_create(new, batch_size=2000)
    _put_in_place(desk)
    sheet = sheet_from(
        context=desk.context,
        basket=desk.basket,
        lines=sorted(desk.lines.values(), key=lambda line: (line.date_created, line.pk)),
        prices=prices,
        stock=desk.stock,
    )
    if sheet.total_incl_tax > MAX_TOTAL:
        raise BasketFullError
    if desk.basket is not None:
        rows_write(basket=desk.basket, lines=changed, sheet=sheet)
    return BasketChange(
        sheet,
        desk.corrections,
        desk.refused,
        [taken_from(line) for line in desk.removed],
        desk.added,
        is_repriced=prices.reached != desk.before.reached,
    )


def _put_in_place(desk: Desk) -> None:
    """Give lines that came back the time of their first coming: the order of lines goes by it."""
    lines = []
    for product_id, created_at in desk.restored.items():
        line = desk.lines[product_id]
        line.date_created = created_at
        lines.append(line)
    apps.get_model("basket", "Line").objects.bulk_update(lines, ["date_created"], batch_size=2000)


def taken_from(line: Any) -> TakenLine:
    """Return a row of the basket as it is."""
    return TakenLine(line.product_id, line.quantity, line.comment, line.date_created)


def basket_totals_keep(*, basket: Any, sheet: Sheet) -> None:
    """Write what the header shows, if it changed. At most one query."""
    if (basket.cached_total, basket.cached_num_lines) == (sheet.total_incl_tax, sheet.num_lines):
        return
    basket.cached_total, basket.cached_num_lines = sheet.total_incl_tax, sheet.num_lines
    # By pk and not by save(): another tab may have written the rest of the row.
    type(basket).objects.filter(pk=basket.pk).update(
        cached_total=sheet.total_incl_tax, cached_num_lines=sheet.num_lines
    )
