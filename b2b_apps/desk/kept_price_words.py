"""The steps kept with a line of an order, in words for staff."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from b2b_apps.core.figures import quantity_text
from b2b_apps.pricing.frozen import KeptRate, KeptStep


class KeptWords(NamedTuple):
    """A step: what it was, what it added, the price then; ``note`` says how it was reckoned."""

    name: str
    note: str
    amount: Decimal
    price: Decimal
    list_id: int
    rule_id: int


def kept_in_words(steps: Sequence[KeptStep]) -> Sequence[KeptWords]:
    """Return a row for each step."""
    return [
        KeptWords(_name(x), "; ".join(_notes(x)), x.amount, x.price, x.list_id, x.rule_id)
        for x in steps
    ]


def _name(step: KeptStep) -> str:
    if step.kind == "quantity":
        if step.pack and step.pack > step.minimum:
            return _("In packs of %(n)s") % {"n": quantity_text(step.pack)}
        return _("From %(n)s") % {"n": quantity_text(step.minimum)}
    if step.kind == "threshold":
        return _("By the sum of the basket")
    return _("Refined in 1C") if step.kind == "refined" else step.name


def _notes(step: KeptStep) -> Iterable[str]:
    if step.kind == "rule":
        yield _("price rule")
        if step.promo_code:
            yield _("promo code %(code)s") % {"code": step.promo_code}
        if step.round_to:
            yield _("rounded to %(n)s") % {"n": quantity_text(step.round_to)}
    kinds = {
        "contract": _("the contract's own price"),
        "project": _("the price for the project"),
        "regional": _("the price of the region"),
        "fallback": _("the price of last resort"),
        "threshold": _("the price list is another from this sum on"),
    }
    if said := kinds.get("threshold" if step.kind == "threshold" else step.list_kind):
        yield said
    if step.source:
        yield _("reckoned from “%(name)s”") % {"name": step.source}
    if step.is_parents:
        yield _("the price of the whole product, not of the characteristic")
    yield from map(_rate, step.rates)
    if step.limit == "cap":
        yield _("stopped by the largest change allowed")
    elif step.limit == "floor":
        yield _("stopped by the purchase price and the margin on it")
    if step.day:
        yield _("1C named it on %(day)s") % {"day": f"{step.day:%d.%m.%Y}"}


def _rate(used: KeptRate) -> str:
    source = {
        "hand": _("the rate by hand"),
        "fixed": _("the contract's fixed rate"),
    }.get(used.source, _("the bank's rate"))
    return f"{source} {used.currency} {quantity_text(used.rate)}, {used.day:%d.%m.%Y}"
