"""Prices of many products in one TradeContext. The algorithm: docs/algorithms/pricing.md."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import TradeContext
from b2b_apps.core.money import LineAmount, line_amount, round_unit_price, unit_prices
from b2b_apps.pricing.models import Price, PriceList


@dataclass(frozen=True, slots=True)
class Tier:
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
    products = _products(product_ids)
    lists = _lists(context)
    rows = _rows(products, lists, day or timezone.localdate())
    found = ((pk, _resolve(product, lists, rows, context)) for pk, product in products.items())
    return {pk: price for pk, price in found if price is not None}


def _products(product_ids: Collection[int]) -> dict[int, Any]:
    rows = apps.get_model("catalogue", "Product").objects.filter(pk__in=product_ids)
    fields = (
        "pk",
        "parent_id",
        "vat_rate__percent",
        "vat_rate__label",
        "parent__vat_rate__percent",
        "parent__vat_rate__label",
    )
    return {row["pk"]: row for row in rows.values(*fields)}


def _lists(context: TradeContext) -> dict[int, PriceList]:
    """Return the active lists of the chain and the retail column of the context's currency."""
    wanted = Q(pk__in=context.price_list_ids) | Q(is_retail=True)
    rows = PriceList.objects.filter(wanted, is_active=True, currency=context.currency)
    return {price_list.pk: price_list for price_list in rows}


def _rows(
    products: Mapping[int, Any], lists: Iterable[int], day: date
) -> dict[tuple[int, int], tuple[Tier, ...]]:
    """Return the valid tiers by (price list, product), largest quantity first."""
    parents = {row["parent_id"] for row in products.values() if row["parent_id"]}
    rows = (
        Price.objects.filter(price_list_id__in=list(lists), product_id__in=[*products, *parents])
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        .order_by("price_list_id", "product_id", "-minimum_quantity", "valid_from")
        .values_list("price_list_id", "product_id", "minimum_quantity", "amount")
    )
    tiers: dict[tuple[int, int], dict[Decimal, Decimal]] = {}
    for list_id, product_id, minimum, amount in rows:
        # NULLs sort last: of two prices of one quantity the undated one is weaker.
        tiers.setdefault((list_id, product_id), {}).setdefault(minimum, amount)
    return {key: tuple(Tier(m, a) for m, a in found.items()) for key, found in tiers.items()}


def _resolve(
    product: Any,
    lists: Mapping[int, PriceList],
    rows: Mapping[tuple[int, int], tuple[Tier, ...]],
    context: TradeContext,
) -> ProductPrice | None:
    own = product["vat_rate__label"] is not None
    percent = product["vat_rate__percent" if own else "parent__vat_rate__percent"]
    label = product["vat_rate__label" if own else "parent__vat_rate__label"] or ""

    def tiers_in(price_list: PriceList) -> tuple[Tier, ...]:
        pk = price_list.pk
        found = rows.get((pk, product["pk"])) or rows.get((pk, product["parent_id"] or 0)) or ()
        return tuple(
            Tier(t.minimum_quantity, _in_vat_mode(t.amount, price_list, percent, context.vat_mode))
            for t in found
        )

    for pk in context.price_list_ids:
        price_list = lists.get(pk)
        if price_list is None:
            continue
        if tiers := tiers_in(price_list):
            retail = next((found for found in lists.values() if found.is_retail), None)
            column = tiers_in(retail) if retail else ()
            return ProductPrice(
                price_list_id=pk,
                price_list_name=price_list.name,
                is_contract_price=price_list.kind == PriceList.Kind.CONTRACT,
                tiers=tiers,
                currency=context.currency,
                vat_mode=context.vat_mode,
                vat_percent=None if context.vat_mode == "none" else percent,
                vat_label=label,
                retail=column[-1].amount if column else None,
            )
    return None


def _in_vat_mode(
    amount: Decimal, price_list: PriceList, percent: Decimal | None, vat_mode: str
) -> Decimal:
    """Turn a list's price into one with VAT inside, or one before VAT."""
    if not percent or price_list.includes_vat == (vat_mode == "included"):
        return amount
    factor = (Decimal(100) + percent) / Decimal(100)
    return round_unit_price(amount / factor if price_list.includes_vat else amount * factor)
