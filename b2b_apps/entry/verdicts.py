"""What can be bought of a row: its quantity, price and stock under a contract, at this moment."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from b2b_apps.core.context import TradeContext
from b2b_apps.core.money import round_sum
from b2b_apps.entry.goods import goods_by_id, light_goods
from b2b_apps.entry.models import EntryRow
from b2b_apps.inventory.seen import shows_figures
from b2b_apps.inventory.selectors import ProductStock, stock_for
from b2b_apps.pricing.selectors import PriceBook, ProductPrice, price_book
from b2b_apps.purchasing.goods import measure_of, unit_of
from b2b_apps.purchasing.leaving import Wanted, fitting_packs, most_of
from b2b_apps.purchasing.pasted import ONE, factor_of
from b2b_apps.purchasing.pasted_lines import parted, quantity_cell
from b2b_apps.purchasing.probing import PROBED, probed_products
from b2b_apps.purchasing.quantities import (
    MAX_QUANTITY,
    QuantityError,
    parse_quantity,
)
from b2b_apps.purchasing.services.edit import MAX_LINE_SUM
from b2b_apps.purchasing.sheet import refusal_code

State = EntryRow.State
ZERO = Decimal(0)
NO_STOCK = ProductStock()
THREE = Decimal("0.001")
# What a judged row is kept as; those whose fields have not moved are not written.
JUDGED = ("product_id", "state", "reason", "quantity", "amount", "weight", "volume")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the products of some rows now."""

    context: TradeContext
    goods: Mapping[int, Any]
    book: PriceBook
    stock: Mapping[int, ProductStock]
    probed: frozenset[int]


def facts_for(
    *,
    context: TradeContext,
    product_ids: Collection[int],
    goods: Mapping[int, Any] | None = None,
    is_shown: bool = False,
) -> Facts:
    """Load what verdicts need; with whole products and receipts where they are to be shown.

    Six queries, seven where figures of stock are hidden; one less with ``goods`` that were read
    just now. None for no products.
    """
    if goods is None:
        read = goods_by_id if is_shown else light_goods
        goods = dict(read(context=context, product_ids=product_ids))
    return Facts(
        context,
        goods,
        price_book(context=context, product_ids=list(goods)),
        stock_for(context=context, product_ids=list(goods), with_receipts=is_shown),
        probed_products(context) if goods else frozenset(),
    )


def quantity_read(
    row: EntryRow,
    rest: Sequence[str],
    product: Any | None,
    packs: Iterable[tuple[str, Decimal]] = (),
) -> None:
    """Read what stands beside an article into ``asked``, in base units; what is no quantity goes
    into ``typed``, and ``reason`` says why. Nothing beside it means one. ``packs`` are name and
    factor of those of the product.
    """
    row.asked, row.typed, row.reason = ONE, "", ""
    if not rest:
        return
    cell = quantity_cell(rest)
    number, unit = parted(cell)
    try:
        row.asked = parse_quantity(number)
    except QuantityError as error:
        row.asked, row.typed, row.reason = None, cell[:64], error.code
        return
    factor: Decimal | None = ONE
    if unit and product is not None:
        base = unit_of(product)
        factor = factor_of(unit, base.short_name if base else "", packs)
    if factor is None:
        row.asked, row.typed, row.reason = None, cell[:64], "unit"
    elif not row.asked:
        row.asked, row.typed, row.reason = None, cell[:64], "nothing"
    else:
        row.asked = (row.asked * factor).quantize(THREE)
        if row.asked > MAX_QUANTITY:
            row.asked, row.typed, row.reason = None, cell[:64], "too_large"


def judge(row: EntryRow, facts: Facts) -> bool:
    """Say what can be bought of a row now; whether that differs from what it said before. No query.

    A row without a product, or in the basket already, stays as it is.
    """
    if row.product_id is None or row.state == State.ADDED:
        return False
    before = [getattr(row, name) for name in JUDGED]
    product = facts.goods.get(row.product_id)
    row.quantity = row.amount = row.weight = row.volume = None
    if product is None:
        # Not to be ordered any more, or not to be seen: the row must not tell which.
        row.product_id, row.state, row.reason = None, State.UNKNOWN, ""
    elif row.asked is None:
        row.state = State.REFUSED
    elif code := _refusal(product, row.asked, facts):
        row.state, row.reason = State.REFUSED, code
    else:
        _fill(row, product, facts)
    return before != [getattr(row, name) for name in JUDGED]


def _refusal(product: Any, asked: Decimal, facts: Facts) -> str:
    if product.pk in facts.probed:
        return PROBED
    code = refusal_code(product, facts.book, facts.stock.get(product.pk))
    if code == "no_price":
        return facts.book.availability(product.pk)
    price = facts.book.price(product.pk)
    is_too_dear = price is not None and price.line_at(asked).incl_tax > MAX_LINE_SUM
    return "too_large" if asked > MAX_QUANTITY or is_too_dear else code


def _fill(row: EntryRow, product: Any, facts: Facts) -> None:
    price = facts.book.price(product.pk)
    asked = row.asked or ZERO
    row.quantity = fitting_packs(product, asked, price)
    row.amount = _amount(price, row.quantity)
    row.weight = _measure(product, "weight_kg", row.quantity)
    row.volume = _measure(product, "volume_m3", row.quantity)
    row.reason = ""
    if row.quantity > free_for(row.quantity, product, facts):
        row.state = State.SHORT
    else:
        row.state = State.FIXED if row.quantity != asked else State.FOUND


def free_for(quantity: Decimal, product: Any, facts: Facts) -> Decimal:
    """How much of a quantity can leave now, as the basket reckons it. To who may not see figures,
    all of it or none: else he would find them out by asking.
    """
    stock = facts.stock.get(product.pk, NO_STOCK)
    free = most_of(facts.context, Wanted(product, quantity), stock)
    if shows_figures(facts.context):
        return free
    return quantity if free else ZERO


def _amount(price: ProductPrice | None, quantity: Decimal) -> Decimal | None:
    """The sum as the price column means it: with VAT unless VAT comes on top."""
    return round_sum(price.unit_price_at(quantity) * quantity) if price else None


def _measure(product: Any, name: str, quantity: Decimal) -> Decimal | None:
    one = measure_of(product, name)
    return None if one is None else one * quantity
