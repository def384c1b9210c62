"""One edit of a basket: its locked rows with prices and stock, and what is to be written.

A service begins an edit, writes and takes out lines, and keeps it; only ``edit_keep`` saves.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps

from b2b_apps.assortment.selectors import seen_products
from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.selectors import ProductStock, stock_for
from b2b_apps.pricing.selectors import BasketPrices, PriceBook, ProductPrice, price_book
from b2b_apps.purchasing.errors import BasketFullError, ProductRefusedError
from b2b_apps.purchasing.goods import article_of, packs_of
from b2b_apps.purchasing.kept import Figures, KeptSheet, is_kept, kept_of
from b2b_apps.purchasing.leaving import balance_for, leaving, wanted_of
from b2b_apps.purchasing.locks import open_basket_locked, open_lines_locked
from b2b_apps.purchasing.orderable import is_orderable
from b2b_apps.purchasing.probing import PROBED, probed_products, probes_note
from b2b_apps.purchasing.quantities import MAX_QUANTITY, Correction, raised_to_pack
from b2b_apps.purchasing.selectors import kept_prices, lines_of, with_products, with_promo_code
from b2b_apps.purchasing.services.changes import BasketChange, TakenLine, taken_from
from b2b_apps.purchasing.services.journal import journal_write
from b2b_apps.purchasing.services.rows import Reckoned, rows_write
from b2b_apps.purchasing.sheet import (
    Sheet,
    SheetLine,
    quantities_of,
    refusal_code,
    sheet_from,
    sheet_lines,
)
from b2b_apps.purchasing.terms import terms_mark

MAX_LINES = 10_000
# What a sum of an order can hold, with room for what comes on top.
MAX_LINE_SUM = Decimal(10) ** 9
MAX_TOTAL = Decimal(10) ** 11


@dataclass
class BasketEdit:
    """The rows, prices and stock that one write works on.

    ``before`` are the prices of the basket as it was; ``settled`` the written products whose
    price was agreed then, or is now; ``asked`` those whose quantity was set, ``probed`` those
    whose quantity is not looked at for a while. ``lines`` are those that the write is about, all
    of the basket if it ``is_whole``; ``terms`` is the mark of what they are reckoned under,
    ``since`` as of when; ``was`` are the written lines as they were.
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
    asked: set[int] = field(default_factory=set)
    was: dict[int, TakenLine] = field(default_factory=dict)
    probed: frozenset[int] = frozenset()
    since: int = 0
    is_whole: bool = True
    terms: str = ""

    def there(self, product_id: int) -> Decimal:
        """How many base units of a product are in the basket now."""
        line = self.lines.get(product_id)
        return line.quantity if line is not None else Decimal(0)


def edit_begin(
    *,
    context: TradeContext,
    product_ids: Collection[int] = (),
    line_ids: Collection[int] | None = None,
    may_create: bool = False,
    is_whole: bool = False,
) -> BasketEdit:
    """Lock the basket and load those of its lines that ``line_ids`` or ``product_ids`` name, with
    the products; all of it if ``is_whole``, or if it was reckoned under other terms.

    Seven queries at most for some lines, one less for lines by id; nine for all of them.
    """
    if line_ids and not is_whole:
        rows = with_products(apps.get_model("basket", "Line").objects.all())
        found = open_lines_locked(context=context, rows=rows, line_ids=line_ids)
        basket = found[0].basket if found else None
        since = found[0].since if found else 0
    else:
        basket = open_basket_locked(context=context, may_create=may_create)
        since = getattr(basket, "since", None) or 0
        is_new = getattr(basket, "is_new", False)
        found = [] if is_whole or is_new else _lines_of_products(basket, product_ids)
    if not is_whole:
        edit = _edit_of(context, basket, found, product_ids, since)
        if _holds(edit):
            return edit
    return _edit_of(
        context, basket, lines_of(basket, with_kept=True), product_ids, since, is_whole=True
    )


def _lines_of_products(basket: Any | None, product_ids: Collection[int]) -> Sequence[Any]:
    if basket is None or not product_ids:
        return []
    return list(with_products(basket.lines.filter(product__in=list(product_ids))))


