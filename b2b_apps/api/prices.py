"""What a product costs the buyer, and why, as JSON."""

from decimal import Decimal
from typing import Any

from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.prices import ON_REQUEST
from b2b_apps.pricing.selectors import ProductPrice, price_book
from b2b_apps.purchasing.goods import article_of, unit_of
from b2b_apps.purchasing.leaving import fitting_packs
from b2b_apps.purchasing.orderable import orderable_products
from b2b_apps.purchasing.quantities import QuantityError, parse_quantity
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.price_chain import chain_sentence, price_chain_of

# Ids are bigint; a longer number is no product.
LARGEST_ID = 2**63 - 1
LEAST = Decimal("0.001")


@require_safe
@buyer_required(SEE_PRICES)
def price(request: Any, product_id: int) -> JsonResponse:
    """Return the price of ``quantity`` base units under the current contract, and its steps.

    Amounts are texts, to stay exact. Without a quantity it is the smallest order. Four queries,
    five where a price rule asks for sections or attributes.
    """
    product = _product(request.trade, product_id)
    quantity = None
    if text := request.GET.get("quantity", ""):
        try:
            quantity = parse_quantity(text)
        except QuantityError:
            quantity = Decimal(0)
        if quantity <= 0:
            return JsonResponse({"error": _("Type a quantity above zero.")}, status=400)
    book = price_book(context=request.trade, product_ids=[product.pk])
    found, unit = book.price(product.pk), unit_of(product)
    if quantity is None:
        quantity = fitting_packs(product, LEAST, found)
    is_too_few = found is not None and quantity < found.from_quantity
    answer = {
        "product": product.pk,
        "article": article_of(product),
        "quantity": _plain(quantity),
        "unit": unit.short_name if unit else "",
        "availability": ON_REQUEST if is_too_few else book.availability(product.pk),
        "price": None,
        "steps": [],
    }
    return JsonResponse(answer | (_priced(found, quantity) if found and not is_too_few else {}))


def _product(context: TradeContext, product_id: int) -> Any:
    """A product that can be bought, a characteristic if it has some. One query."""
    rows = orderable_products(context=context, product_ids=[product_id])
    found = rows.first() if product_id <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found


def _priced(price: ProductPrice, quantity: Decimal) -> dict[str, Any]:
    line = price.line_at(quantity)
    excl_tax, incl_tax = price.unit_prices_at(quantity)
    steps = zip(price.steps_at(quantity), price_chain_of(price, quantity), strict=True)
    return {
        "price": str(price.unit_price_at(quantity)),
        "price_excl_tax": str(excl_tax),
        "price_incl_tax": str(incl_tax),
        "currency": price.currency,
        "vat_mode": price.vat_mode,
        "vat_percent": None if price.vat_percent is None else _plain(price.vat_percent),
        "retail": None if price.retail is None else str(price.retail),
        "sum_excl_tax": str(line.excl_tax),
        "sum_incl_tax": str(line.incl_tax),
        "steps": [
            {"kind": step.kind, "label": told.label, "amount": str(step.amount),
             "price": str(step.price)}
            for step, told in steps
        ],
        "text": chain_sentence(price, quantity),
    }  # fmt: skip


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
