"""Statuses of orders, shipments and payments in words, with the shape that goes before them."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from b2b_apps.fulfilment.models import StatusLook
from b2b_apps.fulfilment.statuses import StatusBook, Worn

# An order that credit has stopped: that before all else.
STOPPED = {
    "held": ("warn", gettext_lazy("Shipment held")),
    "waiting": ("warn", gettext_lazy("Waits for a decision")),
}
SOON_DAYS = 7


def order_word(order: Any, book: StatusBook, worn: Worn) -> tuple[str, str]:
    """Return (shape, word) of where an order stands: its status, unless credit has stopped it.

    ``worn`` is how its shipments stand.
    """
    if order.credit_state in STOPPED and order.status not in {"completed", "cancelled"}:
        kind, word = STOPPED[order.credit_state]
        return kind, str(word)
    return book.of_order(order.status, worn).pair


def shipment_word(shipment: Any, book: StatusBook) -> tuple[str, str]:
    """Return (shape, word) of where a shipment stands: it may wait for goods still, if 1C does not
    tell a status of the staff's own.
    """
    look = book.worn(shipment)
    if look.of == StatusLook.Of.OWN:
        return look.pair
    if shipment.ready_on and shipment.status in {"planned", "confirmed", "picking"}:
        return "new", _("Awaited %(day)s") % {"day": f"{shipment.ready_on:%d.%m}"}
    return look.pair


def payment_of(order: Any) -> tuple[str, str]:
    """Return (shape, words) of what is paid of an order that has ``paid`` and ``unpaid``."""
    if order.status == "cancelled":
        return "", ""
    if not order.unpaid:
        return "ok", _("paid")
    due = order.payment_due
    if due is None:
        return "work", _("not paid")
    days = (due - timezone.localdate()).days
    values = {"day": f"{due:%d.%m}", "n": abs(days)}
    if days < 0:
        return "bad", ngettext("overdue by %(n)d day", "overdue by %(n)d days", -days) % values
    if days == 0:
        return "warn", _("%(day)s, today") % values
    words = ngettext("%(day)s, in %(n)d day", "%(day)s, in %(n)d days", days) % values
    return ("warn" if days <= SOON_DAYS else "work"), words
