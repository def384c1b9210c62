"""Prices of many products in one TradeContext. The algorithm: docs/algorithms/pricing.md."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.apps import apps
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import TradeContext
from b2b_apps.core.money import HUNDRED, LineAmount, line_amount, round_unit_price, unit_prices
from b2b_apps.pricing.models import Price, PriceList


class Tier(NamedTuple):
    """A price from a quantity on, in base units."""

    minimum_quantity: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ProductPrice:
    """What one product costs in a context, and which list says so.

    ``tiers`` go from the largest quantity to the smallest; ``amount`` is what one base unit
    costs at the smallest order, in ``currency``, with VAT inside unless ``vat_mode`` is
    ``on_top``. ``retail`` is the same unit in the retail column, or None.
    """

    price_list_id: int
    price_list_name: str
    is_contract_price: bool
    tiers: tuple[Tier, ...]
    currency: str
    vat_mode: str
    vat_percent: Decimal | None
    vat_label: str
    retail: Decimal | None = None

    @property
    def amount(self) -> Decimal:
        return self.tiers[-1].amount

    def unit_price_at(self, quantity: Decimal) -> Decimal:
        """Price of one base unit when ``quantity`` are bought."""
        for tier in self.tiers:
            if quantity >= tier.minimum_quantity:
                return tier.amount
        return self.tiers[-1].amount

    def line_at(self, quantity: Decimal) -> LineAmount:
        """Sums of a line of ``quantity`` base units."""
        return line_amount(
            price=self.unit_price_at(quantity),
            quantity=quantity,
            vat_percent=self.vat_percent,
            vat_mode=self.vat_mode,
        )

    def unit_prices_at(self, quantity: Decimal) -> tuple[Decimal, Decimal]:
        """Unit price (excl. tax, incl. tax) when ``quantity`` are bought."""
        return unit_prices(
            price=self.unit_price_at(quantity),
            vat_percent=self.vat_percent,
            vat_mode=self.vat_mode,
        )


def prices_for(
    *, context: TradeContext, product_ids: Collection[int], day: date | None = None
) -> Mapping[int, ProductPrice]:
    """Return the price of each product that has one, by product id.

    The first list of the context's chain that has the product wins. A characteristic without a
    price of its own takes its parent's in the same list, as 1C does. Nothing is returned to a
    person who may not see prices. Three queries, whatever the number of products: products,
    lists, prices.
    """
    if not product_ids or not context.may(SEE_PRICES):
        return {}
    goods = _goods(product_ids)
    lists = _lists(context)
    chain = [lists[pk] for pk in context.price_list_ids if pk in lists]
    retail = next((found for found in lists.values() if found.is_retail), None)
    rows = _rows(goods, lists, day or timezone.localdate())
    prices: dict[int, ProductPrice] = {}
    for item in goods:
        for price_list in chain:
            if tiers := _tiers(item, price_list, rows, context.vat_mode):
                column = _tiers(item, retail, rows, context.vat_mode) if retail else ()
                prices[item.pk] = _price(item, price_list, tiers, column, context)
                break
    return prices


class _Goods(NamedTuple):
    """A product, whose prices it may borrow, and its VAT rate."""

    pk: int
    parent_id: int | None
    vat_percent: Decimal | None
    vat_label: str


_Rows = Mapping[tuple[int, int], Sequence[tuple[Decimal, Decimal]]]


def _goods(product_ids: Collection[int]) -> list[_Goods]:
    rows = apps.get_model("catalogue", "Product").objects.filter(pk__in=product_ids)
    own, parents = F("vat_rate__percent"), F("parent__vat_rate__percent")
    percent = Case(When(vat_rate__isnull=False, then=own), default=parents)
    label = Coalesce("vat_rate__label", "parent__vat_rate__label", Value(""))
    found = rows.annotate(percent=percent, label=label)
    return [_Goods(*row) for row in found.values_list("pk", "parent_id", "percent", "label")]


def _lists(context: TradeContext) -> dict[int, PriceList]:
    """Return the active lists of the chain and the retail column of the context's currency."""
    wanted = Q(pk__in=context.price_list_ids) | Q(is_retail=True)
    rows = PriceList.objects.filter(wanted, is_active=True, currency=context.currency)
    return {price_list.pk: price_list for price_list in rows}


def _rows(goods: Collection[_Goods], lists: Collection[int], day: date) -> _Rows:
    """Return the valid (minimum, amount) by (price list, product), largest minimum first."""
    ids = {item.pk for item in goods} | {item.parent_id for item in goods if item.parent_id}
    rows = (
        Price.objects.filter(price_list_id__in=lists, product_id__in=ids)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        .order_by(
            "price_list_id",
            "product_id",
            "-minimum_quantity",
            F("valid_from").desc(nulls_last=True),
        )
        .values_list("price_list_id", "product_id", "minimum_quantity", "amount")
    )
    found: dict[tuple[int, int], list[tuple[Decimal, Decimal]]] = {}
    for list_id, product_id, minimum, amount in rows:
        tiers = found.setdefault((list_id, product_id), [])
        # Of prices of one quantity the latest start wins; one without a start comes last.
        if not tiers or tiers[-1][0] != minimum:
            tiers.append((minimum, amount))
    return found


def _tiers(item: _Goods, price_list: PriceList, rows: _Rows, vat_mode: str) -> tuple[Tier, ...]:
    """Return the tiers of a list for a product or, failing that, for its parent."""
    found = rows.get((price_list.pk, item.pk)) or rows.get((price_list.pk, item.parent_id or 0))
    if not found:
        return ()
    if not item.vat_percent or price_list.includes_vat == (vat_mode == "included"):
        return tuple(Tier(minimum, amount) for minimum, amount in found)
    factor = (HUNDRED + item.vat_percent) / HUNDRED
    if price_list.includes_vat:
        return tuple(Tier(minimum, round_unit_price(amount / factor)) for minimum, amount in found)
    return tuple(Tier(minimum, round_unit_price(amount * factor)) for minimum, amount in found)


def _price(
    item: _Goods,
    price_list: PriceList,
    tiers: tuple[Tier, ...],
    column: tuple[Tier, ...],
    context: TradeContext,
) -> ProductPrice:
    return ProductPrice(
        price_list_id=price_list.pk,
        price_list_name=price_list.name,
        is_contract_price=price_list.kind == PriceList.Kind.CONTRACT,
        tiers=tiers,
        currency=context.currency,
        vat_mode=context.vat_mode,
        vat_percent=None if context.vat_mode == "none" else item.vat_percent,
        vat_label=item.vat_label,
        retail=column[-1].amount if column else None,
    )
