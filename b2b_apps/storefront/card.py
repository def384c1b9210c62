"""The card of a product: price with its chain and tiers, stock, characteristics, packs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from b2b_apps.companies.roles import PLACE_ORDERS, SEE_PRICES
from b2b_apps.contracts.context import TradeOptions
from b2b_apps.core.context import TradeContext
from b2b_apps.core.money import round_sum
from b2b_apps.inventory.seen import SeenStock, seen_stock
from b2b_apps.pricing.prices import HIDDEN, tier_at
from b2b_apps.pricing.selectors import ProductPrice
from b2b_apps.purchasing.goods import packs_of
from b2b_apps.purchasing.quantities import raised_to_pack
from b2b_apps.storefront.card_goods import Sold, product_of, sold_of
from b2b_apps.storefront.category_tree import Section, category_tree
from b2b_apps.storefront.goods_rows import picture_url, product_url, value_text
from b2b_apps.storefront.marks import Mark, mark_of
from b2b_apps.storefront.pack_units import LEAST, UnitChoice, asked_quantity, unit_choices
from b2b_apps.storefront.price_chain import Step, percent_off, price_chain_of, vat_words
from b2b_apps.storefront.reserves import reserve_terms
from b2b_apps.storefront.timetable import Timetable, timetable
from b2b_apps.storefront.typed_cells import NOT_TYPED, TypedCell
from b2b_apps.storefront.variants import Variant, VariantTable, variant_table
from search import current
from search.engines.base import EngineAwayError
from search.labels import labels_worn

ZERO = Decimal(0)
LITRE = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class TierRow:
    """A price from a quantity on, or of whole packs, and what it saves against the first."""

    minimum: Decimal
    pack: Decimal
    amount: Decimal
    percent: str
    is_current: bool


@dataclass(frozen=True)
class Card:
    """Everything the page of a product needs; quantities in base units."""

    product: Any
    sections: Sequence[Section]
    pictures: Sequence[str]
    picture_number: int
    units: Sequence[UnitChoice]
    quantity: Decimal
    price: ProductPrice | None
    has_many_prices: bool
    availability: str
    timetable: Timetable
    variants: VariantTable | None
    features: Sequence[tuple[str, str]]
    in_basket: Decimal | None
    may_see_prices: bool
    may_order: bool
    reserved: Decimal = ZERO
    reserved_until: datetime | None = None
    terms: Sequence[int] = ()
    marks: Sequence[Mark] = ()

    @property
    def url(self) -> str:
        return product_url(self.product)

    @property
    def article(self) -> str:
        return str(self.product.article)

    @property
    def unit(self) -> str:
        return self.product.base_unit.short_name if self.product.base_unit else ""

    @property
    def chosen_unit(self) -> UnitChoice:
        return next(unit for unit in self.units if unit.is_chosen)

    @property
    def picture(self) -> str:
        return self.pictures[self.picture_number - 1] if self.pictures else ""

    @property
    def num_units(self) -> Decimal:
        """The quantity in the chosen unit."""
        return self.quantity / self.chosen_unit.factor

    @property
    def step_units(self) -> Decimal:
        """How many of the chosen unit the smallest step is."""
        step: Decimal = max(self.product.order_multiple / self.chosen_unit.factor, Decimal(1))
        return step if self.chosen_unit.factor > 1 else self.product.order_multiple

    @property
    def unit_price(self) -> Decimal | None:
        return self.price.unit_price_at(self.quantity) if self.price else None

    @property
    def sum(self) -> Decimal | None:
        price = self.unit_price
        return None if price is None else round_sum(price * self.quantity)

    @property
    def weight_kg(self) -> Decimal | None:
        weight = self.product.weight_kg
        return weight * self.quantity if weight else None

    @property
    def volume_m3(self) -> Decimal | None:
        volume = (self.product.volume_m3 or ZERO) * self.quantity
        # A litre is the smallest that is shown.
        return volume if volume >= LITRE else None

    @property
    def chain(self) -> Sequence[Step]:
        """The steps to ``shown_price``."""
        quantity = None if self.variants else self.quantity
        return price_chain_of(self.price, quantity) if self.price else ()

    @property
    def shows_price(self) -> bool:
        """Whether there is anything to say of the price."""
        return self.may_see_prices and self.availability != HIDDEN

    @property
    def shown_price(self) -> Decimal | None:
        """What a base unit costs at the chosen quantity; of characteristics, the cheapest."""
        return self.price.amount if self.price and self.variants else self.unit_price

    @property
    def vat(self) -> str:
        return vat_words(self.price) if self.price else ""

    @property
    def saving(self) -> str:
        """By how much my price is below retail, in per cent."""
        retail, mine = self.price.retail if self.price else None, self.shown_price
        return percent_off(retail, mine) if retail and mine and retail > mine else ""

    @property
    def tiers(self) -> Sequence[TierRow]:
        """Prices by quantity, the smallest first; none if there is but one."""
        if self.price is None or len(self.price.tiers) < 2:
            return ()
        first = self.price.amount
        least = packs_of(self.product, self.price)[1]
        current = self.price.tiers[tier_at(self.price.tiers, self.quantity)]
        return [
            TierRow(
                minimum=max(tier.minimum_quantity, least),
                pack=tier.pack_factor,
                amount=tier.amount,
                percent=percent_off(first, tier.amount),
                is_current=tier is current,
            )
            for tier in reversed(self.price.tiers)
        ]

    @property
    def free(self) -> SeenStock:
        return self.timetable.free

    @property
    def is_short(self) -> bool:
        """Whether the quantity is known to be more than is free; where figures are not shown,
        any quantity in the address would find out what is free.
        """
        figure = self.free.figure
        return figure is not None and self.quantity > figure

    @property
    def next_tier(self) -> tuple[Decimal, Decimal] | None:
        """(units to go, saving on the sum at that quantity) up to the nearest cheaper tier."""
        price, now = self.price, self.unit_price
        if price is None or now is None:
            return None
        steps = {self.product.order_multiple, *(tier.pack_factor or 1 for tier in price.tiers)}
        reached = [
            raised_to_pack(self.quantity + LEAST, multiple=step, minimum=tier.minimum_quantity)
            for tier in price.tiers
            for step in steps
        ]
        for quantity in sorted(reached):
            if (
                quantity % self.product.order_multiple == 0
                and (then := price.unit_price_at(quantity)) < now
            ):
                return quantity - self.quantity, round_sum((now - then) * quantity)
        return None


def card_for(
    *,
    options: TradeOptions,
    product_id: int,
    params: Mapping[str, str],
    typed: Mapping[str, TypedCell] | None = None,
) -> Card | None:
    """Return the card of a public product, or of the product of a characteristic; None if there
    is none. ``params`` may name a unit, a quantity, a picture and a characteristic; ``typed`` are
    refused cells of the table of characteristics. Eight queries, nine for the address of a
    characteristic.
    """
    context = options.context
    product = product_of(context, product_id)
    if product is None:
        return None
    sold = sold_of(context, product)
    pictures = [picture_url(name) for name in product.picture_names]
    units = unit_choices(product, params.get("unit", ""))
    may_order = context.may(PLACE_ORDERS)
    return Card(
        product=product,
        sections=_sections(product.section_path),
        pictures=pictures,
        picture_number=_number(params.get("picture", ""), len(pictures)),
        units=units,
        quantity=asked_quantity(
            params=params,
            units=units,
            packs=packs_of(product, None if sold.children else sold.price),
            in_basket=sold.in_basket,
        ),
        price=sold.price,
        has_many_prices=len({price.amount for price in sold.prices}) > 1,
        availability=sold.book.availability_of(sold.skus),
        timetable=timetable(options=options, stock=sold.stocks),
        variants=_variants(context, sold, typed or {}, params.get("variant", "")),
        features=features_of(product),
        in_basket=sold.in_basket,
        may_see_prices=context.may(SEE_PRICES),
        may_order=may_order,
        reserved=sum((stock.own for stock in sold.stocks), ZERO),
        reserved_until=min((u for stock in sold.stocks if (u := stock.own_until)), default=None),
        terms=reserve_terms(options) if may_order else (),
        marks=_marks(context, product.pk),
    )


def _marks(context: TradeContext, product_id: int) -> Sequence[Mark]:
    """The labels of a product; none while the index is away. No query."""
    if not context.labels:
        return ()
    try:
        worn = labels_worn(context=context, index=current.live_index(), row_ids=[product_id])
    except EngineAwayError as error:
        current.health.note_away(error)
        return ()
    return [mark_of(label) for label in worn.get(product_id, ())]


def _sections(path: str | None) -> Sequence[Section]:
    """The sections down to the one at ``path``. One query."""
    tree = category_tree()
    section = tree.by_path.get(path or "")
    return [*tree.ancestors(section), section] if section else ()


def _number(text: str, most: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 and 1 <= int(text) <= most else 1


def _variants(
    context: TradeContext, sold: Sold, typed: Mapping[str, TypedCell], chosen: str
) -> VariantTable | None:
    if not sold.children:
        return None
    rows = [
        Variant(
            id=child.pk,
            article=child.article or sold.product.article,
            characteristic=child.characteristic or child.title,
            price=sold.book.price(child.pk),
            availability=sold.book.availability(child.pk),
            free=seen_stock(context, sold.stock[child.pk].free),
            quantity=sold.there.get(child.pk),
            multiple=child.order_multiple,
            minimum=packs_of(child, sold.book.price(child.pk))[1],
            typed=typed.get(f"p-{child.pk}", NOT_TYPED),
            is_chosen=str(child.pk) == chosen,
        )
        for child in sold.children
    ]
    return variant_table(rows)


def features_of(product: Any) -> Sequence[tuple[str, str]]:
    """Attributes as (name, value); the name says the unit, the value does not say it again."""
    return [
        (described["name"], text)
        for described in product.described
        if (text := value_text(described))
    ]
