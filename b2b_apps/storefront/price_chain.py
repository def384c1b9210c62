"""Why a price is what it is, in the steps that the buyer reads."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from b2b_apps.core.figures import CURRENCY_SIGNS, MINUS, money_text, quantity_text
from b2b_apps.pricing.frozen import KeptStep
from b2b_apps.pricing.prices import ProductPrice
from b2b_apps.pricing.steps import PriceStep


class Step(NamedTuple):
    """One row of the chain: an amount to add, and the price that it comes to."""

    name: str
    amount: Decimal
    price: Decimal

    @property
    def label(self) -> str:
        """The name with the per cent, reckoned where the step is drawn: parts are kept."""
        return _label(self.name, self.amount, self.price)


def price_chain_of(price: ProductPrice, quantity: Decimal | None = None) -> tuple[Step, ...]:
    """Return the steps to a price of ``quantity`` base units, or of the smallest order; they add
    up to it. Names none but the buyer's own lists, and no purchase price.
    """
    steps, language = price.steps_at(quantity), get_language()
    return tuple([Step(_name(step, language), step.amount, step.price) for step in steps])


def chain_sentence(price: ProductPrice, quantity: Decimal | None = None) -> str:
    """The steps to a price as one sentence: «Розница 184,00; Дилерская, −24 %: 139,84»."""
    first, *rest = price_chain_of(price, quantity)
    told = [f"{first.label} {money_text(first.price)}"]
    told += [f"{step.label}: {money_text(step.price)}" for step in rest]
    sign = CURRENCY_SIGNS.get(price.currency, price.currency)
    return "; ".join(told) + f" {sign}"


def kept_sentence(steps: Sequence[KeptStep], currency: str) -> str:
    """The same of what is kept with a line of an order; nothing of one without steps."""
    if not steps:
        return ""
    first, *rest = steps
    told = [f"{_kept_name(first)} {money_text(first.price)}"]
    told += [f"{_label(_kept_name(x), x.amount, x.price)}: {money_text(x.price)}" for x in rest]
    return "; ".join(told) + f" {CURRENCY_SIGNS.get(currency, currency)}"


def _kept_name(step: KeptStep) -> str:
    if step.kind in {"retail", "threshold"}:
        return _("Retail") if step.kind == "retail" else _("By the sum of the basket")
    if step.kind == "refined":
        return _("Refined in 1C %(day)s") % {"day": f"{step.day:%d.%m}" if step.day else ""}
    if step.kind == "quantity":
        return _tier_name(step.minimum, step.pack)
    if step.kind == "rule":
        code = step.promo_code
        return _("Promo code %(code)s") % {"code": code} if code else step.name
    return _own_name(step.list_kind, step.name)


def _label(name: str, amount: Decimal, price: Decimal) -> str:
    percent = percent_off(price - amount, price)
    return f"{name}, {percent}" if percent else name


def _name(step: PriceStep, language: str | None) -> str:
    rule, tier, terms = step.rule, step.tier, step.price_list
    if tier is not None:
        return _kept_tier_name(language, tier.minimum_quantity, tier.pack_factor)
    if rule is not None:
        return _rule_name(language, rule.promo_code, rule.name)
    kind, name = (terms.kind, terms.name) if terms else ("", "")
    return _plain_name(language, step.kind, step.day, kind, name)


# A page has a hundred names of steps, of ten kinds: to look up the text of each takes longer than
# to reckon the step. Each is kept by the language and all that it is made of.
@lru_cache(maxsize=4096)
def _plain_name(
    _language: str | None, kind: str, day: date | None, list_kind: str, list_name: str
) -> str:
    if kind in {"retail", "threshold"}:
        return _("Retail") if kind == "retail" else _("By the sum of the basket")
    if kind == "refined":
        return _("Refined in 1C %(day)s") % {"day": f"{day:%d.%m}" if day else ""}
    return _own_name(list_kind, list_name)


@lru_cache(maxsize=1024)
def _rule_name(_language: str | None, code: str, name: str) -> str:
    return _("Promo code %(code)s") % {"code": code} if code else name


@lru_cache(maxsize=1024)
def _kept_tier_name(_language: str | None, minimum: Decimal, pack: Decimal) -> str:
    return _tier_name(minimum, pack)


def _own_name(kind: str, name: str) -> str:
    """How a list of the buyer's chain is called before him."""
    if kind == "contract":
        return _("Price by contract")
    return _("Agreed price") if kind == "project" else name


def _tier_name(minimum: Decimal, pack: Decimal) -> str:
    if pack and pack > minimum:
        return _("In packs of %(n)s") % {"n": quantity_text(pack)}
    return _("From %(n)s") % {"n": quantity_text(minimum)}


@lru_cache(maxsize=8192)
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
    return _vat_words(get_language(), price.vat_percent, price.vat_mode)


@lru_cache(maxsize=256)
def _vat_words(_language: str | None, percent: Decimal | None, vat_mode: str) -> str:
    if not percent:
        return _("without VAT")
    shown = quantity_text(percent)
    if vat_mode == "on_top":
        return _("before VAT of %(n)s %%") % {"n": shown}
    return _("with VAT of %(n)s %%") % {"n": shown}
