"""Why a price is what it is, in the steps that the buyer reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from b2b_apps.pricing.selectors import ProductPrice
from b2b_apps.storefront.figures import MINUS, quantity_text


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the chain: a label and an amount to add."""

    label: str
    amount: Decimal


def price_chain_of(price: ProductPrice) -> Sequence[Step]:
    """Return the steps from retail to the list that gave the price; they add up to it."""
    name = _("Price by contract") if price.is_contract_price else price.price_list_name
    if price.retail is None:
        return [Step(name, price.amount)]
    if price.retail == price.amount:
        return [Step(_("Retail"), price.retail)]
    difference = price.amount - price.retail
    percent = percent_off(price.retail, price.amount)
    return [
        Step(_("Retail"), price.retail),
        Step(f"{name}, {percent}" if percent else name, difference),
    ]


def percent_off(was: Decimal, now: Decimal) -> str:
    """By how much ``now`` differs from ``was``: «−28 %», nothing if by less than a tenth."""
    if not was:
        return ""
    percent = ((now - was) * 100 / was).quantize(Decimal("0.1"))
    if not percent:
        return ""
    sign = MINUS if percent < 0 else "+"
    return f"{sign}{quantity_text(abs(percent))} %"


def vat_words(price: ProductPrice) -> str:
    """How the price speaks of VAT: «с НДС 22 %», «без НДС»."""
    percent = price.vat_percent
    if not percent:
        return _("without VAT")
    shown = quantity_text(percent)
    if price.vat_mode == "on_top":
        return _("before VAT of %(n)s %%") % {"n": shown}
    return _("with VAT of %(n)s %%") % {"n": shown}
