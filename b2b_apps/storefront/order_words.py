"""Statuses of orders, shipments and payments in words, with the shape that goes before them."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from b2b_apps.fulfilment.statuses import StatusBook

# An order that credit has stopped: that before all else.
STOPPED = {
    "held": ("warn", gettext_lazy("Shipment held")),
    "waiting": ("warn", gettext_lazy("Waits for a decision")),
}
SOON_DAYS = 7


def order_word(order: Any, book: StatusBook) -> tuple[str, str]:
    """Return (shape, word) of where an order stands: its status, unless credit has stopped it."""
    if order.credit_state in STOPPED and order.status not in {"completed", "cancelled"}:
        kind, word = STOPPED[order.credit_state]
        return kind, str(word)
    return book.order(order.status).pair


def shipment_word(shipment: Any, book: StatusBook) -> tuple[str, str]:
    """Return (shape, word) of where a shipment stands: it may wait for goods still."""
    if shipment.ready_on and shipment.status in {"planned", "confirmed", "picking"}:
        return "new", _("Awaited %(day)s") % {"day": f"{shipment.ready_on:%d.%m}"}
    return book.shipment(shipment.status).pair


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
