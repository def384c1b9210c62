"""Methods of delivery in words: what they cost, when they go, why not."""

from django.utils.translation import gettext as _

from b2b_apps.core.figures import quantity_text
from b2b_apps.delivery.quoting import Quote
from b2b_apps.delivery.words import WEEKDAYS, weekdays_words


def refusal_words(quote: Quote) -> str:
    """Why a method cannot be; empty if it can."""
    limit = {"limit": quantity_text(quote.limit) if quote.limit is not None else ""}
    words = {
        "": "",
        "address": _("the address is not known yet"),
        "zone": _("%(city)s is not served: ask your manager") % {"city": quote.detail}
        if quote.detail
        else _("the address is not served: ask your manager"),
        "weight": _("too heavy: up to %(limit)s kg") % limit,
        "volume": _("too large: up to %(limit)s m³") % limit
        if quote.limit is not None
        else _("too large"),
        "days": _("no day in the next two months"),
        "carrier": _carrier_refusal(quote),
    }
    return str(words[quote.refusal])


def schedule_words(quote: Quote) -> str:
    """When a method goes: its weekdays, and till when to order for the next of them."""
    schedule = quote.zone or quote.method
    parts = [weekdays_words(schedule.weekdays)] if schedule.weekdays != WEEKDAYS else []
    if schedule.cut_off:
        until = {"hour": f"{schedule.cut_off:%H:%M}"}
        parts.append(
            _("today's cut-off %(hour)s has passed") % until
            if quote.is_past_cut_off
            else _("order before %(hour)s") % until
        )
    return ", ".join(parts)


def _carrier_refusal(quote: Quote) -> str:
    who = {"carrier": quote.carrier or _("the carrier"), "why": quote.note}
    words = {
        "city": _("%(carrier)s does not know this city: check how it is written"),
        "tariff": _("%(carrier)s has no such tariff for this way and weight"),
        "refused": _("%(carrier)s does not take it: %(why)s"),
    }
    return words.get(quote.detail, words["refused"]) % who


def unpriced_words(quote: Quote) -> str:
    """Why a carrier has named no price, and who will; empty if there is nothing to tell."""
    if not quote.is_possible or quote.amount is not None:
        return ""
    who = {"carrier": quote.carrier}
    words = {
        "silent": _("%(carrier)s does not answer now: the manager will tell the price"),
        "cities": _(
            "There are several places of that name: add the region to the address, or the manager "
            "will tell the price"
        ),
        "weight": _("The weight of some goods is not known: the manager will tell the price"),
    }
    return words.get(quote.note, "") % who
