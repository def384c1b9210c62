"""What is in the way of a change, and what was changed, in words."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from b2b_apps.amending.models import Action, Until
from b2b_apps.amending.planning import Trouble
from b2b_apps.core.figures import money_text, quantity_text

FIELD_WORDS: Mapping[str, Promise] = {
    "consignee_name": gettext_lazy("Consignee"),
    "delivery_address": gettext_lazy("Address"),
    "contact_person": gettext_lazy("Who receives"),
    "contact_phone": gettext_lazy("Phone at unloading"),
    "comment": gettext_lazy("Comment"),
    "customer_number": gettext_lazy("Own number"),
}
_LATE: Mapping[str, Promise] = {
    Action.CANCEL: gettext_lazy("It is too late to cancel it: write to your manager."),
    Action.REMOVE: gettext_lazy("It is too late to take this out."),
    Action.LOWER: gettext_lazy("It is too late to lower this."),
    Action.RAISE: gettext_lazy("It is too late to raise this: order what is more apart."),
    Action.ADD: gettext_lazy("It is too late to add goods: order them apart."),
    Action.CONSIGNEE: gettext_lazy("It is too late for another consignee."),
    Action.DAY: gettext_lazy("It is too late for another day."),
    Action.COMMENT: gettext_lazy("It is too late to change the comment."),
    Action.NUMBER: gettext_lazy("It is too late to change the number."),
}
_KINDS: Mapping[str, Promise] = {
    "short": gettext_lazy("There is not so much of it now."),
    "no_price": gettext_lazy("It has no price under the contract now: ask your manager."),
    "terms": gettext_lazy("The terms of the contract are others now: order it apart."),
    "unknown": gettext_lazy("There is no such article."),
    "ambiguous": gettext_lazy("Several goods have this article: order it apart."),
    "gone": gettext_lazy("It is not sold any more."),
    "probed": gettext_lazy("Its quantity was tried too often: wait for a quarter of an hour."),
    "nowhere": gettext_lazy(
        "The warehouses that this order leaves from have not so much of it: order it apart."
    ),
    "came": gettext_lazy("So much of it has come for you already: leave more, or take it out."),
    "day": gettext_lazy("The goods of this shipment are not there yet on that day."),
    "carried": gettext_lazy(
        "Its delivery was reckoned for the address that it goes to: write to your manager."
    ),
    "hours": gettext_lazy(
        "Hours of delivery are taken for its day: write to your manager for another one."
    ),
    "no_buyer": gettext_lazy("Nobody may buy under the contract now: only less can be ordered."),
    "nothing": gettext_lazy("Nothing is different from the order as it is."),
}


def trouble_text(trouble: Trouble) -> str:
    """What is in the way, as a sentence that says what to do."""
    if trouble.kind == "late":
        return str(_LATE[trouble.action])
    if trouble.kind == "left":
        text = _("%(n)s of it has left already: not less than that.")
        return text % {"n": quantity_text(trouble.take)}
    if trouble.kind == "multiple":
        return _("Whole packs only: %(n)s would do.") % {"n": quantity_text(trouble.take)}
    return str(_KINDS[trouble.kind])


def told_lines(diff: Mapping[str, Any]) -> Sequence[str]:
    """What a revision has changed, a sentence each; no sums."""
    texts = [_line_text(line) for line in diff.get("lines", []) if _is_told(line)]
    texts += [
        _("%(what)s: %(now)s") % {"what": FIELD_WORDS[f["name"]], "now": f["now"] or "—"}
        for f in diff.get("fields", [])
    ]
    texts += [
        _("Shipment %(n)s leaves on %(day)s") % {"n": d["shipment"], "day": day_text(d["now"])}
        for d in diff.get("days", [])
    ]
    texts += [
        _("Shipment %(n)s is cancelled") % {"n": number} for number in diff.get("cancelled", [])
    ]
    texts += [
        _("The rest of shipment %(n)s is called off") % {"n": number}
        for number in diff.get("closed", [])
    ]
    texts += [
        _("Delivery of shipment %(n)s is no longer free: the manager names its price")
        % {"n": number}
        for number in diff.get("unfree", [])
    ]
    texts += [
        _("The price of delivery of shipment %(n)s is named") % {"n": row["shipment"]}
        for row in diff.get("carriage", [])
    ]
    texts += [_conflict_text(row) for row in diff.get("conflicts", [])]
    return texts


def prices_told(diff: Mapping[str, Any]) -> Sequence[str]:
    """Prices that 1C has changed, for who may see prices."""
    return [
        f"{line['article'] or line['title']}: {_price(line['price_was'])} → {_price(line['price'])}"
        for line in diff.get("lines", [])
        if line.get("why") == "1c" and Decimal(line["now"])
    ]


def _price(text: str) -> str:
    return money_text(Decimal(text))


def _is_told(line: Mapping[str, Any]) -> bool:
    """A price that follows from a quantity is told by the sum alone; one that 1C gave is told."""
    return line["kind"] != "priced" or line.get("why") == "1c"


def _conflict_text(row: Mapping[str, Any]) -> str:
    values = {
        "article": row["article"],
        "wanted": quantity_text(Decimal(row["wanted"])),
        "now": quantity_text(Decimal(row["now"])),
        "unit": row["unit"],
    }
    text = _(
        "%(article)s was changed on the portal too: %(wanted)s %(unit)s was wished, %(now)s"
        " of 1C stands"
    )
    return text % values


def teller(diff: Mapping[str, Any]) -> Callable[[], Sequence[str]]:
    """``told_lines`` for a template, which calls it in the language that it is drawn in."""
    return lambda: told_lines(diff)


def _line_text(line: Mapping[str, Any]) -> str:
    values = {
        "article": line["article"] or line["title"],
        "was": quantity_text(Decimal(line["was"])),
        "now": quantity_text(Decimal(line["now"])),
        "unit": line["unit"],
    }
    if line["kind"] == "priced":
        return _("%(article)s: another price") % values
    if line["kind"] == "added":
        return _("%(article)s: added, %(now)s %(unit)s") % values
    if line["kind"] == "removed":
        return _("%(article)s: taken out, there were %(was)s %(unit)s") % values
    return _("%(article)s: %(was)s → %(now)s %(unit)s") % values


def day_text(text: str) -> str:
    """A day of a diff as people write it."""
    return f"{date.fromisoformat(text):%d.%m.%Y}" if text else "—"


UNTIL_WORDS = dict(Until.choices)
