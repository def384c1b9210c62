"""What became of an edit of the basket, in words."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from b2b_apps.core.figures import quantity_text
from b2b_apps.purchasing.errors import ProductRefusedError, PromoCodeError
from b2b_apps.purchasing.services import BasketMove
from b2b_apps.purchasing.sheet import SheetLine
from b2b_apps.purchasing.typed_words import too_large
from b2b_apps.storefront.goods_words import not_in_catalogue


def changed(line: Any) -> str:
    """Say that somebody else has changed a line, to what, and when."""
    who = line.changed_by.get_full_name() if line.changed_by else ""
    values = {
        "who": who or _("Somebody"),
        "now": quantity_text(line.quantity),
        "at": date_format(timezone.localtime(line.date_updated), "H:i"),
    }
    return _("%(who)s has set it to %(now)s at %(at)s.") % values


def refusal(error: ProductRefusedError) -> str:
    """Say why a product can't be put into the basket."""
    return too_large() if error.code == "too_large" else _not_had(error.code)


def stuck(line: SheetLine) -> str:
    """Say why a line can't be ordered though it lies in the basket, if it can't."""
    problem = line.problem
    if problem is None or problem.kind not in {"gone", "unavailable", "no_price"}:
        return short_text(line)
    return _not_had("unavailable" if problem.kind == "gone" else problem.kind)


def _not_had(code: str) -> str:
    return {
        "no_price": _("The product has no price under your contract. Ask your manager."),
        "unavailable": _("This product is not for sale under your contract."),
        "no_stock": _("None of our warehouses holds this product."),
        "probed": probed(),
    }.get(code, not_in_catalogue())


def probed() -> str:
    """Say that a product's quantity was tried too often."""
    return _(
        "Too many tries at the quantity of this product. Wait a quarter of an hour or ask your"
        " manager."
    )


def promo_refusal(error: PromoCodeError) -> str:
    """Say why a promo code does not work."""
    return {
        "not_yet": _("This promo code is not valid yet."),
        "over": _("This promo code is no longer valid."),
        "not_yours": _("This promo code is not for your company, contract or region."),
    }.get(error.code, _("There is no such promo code. Check the spelling."))


def repriced() -> str:
    """Say that lines that were not edited cost something else now."""
    return _("With the new sum of the basket its prices are others now.")


def short_text(line: SheetLine) -> str:
    """Say that a line wants more than there is, if it does; of figures only what may be seen."""
    problem = line.problem
    if problem is None or problem.kind != "shortage":
        return ""
    values = {"left": quantity_text(problem.now)}
    if problem.now and problem.now < line.free_everywhere:
        return _("No more than %(left)s at one warehouse") % values
    if problem.now:
        return _("Only %(left)s left") % values
    return _("There is not so much in stock") if problem.left else _("None left in stock")


def deleted(number: int) -> str:
    """Say how many lines were deleted."""
    return ngettext("%(n)d line deleted", "%(n)d lines deleted", number) % {"n": number}


def set_many(number: int) -> str:
    """Say of how many lines the quantity is another now."""
    return ngettext(
        "The quantity of %(n)d line is changed", "The quantities of %(n)d lines are changed", number
    ) % {"n": number}


def accepted(number: int) -> str:
    """Say how many prices of the basket were accepted."""
    return ngettext("%(n)d price accepted", "%(n)d prices accepted", number) % {"n": number}


def added(number: int) -> str:
    """Say how many lines were added."""
    return ngettext("%(n)d line added", "%(n)d lines added", number) % {"n": number}


def moved(move: BasketMove) -> str:
    """Say how many lines were carried over, and of how many the price is another now."""
    number, repriced = len(move.moved), move.num_repriced
    text = ngettext("%(n)d line carried over", "%(n)d lines carried over", number) % {"n": number}
    if not repriced:
        return text
    more = ngettext("the price of %(n)d changed", "the prices of %(n)d changed", repriced) % {
        "n": repriced
    }
    return f"{text}, {more}"


def full() -> str:
    """Say that nothing more goes into the basket."""
    return _("The basket is full: no more than 10,000 lines or 100,000,000,000 in money.")


def put_back(number: int) -> str:
    """Say how many lines are as they were before."""
    return ngettext(
        "Undone: %(n)d line is as it was", "Undone: %(n)d lines are as they were", number
    ) % {"n": number}
