"""What became of lines that went into the basket, in messages."""

from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from b2b_apps.core.figures import quantity_text
from b2b_apps.entry import words
from b2b_apps.entry.models import EntryRow
from b2b_apps.purchasing.quantities import QuantityError
from b2b_apps.saved.services import Taken
from b2b_apps.storefront import basket_steps

MOST_NAMED = 20


def tell_taken(request: Any, taken: Taken, *, name: str) -> None:
    """Say what was added and offer to undo it; name what was raised to its pack, and every line
    that stayed out with the reason.
    """
    text = ngettext(
        "%(name)s: %(n)d line added to the basket",
        "%(name)s: %(n)d lines added to the basket",
        taken.num_added,
    ) % {"name": name, "n": taken.num_added}
    if taken.num_joined:
        more = ngettext(
            "%(n)d of them lay there already: the quantities are added up",
            "%(n)d of them lay there already: the quantities are added up",
            taken.num_joined,
        ) % {"n": taken.num_joined}
        text = f"{text}; {more}"
    if taken.num_added:
        basket_steps.remember_added(request, taken.change, text)
    elif not taken.left:
        messages.warning(request, _("%(name)s: nothing is added, of each line 0.") % {"name": name})
    tell_left(request, taken)


def tell_left(request: Any, taken: Taken) -> None:
    """Name what was raised to its pack, and every line that stayed out with the reason."""
    _tell_raised(request, taken)
    if not taken.left:
        return
    shown = "; ".join(
        f"{line.article or line.title}: {words.refusal_text(EntryRow(reason=code))}"
        for line, code in taken.left[:MOST_NAMED]
    )
    shown += _and_more(len(taken.left))
    said = ngettext(
        "%(n)d line did not go in. %(shown)s",
        "%(n)d lines did not go in. %(shown)s",
        len(taken.left),
    )
    messages.error(request, said % {"n": len(taken.left), "shown": shown})


def _tell_raised(request: Any, taken: Taken) -> None:
    raised = taken.change.corrections
    if not raised:
        return
    shown = ", ".join(
        f"{c.article} {quantity_text(c.asked)} → {quantity_text(c.taken)}"
        for c in raised[:MOST_NAMED]
    )
    shown += _and_more(len(raised))
    text = ngettext(
        "%(n)d quantity was raised to its pack: %(shown)s",
        "%(n)d quantities were raised to their packs: %(shown)s",
        len(raised),
    )
    messages.warning(request, text % {"n": len(raised), "shown": shown})


def _and_more(number: int) -> str:
    more = number - MOST_NAMED
    if more <= 0:
        return ""
    return " " + ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more}


def bad_quantity(article: str, text: str, error: QuantityError) -> str:
    """Say which quantity is none, and why."""
    if error.code == "too_large":
        why = _("too large a quantity: a line holds up to 1,000,000,000, in money too")
    elif error.code == "nothing":
        why = _("“0” keeps no line: take it out with “Remove”")
    else:
        why = _("“%(typed)s” is no quantity: digits and a comma") % {"typed": text}
    return f"{article}: {why}" if article else why