def _edit_of(  # noqa: PLR0913 - what an edit is made of
    context: TradeContext,
    basket: Any | None,
    rows: Collection[Any],
    product_ids: Collection[int],
    since: int,
    *,
    is_whole: bool = False,
) -> BasketEdit:
    lines = {line.product_id: line for line in rows}
    new = [pk for pk in product_ids if pk not in lines]
    products = {pk: line.product for pk, line in lines.items()}
    if new:
        found = seen_products(context).filter(pk__in=new)
        products |= found.select_related("base_unit", "parent__base_unit").in_bulk()
    context = with_promo_code(context, basket)
    # Even without products: the terms of the basket are asked of the book.
    book = price_book(context=context, product_ids=products or [0], with_thresholds=True)
    stock = stock_for(context=context, product_ids=products, with_receipts=context.orders_arriving)
    if is_whole:
        before = _prices_of(context, book, lines.values(), stock)
    else:
        # The sum of a threshold is as good as any up to the next one.
        reached = basket.kept_reached if basket is not None else None
        before = BasketPrices(book, {}, known_sum=reached or Decimal(0))
    return BasketEdit(
        context=context,
        basket=basket,
        lines=lines,
        products=products,
        book=book,
        before=before,
        stock=stock,
        probed=probed_products(context),
        since=since,
        is_whole=is_whole,
        terms=terms_mark(context, book.loaded.tariff),
    )


def _holds(edit: BasketEdit) -> bool:
    """Whether what is kept of the other lines was reckoned under the same terms.

    What a promo code saves is not kept, so a basket whose code has rules is reckoned whole.
    """
    if edit.basket is None or getattr(edit.basket, "is_new", False):
        return True
    return edit.basket.kept_terms == edit.terms and not edit.before.has_promo_rules


def _prices_of(
    context: TradeContext,
    book: PriceBook,
    lines: Collection[Any],
    stock: Mapping[int, ProductStock],
) -> BasketPrices:
    counted = leaving(context=context, wanted=wanted_of(lines), stock=stock, book=book)
    return BasketPrices(book, quantities_of(lines), counted)


def edit_write(
    edit: BasketEdit, *, product_id: int, asked: Decimal, like: TakenLine | None = None
) -> ProductRefusedError | None:
    """Set the quantity of a product, raised to its pack; 0 takes it out.

    Returns, and notes in ``edit.refused``, why it can't be; then its line stays as it was. A new
    line gets the comment and the place of ``like``.
    """
    line = edit.lines.get(product_id)
    if asked <= 0:
        if line is not None:
            edit_take_out(edit, line)
        return None
    if code := _refusal(edit, product_id, asked):
        return _refused(edit, product_id, code)
    edit.asked.add(product_id)
    product = edit.products[product_id]
    multiple, minimum = packs_of(product, edit.book.price(product_id))
    taken = raised_to_pack(asked, multiple=multiple, minimum=minimum)
    if taken != asked:
        article = article_of(product)
        edit.corrections.append(
            Correction(product_id, asked, taken, multiple, minimum, article=article)
        )
    if taken > edit.there(product_id):
        edit.added[product_id] = taken - edit.there(product_id)
    edit.lines[product_id] = edit.written[product_id] = _row(edit, line, product, taken)
    if line is None and like is not None:
        edit.lines[product_id].comment = like.comment
        edit.lines[product_id].from_warehouse_id = like.warehouse_id
        if like.created_at:
            edit.restored[product_id] = like.created_at
    return None


def edit_touch(edit: BasketEdit, line: Any, *, warehouse_id: int | None) -> None:
    """Write a line whose quantity stays as it is, and where it has to leave from."""
    edit.was.setdefault(line.product_id, taken_from(line))
    line.from_warehouse_id, line.changed_by_id = warehouse_id, edit.context.user_id
    stock = edit.stock[line.product_id]
    if found := balance_for(edit.context, stock, line.quantity, warehouse_id):
        line.stockrecord_id = found.stock_record_id
    edit.written[line.product_id] = line


def _refusal(edit: BasketEdit, product_id: int, asked: Decimal) -> str:
    """Why so much of a product can't be taken, or nothing. A line that is there may be edited."""
    price = edit.book.price(product_id)
    if product_id not in edit.lines:
        product, stock = edit.products.get(product_id), edit.stock.get(product_id)
        if code := refusal_code(product, edit.book, stock):
            return code
    if product_id in edit.probed:
        return PROBED
    is_too_dear = price is not None and price.line_at(asked).incl_tax > MAX_LINE_SUM
    return "too_large" if asked > MAX_QUANTITY or is_too_dear else ""


