"""The trace of a price in words, for staff: every list and rule with its reason."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from b2b_apps.pricing.conditions import Condition
from b2b_apps.pricing.prices import ON_REQUEST, UNAVAILABLE
from b2b_apps.pricing.rules import RuleTerms
from b2b_apps.pricing.selectors import PriceTrace
from b2b_apps.pricing.tariff import ListTerms
from b2b_apps.pricing.trace import TraceEntry, UsedRate


class Step(NamedTuple):
    """A line of the trace: ``state`` is yes, cap (a limit was reached) or no."""

    state: str
    name: str
    amount: Decimal | None
    change: Decimal | None
    reason: str
    price_list: ListTerms | None = None


def steps_in_words(trace: PriceTrace) -> Sequence[Step]:
    """Return a line for each list of the chain, the tier that holds, and each rule."""
    return [_step(entry) for entry in trace.entries]


def _step(entry: TraceEntry) -> Step:
    state = "cap" if entry.limit else "yes" if entry.is_applied else "no"
    return Step(state, _name(entry), entry.price, entry.change, _reason(entry), entry.price_list)


def _name(entry: TraceEntry) -> str:
    if entry.kind == "refined":
        return _("Refined in 1C")
    if entry.price_list is not None:
        return entry.price_list.name
    if entry.rule is not None:
        return entry.rule.name
    return _("Quantity") if entry.kind == "quantity" else _("The product's own setting")


def _reason(entry: TraceEntry) -> str:
    if entry.kind == "quantity":
        return _quantity(entry)
    if entry.kind == "refined":
        return _refined(entry)
    if entry.kind == "visibility":
        said = _availability(entry.availability)
        return _("%(said)s, but this one was agreed") % {"said": said} if entry.reason else said
    if entry.rule is not None:
        return _rule(entry, entry.rule)
    return _list(entry)


def _list(entry: TraceEntry) -> str:
    terms, day = entry.price_list, _day(entry.day)
    refused = {
        "cost": _("purchase prices are never shown to buyers"),
        "off": _("the list is switched off"),
        "not_yet": _("the list is valid from %(day)s") % {"day": day},
        "over": _("the list was valid until %(day)s") % {"day": day},
        "no_rate": _("no rate for %(c)s on this day") % {"c": terms.currency if terms else ""},
        "no_row": _("has not got the product"),
        "row_not_yet": _("its prices are valid from %(day)s") % {"day": day},
        "row_over": _("its prices were valid until %(day)s") % {"day": day},
        "quantity": _("the price for the project, agreed %(n)s") % {"n": _quantity(entry)},
    }
    if entry.reason in refused:
        return refused[entry.reason]
    return "; ".join(_origin(entry))


def _origin(entry: TraceEntry) -> Iterable[str]:
    """Whose price it is and how it was reckoned, or that another list was stronger."""
    terms = entry.price_list
    if entry.reason == "stronger":
        yield _("a stronger list has given the price")
    elif terms is not None:
        yield {
            "project": _("the price for the project"),
            "contract": _("the contract's own price"),
            "regional": _("the price of the region"),
            "fallback": _("the price of last resort"),
        }.get(terms.kind, _("the price type"))
    if entry.source is not None:
        yield _("reckoned from “%(name)s”") % {"name": entry.source.name}
    if entry.is_parents:
        yield _("the price of the whole product, not of the characteristic")
    for rate in entry.rates:
        yield _rate(rate)


def _rate(used: UsedRate) -> str:
    source = {
        "bank": _("the bank's rate"),
        "hand": _("the rate by hand"),
        "fixed": _("the contract's fixed rate"),
    }[used.rate.source]
    text = f"{source} {used.currency} {_number(used.rate.rate)}"
    if used.rate.source == "fixed":
        return text
    text += " " + _("of %(day)s") % {"day": _day(used.rate.day)}
    return text + (", " + _("older than ten days") if used.is_stale else "")


def _quantity(entry: TraceEntry) -> str:
    if entry.tier is None:
        return ""
    pack, minimum = entry.tier.pack_factor, entry.tier.minimum_quantity
    parts = [_("whole packs of %(n)s") % {"n": _number(pack)}] if pack else []
    if minimum or not pack:
        parts.append(_("from %(n)s") % {"n": _number(minimum)})
    return ", ".join(parts)


def _refined(entry: TraceEntry) -> str:
    day = _("1C named it on %(day)s") % {"day": _day(entry.day)}
    return f"{day}, {_quantity(entry)}"


def _rule(entry: TraceEntry, rule: RuleTerms) -> str:
    if entry.limit:
        return {
            "cap": _("stopped by the largest change allowed"),
            "floor": _("stopped by the purchase price and the margin on it"),
        }[entry.limit]
    if entry.is_applied:
        return _availability(entry.availability) if entry.availability else ""
    unmet = entry.refusal.condition if entry.refusal else None
    return {
        "not_yet": _("does not work yet: from %(day)s") % {"day": _day(entry.day)},
        "over": _("does not work any more: until %(day)s") % {"day": _day(entry.day)},
        "promo_code": _("works with the promo code %(code)s") % {"code": rule.promo_code},
        "condition": _condition(unmet),
        "no_rate": _("no rate for %(c)s on this day") % {"c": rule.currency},
        "agreed": _("the price was agreed with this client: the rule leaves it alone"),
        "no_price": _("there is no price to change"),
        "after_final": _("a rule before it was the last"),
    }.get(entry.reason, _("switched off"))


def _condition(condition: Condition | None) -> str:
    if condition is None:
        return ""
    kind = {
        "price_list": _("the list that gives the price"),
        "region": _("the region"),
        "segment": _("the client's segment"),
        "counterparty": _("the client"),
        "contract": _("the contract"),
        "brand": _("the maker"),
        "category": _("the section"),
        "attribute": _("the property"),
        "product": _("the product"),
    }.get(condition.kind)
    if kind is None:
        return _("its conditions are not understood")
    return _("the condition is not met: %(kind)s") % {"kind": kind}


def _availability(code: str) -> str:
    if code == ON_REQUEST:
        return _("the price is on request")
    return _("not for sale") if code == UNAVAILABLE else _("the price is hidden")


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""


def _number(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")
