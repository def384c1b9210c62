"""Questions about baskets."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from b2b_apps.core.context import TradeContext
from b2b_apps.core.prepared import PreparedRows
from b2b_apps.inventory.selectors import stock_for
from b2b_apps.pricing.selectors import BasketPrices, PriceBook, price_book
from b2b_apps.pricing.tariff import Tariff
from b2b_apps.purchasing.kept import FIELDS, Figures, KeptSheet, figures_of
from b2b_apps.purchasing.leaving import leaving, wanted_of
from b2b_apps.purchasing.locks import OPEN, PLACE
from b2b_apps.purchasing.orderable import orderable_products
from b2b_apps.purchasing.sheet import Sheet, quantities_of, sheet_from, sheet_lines

ZERO = Decimal(0)

# Columns of products that no basket reads: a thousand lines of them take time to bring and make.
UNREAD = tuple(
    f"{product}__{name}"
    for product in ("product", "product__parent")
    for name in (
        "upc", "description", "meta_title", "meta_description", "priority", "rating",
        "date_created", "date_updated", "is_discountable", "code", "code_1c",
    )
)  # fmt: skip


def open_baskets(*, user_id: int) -> QuerySet[Any]:
    """The person's open baskets, one per contract. One query when read."""
    return baskets_of(user_id=user_id, status=OPEN)


def baskets_of(*, user_id: int, status: str) -> QuerySet[Any]:
    """The person's baskets in one status. One query when read."""
    baskets = apps.get_model("basket", "Basket").objects
    return baskets.filter(owner_id=user_id, status=status).order_by("pk")


def basket_for(context: TradeContext) -> Any | None:
    """Return the person's open basket under the current contract, or None. One query."""
    return (
        open_baskets(user_id=context.basket_user_id).filter(contract_id=context.contract_id).first()
    )


def shared_baskets(context: TradeContext) -> QuerySet[Any]:
    """Open baskets that colleagues share under the current contract, with their owners. One query
    when read.
    """
    baskets = apps.get_model("basket", "Basket").objects
    rows = baskets.filter(contract_id=context.contract_id, status=OPEN, is_shared=True)
    return rows.exclude(owner_id=context.user_id).select_related("owner").order_by("pk")


def current_of(baskets: Sequence[Any], context: TradeContext) -> Any | None:
    """The basket that the person works in: of his own open ones, or a colleague's. No query for
    his own.
    """
    if context.basket_owner_id is not None:
        return basket_for(context)
    return next((b for b in baskets if b.contract_id == context.contract_id), None)


def num_lines_by_contract(*, user_id: int, contract_ids: Collection[int]) -> Mapping[int, int]:
    """Return how many lines lie in the person's open baskets, as last reckoned. One query."""
    rows = open_baskets(user_id=user_id).filter(contract_id__in=contract_ids)
    return dict(rows.values_list("contract_id", "cached_num_lines"))


def basket_quantities(
    *, context: TradeContext, product_ids: Collection[int]
) -> Mapping[int, Decimal]:
    """Return how many base units of each of the products are in the open basket. One query."""
    rows = apps.get_model("basket", "Line").objects.filter(
        basket__owner_id=context.basket_user_id,
        basket__contract_id=context.contract_id,
        basket__status=OPEN,
        product_id__in=product_ids,
    )
    return dict(rows.values_list("product_id", "quantity"))


def names_of(*, context: TradeContext, product_ids: Collection[int]) -> Mapping[int, str]:
    """Return what tells products apart that the person can order, or that lie in his basket: a
    characteristic, else the article. Three queries.
    """
    there = basket_quantities(context=context, product_ids=product_ids)
    seen = orderable_products(context=context, product_ids=product_ids).values_list("pk", flat=True)
    rows = apps.get_model("catalogue", "Product").objects.filter(pk__in=[*there, *seen])
    found = rows.values_list("pk", "characteristic", "article", "title")
    return {pk: characteristic or article or title for pk, characteristic, article, title in found}