def _refused(edit: BasketEdit, product_id: int, code: str) -> ProductRefusedError:
    product = edit.products.get(product_id)
    # A product that is not public is not named to who may not know it.
    known = product is not None and (is_orderable(product) or product_id in edit.lines)
    error = ProductRefusedError(product_id, code, article_of(product) if known else "")
    edit.refused.append(error)
    return error


def _row(edit: BasketEdit, line: Any | None, product: Any, quantity: Decimal) -> Any:
    if line is None:
        line = apps.get_model("basket", "Line")(
            basket=edit.basket,
            product=product,
            line_reference=str(product.pk),
            price_currency=edit.context.currency,
        )
        edit.settled.add(product.pk)
    else:
        edit.was.setdefault(product.pk, taken_from(line))
    if line.pk and is_agreed(line, edit.before.book.price(product.pk)):
        # Another tier at another quantity is no change of price; an unaccepted change stays one.
        edit.settled.add(product.pk)
    line.quantity = quantity
    line.changed_by_id = edit.context.user_id
    stock = edit.stock[product.pk]
    if found := balance_for(edit.context, stock, quantity, line.from_warehouse_id):
        line.stockrecord_id = found.stock_record_id
    return line


def _agree_all(edit: BasketEdit) -> BasketPrices:
    """Agree on the prices that follow from the write, and return them.

    If it reached or lost a threshold of the basket's sum, or changed the promo code, the lines
    that were not written are agreed anew too: it was the buyer who changed their prices.
    """
    prices = _prices_of(edit.context, edit.book, edit.lines.values(), edit.stock)
    if prices.reached != edit.before.reached or prices.usual is not edit.before.usual:
        for product_id, line in edit.lines.items():
            if product_id not in edit.written and is_agreed(
                line, edit.before.book.price(product_id)
            ):
                edit.settled.add(product_id)
                edit.written[product_id] = line
    for product_id in edit.settled & edit.lines.keys():
        if price := prices.book.price(product_id):
            _agree(edit.lines[product_id], price)
    return prices


def is_agreed(line: Any, price: ProductPrice | None) -> bool:
    """Whether a line was agreed on at this price."""
    return price is not None and (line.price_excl_tax, line.price_incl_tax) == price.unit_prices_at(
        line.quantity
    )


def _agree(line: Any, price: ProductPrice) -> None:
    line.price_excl_tax, line.price_incl_tax = price.unit_prices_at(line.quantity)


def edit_reprice(edit: BasketEdit) -> None:
    """Go by the prices of the context that a whole edit has got meanwhile. Queries as of prices."""
    edit.book = price_book(
        context=edit.context, product_ids=edit.products or [0], with_thresholds=True
    )
    edit.terms = terms_mark(edit.context, edit.book.loaded.tariff)


def edit_take_out(edit: BasketEdit, line: Any) -> None:
    """Take a line out of the basket."""
    edit.removed.append(line)
    del edit.lines[line.product_id]
    edit.written.pop(line.product_id, None)


def edit_keep(edit: BasketEdit) -> BasketChange:
    """Write what the edit holds with the totals, and return the basket as it is now: all its
    lines if the edit is whole, else those that it is about.

    Raises BasketFullError; the caller's transaction then undoes everything.
    """
    _rows_put(edit)
    if edit.is_whole:
        prices = _agree_all(edit)
        return _kept_whole(edit, prices)
    prices = edit.before
    for product_id in edit.settled & edit.lines.keys():
        if price := prices.book.price(product_id):
            _agree(edit.lines[product_id], price)
    lines = list(edit.lines.values())
    shown = sheet_lines(
        context=edit.context,
        lines=lines,
        book=prices.book,
        stock=edit.stock,
        places={line.pk: getattr(line, "place", 0) for line in lines},
    )
    figures = _written(edit, prices, shown, lines)
    now = kept_prices(edit.book, figures)
    if now.reached != prices.reached:
        return _threshold_crossed(edit)
    sheet = KeptSheet(
        figures=figures,
        lines=shown,
        id=edit.basket.pk if edit.basket else None,
        prices=now,
        promo_code=edit.basket.promo_code if edit.basket else "",
    )
    return _changed(edit, sheet, is_repriced=False)


