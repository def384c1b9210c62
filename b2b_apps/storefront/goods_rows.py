"""Rows of goods with what the buyer sees of each: stock by warehouse, his price, packs, basket."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple
from urllib.parse import quote

from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import gettext as _

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.contracts.context import TradeOptions
from b2b_apps.core.context import TradeContext
from b2b_apps.core.figures import quantity_text
from b2b_apps.inventory.seen import SeenStock, seen_stock
from b2b_apps.inventory.selectors import ProductStock, stock_for
from b2b_apps.pricing.selectors import PriceBook, ProductPrice, price_book
from b2b_apps.pricing.tariff import Tariff
from b2b_apps.purchasing.goods import packs_of
from b2b_apps.storefront.goods_read import MOST_SPECS, products_read, sku_ids_of
from b2b_apps.storefront.marks import Mark, Marks
from b2b_apps.storefront.meant import MeantVariant, Named, variant_url, variants_meant
from b2b_apps.storefront.price_chain import Step, price_chain_of, vat_words
from b2b_apps.storefront.timetable import SeenReceipt, seen_receipt

MOST_COLUMNS = 6
SPEC_WIDTHS = (4, 6, 8, 11, 14, 18, 24)
ZERO = Decimal(0)
NO_MARKS = Marks()
UNIT = re.compile(r",\s*([^,]{1,8})$")
# Words that 1C's attributes use for units.
SHORT_WORDS = {"модулей": "мод.", "полюсов": "пол.", "жил": "ж."}
NUMERIC = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")


class StockColumn(NamedTuple):
    """A column of the table: one warehouse, or what all the last ones hold together."""

    label: str
    title: str
    warehouse_ids: tuple[int, ...]
    is_home: bool


class Spec(NamedTuple):
    """An attribute under the name; ``width`` is a step that its whole sub-column shares."""

    text: str
    width: int


@dataclass(slots=True)
class GoodsRow:
    """A product or a parent of characteristics as listings show it; quantities in base units,
    those of stock as the person may see them. Not to be written to (a frozen one takes four times
    as long to make).

    ``price`` is of the cheapest characteristic where there are several; ``num_variants`` is 0
    for a product of its own. ``availability`` says why there is no price (``PriceBook``).
    ``state``: in, request, out or nothing. ``is_short`` if no warehouse holds what is in the
    basket.
    """

    id: int
    url: str
    title: str
    article: str
    picture: str
    specs: tuple[Spec, ...]
    stocks: tuple[tuple[StockColumn, SeenStock], ...]
    free: SeenStock
    home_free: SeenStock
    other_free: SeenStock
    next_receipt: SeenReceipt | None
    price: ProductPrice | None
    has_many_prices: bool
    availability: str
    unit: str
    multiple: Decimal
    minimum: Decimal
    box: Decimal | None
    in_basket: Decimal | None
    num_variants: int
    may_see_prices: bool
    is_short: bool = False
    marks: tuple[Mark, ...] = ()
    # The title cut where what was typed begins and ends; nothing where nothing of it was typed.
    pieces: tuple[tuple[str, bool], ...] = ()
    # The characteristic of it that was typed.
    meant: MeantVariant | None = None

    @property
    def state(self) -> str:
        if self.in_basket or (self.meant and self.meant.in_basket):
            return "in"
        if self.may_see_prices and self.price is None:
            return "request"
        return "" if self.free else "out"

    @property
    def ask_id(self) -> int:
        """The product whose price can be asked for, or 0."""
        is_asked = self.availability == "on_request" and not self.num_variants
        return self.id if is_asked else 0

    @property
    def chain(self) -> tuple[Step, ...]:
        return price_chain_of(self.price) if self.price else ()

    @property
    def vat(self) -> str:
        return vat_words(self.price) if self.price else ""

    @property
    def pack_text(self) -> str:
        packs = [self.multiple, self.box] if self.box else [self.multiple]
        return " / ".join(quantity_text(pack) for pack in packs)


def stock_columns(options: TradeOptions, most: int = MOST_COLUMNS) -> Sequence[StockColumn]:
    """The warehouses of the context as columns, home first; too many share the last column."""
    region = options.context.region_id
    columns = [
        StockColumn(w.label, w.name, (w.pk,), region is not None and w.region_id == region)
        for w in options.warehouses
    ]
    if len(columns) <= most:
        return columns
    rest = tuple(pk for column in columns[most - 1 :] for pk in column.warehouse_ids)
    names = ", ".join(column.label for column in columns[most - 1 :])
    return [*columns[: most - 1], StockColumn(_("Others"), names, rest, is_home=False)]


def goods_rows(  # noqa: PLR0913 - what rows are made of
    *,
    context: TradeContext,
    columns: Sequence[StockColumn],
    ids: Sequence[int],
    book: PriceBook | None = None,
    tariff: Tariff | None = None,
    spec_ids: Sequence[int] = (),
    marks: Marks = NO_MARKS,
) -> list[GoodsRow]:
    """Return the rows of products, or parents of characteristics, in their order. Two queries,
    whatever their number: products, stock with receipts; those of ``price_book`` without a
    ``book`` that knows their prices; that of ``variants_meant`` if families were searched for.
    What can't be seen or bought any more is left out.
    """
    products = products_read(context=context, ids=ids, spec_ids=spec_ids)
    found = [product for pk in ids if (product := products.get(pk)) and sku_ids_of(product)]
    skus = [pk for product in found for pk in sku_ids_of(product)]
    if book is None:
        book = price_book(context=context, product_ids=skus, tariff=tariff)
    stock = stock_for(context=context, product_ids=skus, with_receipts=True)
    specs = _specs(found, spec_ids)
    # A page has two hundred quantities, and few different ones.
    sees = cache(partial(seen_stock, context))
    meant = variants_meant(context=context, text=marks.typed, products=found)
    places = {pk: n for n, column in enumerate(columns) for pk in column.warehouse_ids}
    return [
        _row(
            context=context,
            sees=sees,
            columns=columns,
            places=places,
            product=product,
            book=book,
            stock=stock,
            specs=specs,
            marks=marks,
            meant=meant.get(product.pk),
        )
        for product in found
    ]


def _row(  # noqa: PLR0913 - what a row is made of
    *,
    context: TradeContext,
    sees: Callable[[Decimal], SeenStock],
    columns: Sequence[StockColumn],
    places: Mapping[int, int],
    product: Any,
    book: PriceBook,
    stock: Mapping[int, ProductStock],
    specs: Mapping[int, tuple[Spec, ...]],
    marks: Marks,
    meant: Named | None,
) -> GoodsRow:
    sku_ids = sku_ids_of(product)
    mine = [price for pk in sku_ids if (price := book.price(pk)) is not None]
    balances = [stock[pk] for pk in sku_ids]
    is_parent = product.structure == "parent"
    by_column = _by_column(len(columns), places, balances)
    stocks = list(zip(columns, by_column, strict=True))
    free = sum([s.free for s in balances], ZERO)
    home = sum([quantity for column, quantity in stocks if column.is_home], ZERO)
    price = min(mine, key=lambda price: price.amount, default=None)
    return GoodsRow(
        id=product.pk,
        url=variant_url(product_url(product), meant.variant.pk) if meant else product_url(product),
        title=product.title,
        article=product.article,
        picture=picture_url(product.picture),
        specs=specs[product.pk],
        stocks=tuple([(column, sees(quantity)) for column, quantity in stocks]),
        free=sees(free),
        home_free=sees(home),
        other_free=sees(free - home),
        next_receipt=seen_receipt(
            context, [receipt for balance in balances for receipt in balance.receipts]
        ),
        price=price,
        has_many_prices=len({price.amount for price in mine}) > 1,
        availability=book.availability_of(sku_ids),
        unit=product.base_unit__short_name or "",
        multiple=product.order_multiple,
        minimum=packs_of(product, None if is_parent else price)[1],
        box=product.box,
        in_basket=None if is_parent else product.in_basket,
        marks=marks.of(product, meant.variant if meant else None),
        pieces=marks.pieces(product.title),
        num_variants=len(sku_ids) if is_parent else 0,
        may_see_prices=context.may(SEE_PRICES),
        is_short=not is_parent and _is_short(product.in_basket, balances),
        meant=_meant(product, meant, book, sees, stock) if meant else None,
    )


def _meant(
    product: Any,
    named: Named,
    book: PriceBook,
    sees: Callable[[Decimal], SeenStock],
    stock: Mapping[int, ProductStock],
) -> MeantVariant:
    variant = named.variant
    price = book.price(variant.pk)
    return MeantVariant(
        id=variant.pk,
        title=f"{product.title}, {variant.characteristic}",
        article=variant.article or product.article,
        characteristic=variant.characteristic or variant.title,
        amount=price.amount if price else None,
        currency=price.currency if price else "",
        free=sees(stock[variant.pk].free),
        multiple=variant.order_multiple,
        minimum=packs_of(variant, price)[1],
        in_basket=variant.in_basket,
        is_short=_is_short(variant.in_basket, [stock[variant.pk]]),
        is_by_code=named.is_by_code,
    )


def _by_column(
    num: int, places: Mapping[int, int], stock: Sequence[ProductStock]
) -> Sequence[Decimal]:
    """What is free in each column; ``places`` are those of warehouses."""
    found = [ZERO] * num
    for one in stock:
        for pk, balance in one.balances.items():
            if (place := places.get(pk)) is not None:
                found[place] += balance.free
    return found


def _is_short(in_basket: Decimal | None, balances: Sequence[ProductStock]) -> bool:
    held = (balance.free for stock in balances for balance in stock.balances.values())
    return in_basket is not None and in_basket > max(held, default=ZERO)


def product_url(product: Any) -> str:
    """The address of a card; a characteristic has its parent's."""
    before, between, after = _card_address()
    return f"{before}{_quoted(product.slug)}{between}{product.pk}{after}"