def lines_in_basket(*, context: TradeContext, line_ids: Collection[int]) -> Sequence[Any]:
    """Return those of the lines that are in the open basket, rows alone. One query."""
    rows = apps.get_model("basket", "Line").objects.filter(
        basket__owner_id=context.basket_user_id,
        basket__contract_id=context.contract_id,
        basket__status=OPEN,
        pk__in=line_ids,
    )
    return list(rows)


def lines_of(basket: Any | None, *, with_kept: bool = False) -> Sequence[Any]:
    """Return the rows of a basket with their products, and with what is kept of them if it is
    asked for. One query.
    """
    if basket is None:
        return []
    rows = (_KEPT_LINES if with_kept else _LINES)(basket=basket.pk)
    for row in rows:
        row.basket = basket
    return rows


def _lines(basket: int) -> QuerySet[Any]:
    return _kept_lines(basket).defer(*UNREAD, *FIELDS, "kept_since")


def _kept_lines(basket: int) -> QuerySet[Any]:
    rows = apps.get_model("basket", "Line").objects.filter(basket_id=basket)
    return with_products(rows).order_by("date_created", "pk")


_LINES = PreparedRows(_lines, basket=int)
_KEPT_LINES = PreparedRows(_kept_lines, basket=int)


def with_products(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows of baskets with what is read of their products."""
    rows = rows.select_related("pack", "product__base_unit", "product__parent__base_unit")
    return rows.defer(*UNREAD)


def basket_sheet(*, context: TradeContext, basket: Any | None) -> Sheet:
    """Return a basket as it stands now. Five queries, whatever its length."""
    context = with_promo_code(context, basket)
    lines = lines_of(basket)
    stock = stock_for(
        context=context,
        product_ids={line.product_id for line in lines},
        with_receipts=context.orders_arriving,
    )
    quantities = quantities_of(lines)
    usual = price_book(context=context, product_ids=quantities, with_thresholds=True)
    counted = leaving(context=context, wanted=wanted_of(lines), stock=stock, book=usual)
    return sheet_from(
        context=context,
        basket=basket,
        lines=lines,
        prices=BasketPrices(usual, quantities, counted),
        stock=stock,
    )


def kept_sheet(
    *,
    context: TradeContext,
    basket: Any | None,
    places: Mapping[int, int],
    tariff: Tariff | None = None,
) -> KeptSheet:
    """Return a basket by its kept figures, with those of its lines, as they stand now, whose ids
    and places are given, in that order. Seven queries, whatever its length; one less with a
    ``tariff`` that was read just now.
    """
    if basket is None:
        return KeptSheet(())
    context = with_promo_code(context, basket)
    rows = with_products(basket.lines.filter(pk__in=list(places))).in_bulk()
    lines = [rows[pk] for pk in places if pk in rows]
    # Even without lines: the terms of the basket's sum are asked of the book.
    ids = quantities_of(lines) or [0]
    book = price_book(context=context, product_ids=ids, with_thresholds=True, tariff=tariff)
    stock = stock_for(
        context=context,
        product_ids={line.product_id for line in lines},
        with_receipts=context.orders_arriving,
    )
    figures = figures_of(basket.pk)
    prices = kept_prices(book, figures)
    return KeptSheet(
        figures=figures,
        lines=sheet_lines(
            context=context, lines=lines, book=prices.book, stock=stock, places=places
        ),
        id=basket.pk,
        prices=prices,
        promo_code=basket.promo_code,
    )


def line_sheet(context: TradeContext, line_id: int) -> KeptSheet:
    """Return the person's open basket by its kept figures, with one line of it. Nine queries."""
    basket = basket_for(context)
    if basket is None:
        return KeptSheet(())
    place = basket.lines.filter(pk=line_id).annotate(place=PLACE).values_list("place", flat=True)
    return kept_sheet(context=context, basket=basket, places={line_id: place.first() or 0})


def kept_prices(book: PriceBook, figures: Sequence[Figures]) -> BasketPrices:
    """The prices of a basket by the sum that is kept of it. No query."""
    return BasketPrices(book, {}, known_sum=sum((found.usual for found in figures), ZERO))


def with_promo_code(context: TradeContext, basket: Any | None) -> TradeContext:
    """The context with the promo code of a basket: it works there and nowhere else."""
    return replace(context, promo_code=basket.promo_code) if basket else context