def _rows_put(edit: BasketEdit) -> None:
    """Delete what was taken out and insert what is new."""
    model = apps.get_model("basket", "Line")
    if edit.removed:
        model.objects.filter(pk__in=[line.pk for line in edit.removed]).delete()
    new = [line for line in edit.written.values() if not line.pk]
    model.objects.bulk_create(new, batch_size=2000)
    _put_in_place(edit)


def _kept_whole(edit: BasketEdit, prices: BasketPrices) -> BasketChange:
    lines = sorted(edit.lines.values(), key=lambda line: (line.date_created, line.pk))
    sheet = sheet_from(
        context=edit.context, basket=edit.basket, lines=lines, prices=prices, stock=edit.stock
    )
    _written(edit, prices, sheet.lines, lines)
    return _changed(edit, sheet, is_repriced=prices.reached != edit.before.reached)


def _written(
    edit: BasketEdit, prices: BasketPrices, shown: Sequence[SheetLine], lines: Sequence[Any]
) -> Sequence[Figures]:
    """Write the lines that are not as they are kept; return the sums of the whole basket."""
    if edit.basket is None:
        return ()
    counted = prices.counted
    if counted is None:
        wanted = wanted_of(lines)
        counted = leaving(context=edit.context, wanted=wanted, stock=edit.stock, book=prices.usual)
    kept = {line.id: kept_of(line, prices.usual, counted) for line in shown}
    edited = {line.pk for line in edit.written.values()}
    figures = rows_write(
        basket=edit.basket,
        lines=[
            line
            for line in lines
            # Of a part all are written: they hold as of now, which others need not.
            if not edit.is_whole or line.pk in edited or not is_kept(line, kept[line.pk])
        ],
        edited=edited,
        kept=kept,
        reckoned=Reckoned(
            edit.terms,
            prices.reached.minimum_sum if prices.reached else None,
            edit.since,
            edit.is_whole,
        ),
    )
    if edit.basket.cached_num_lines > MAX_LINES or edit.basket.cached_total > MAX_TOTAL:
        raise BasketFullError
    return figures


def _threshold_crossed(edit: BasketEdit) -> BasketChange:
    """The sum has reached or lost a threshold: agree on the prices of all lines."""
    whole = edit_begin(context=edit.context, is_whole=True)
    whole.before = BasketPrices(
        whole.book, whole.before.quantities, known_sum=edit.before.known_sum
    )
    whole.corrections, whole.refused = edit.corrections, edit.refused
    whole.removed, whole.added, whole.asked = edit.removed, edit.added, edit.asked
    whole.was = edit.was
    prices = _agree_all(whole)
    return _kept_whole(whole, prices)


def _changed(edit: BasketEdit, sheet: Sheet | KeptSheet, *, is_repriced: bool) -> BasketChange:
    probes_note(context=edit.context, product_ids=_told_short(edit, sheet))
    journal_write(
        basket=edit.basket,
        person_id=edit.context.user_id,
        lines=edit.written.values(),
        removed=edit.removed,
        was=edit.was,
    )
    return BasketChange(
        sheet,
        edit.corrections,
        edit.refused,
        [taken_from(line) for line in edit.removed],
        edit.added,
        is_repriced=is_repriced,
        was=list(edit.was.values()),
    )


def _told_short(edit: BasketEdit, sheet: Sheet | KeptSheet) -> Collection[int]:
    """Products whose quantity was set now, to more than there is."""
    return {
        line.product.pk
        for line in sheet.lines
        if line.product.pk in edit.asked and any(p.kind == "shortage" for p in line.problems)
    }


def _put_in_place(edit: BasketEdit) -> None:
    """Give lines that came back the time of their first coming: the order of lines goes by it."""
    lines = []
    for product_id, created_at in edit.restored.items():
        line = edit.lines[product_id]
        line.date_created = created_at
        lines.append(line)
    apps.get_model("basket", "Line").objects.bulk_update(lines, ["date_created"], batch_size=2000)
