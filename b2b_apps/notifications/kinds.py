"""What a person can be told, and through what as long as he has chosen nothing."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """An event in the life of an order."""

    TAKEN = "taken", _("1C has taken the order")
    CONFIRMED = "confirmed", _("the order is confirmed")
    CHANGED = "changed", _("the seller has changed the order")
    PARTLY = "partly", _("a part of the order is shipped")
    SHIPPED = "shipped", _("the order is shipped")
    CANCELLED = "cancelled", _("the order is cancelled")
    STATUS = "status", _("the order has a new status")
    PAID = "paid", _("a payment came")
    ASKED_FOR = "asked_for", _("your manager has asked for a shipment")
    ASK_TAKEN = "ask_taken", _("a shipping request is accepted")
    ASK_REFUSED = "ask_refused", _("a shipping request is declined")


class Channel(TextChoices):
    CENTRE = "centre", _("in the portal")
    MAIL = "mail", _("by mail")


BOTH = frozenset({Channel.CENTRE, Channel.MAIL})
# Every order is taken by 1C in seconds: a letter of it would be the second of the same minute.
USUAL: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(Kind, BOTH),
    Kind.TAKEN: frozenset({Channel.CENTRE}),
}