_quoted = lru_cache(maxsize=8192)(quote)


@cache
def _card_address() -> Sequence[str]:
    """The parts of an address around slug and id: to reverse each costs a page a millisecond."""
    made = reverse("catalogue:detail", kwargs={"product_slug": "slug-of-it", "pk": 99})
    before, _slug, rest = made.partition("slug-of-it")
    between, _id, after = rest.partition("99")
    return before, between, after


def picture_url(name: str | None) -> str:
    """The address of a stored picture, or nothing."""
    return str(default_storage.url(name)) if name else ""


def value_text(described: Mapping[str, Any]) -> str:
    """The text of an attribute value as the facets read it."""
    if described["option"]:
        return str(described["option"])
    if described["text"]:
        return str(described["text"])
    number = described["number"]
    return "" if number is None else f"{Decimal(str(number)).normalize():f}".replace(".", ",")


# A page has a hundred values of ten attributes.
@lru_cache(maxsize=8192)
def with_unit(name: str, text: str) -> str:
    """A bare number with the unit that its attribute's name ends in: «Ток, А» makes 16 «16 А».

    A word in the plural is shortened, for it would not agree: «Ширина, модулей» makes 1 «1 мод.».
    """
    unit = UNIT.search(name)
    if not unit or not NUMERIC.fullmatch(text):
        return text
    return f"{text} {SHORT_WORDS.get(unit[1], unit[1])}"


def _specs(products: Sequence[Any], spec_ids: Sequence[int]) -> Mapping[int, tuple[Spec, ...]]:
    """Brand and a few attributes of each product, in sub-columns as wide as their longest."""
    texts: dict[int, list[str]] = {}
    for product in products:
        values = {d["id"]: with_unit(d["name"], value_text(d)) for d in product.described}
        kept = [values.get(pk, "") for pk in spec_ids[:MOST_SPECS]]
        if not spec_ids:
            kept = list(values.values())[:MOST_SPECS]
        texts[product.pk] = [product.brand, *kept]
    places = max(map(len, texts.values()), default=0)
    longest = [max(len(t[p]) if p < len(t) else 0 for t in texts.values()) for p in range(places)]
    widths = [next((w for w in SPEC_WIDTHS if w >= most), SPEC_WIDTHS[-1]) for most in longest]
    return {
        pk: tuple([Spec(text, widths[place]) for place, text in enumerate(row) if longest[place]])
        for pk, row in texts.items()
    }
