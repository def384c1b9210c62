"""What became of a question to 1C, in words for the buyer."""

from django.utils.translation import gettext as _

from b2b_apps.sync1c.live.selectors import LiveDifference


def problem_text(code: str) -> str:
    """Say why 1C gave no answer; the order does not need one."""
    return {
        "timeout": _("1C did not answer in three seconds."),
        "resting": _("1C has not been answering; it can be asked again in a minute."),
        "unreachable": _("1C can't be reached now."),
        "status": _("1C can't be reached now."),
        "answer": _("The answer of 1C can't be read."),
        "unnamed": _("1C does not know this contract yet."),
    }.get(code, _("The link to 1C is out of order."))


def refusal_text(difference: LiveDifference) -> str:
    """Say why 1C names no price for a line, or nothing if it does."""
    return {
        "unknown": _("1C does not know this product"),
        "no_price": _("1C has no price for it"),
        "not_for_sale": _("1C does not sell it under your contract"),
        "currency": _("1C names the price in another currency"),
    }.get(difference.kind, "")
