"""Statuses of orders, shipments and payments in words, with the shape that goes before them."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

ORDER_STATUSES = {
    "placed": ("new", gettext_lazy("Placed")),
    "confirmed": ("work", gettext_lazy("Confirmed")),
    "picking": ("work", gettext_lazy("Being picked")),
    "shipping": ("work", gettext_lazy("Being shipped")),
    "completed": ("ok", gettext_lazy("Dispatched")),
    "cancelled": ("bad", gettext_lazy("Cancelled")),
}
SHIPMENT_STATUSES = {
    "planned": ("new", gettext_lazy("Waits for confirmation")),
    "confirmed": ("work", gettext_lazy("Confirmed")),
    "picking": ("work", gettext_lazy("Being picked")),
    "partly": ("work", gettext_lazy("Partly sent off")),
    "shipped": ("ok", gettext_lazy("Sent off")),
    "cancelled": ("bad", gettext_lazy("Cancelled")),
}
# An order that credit has stopped: that before all else.
STOPPED = {
    "held": ("warn", gettext_lazy("Shipment held")),
    "waiting": ("warn", gettext_lazy("Waits for a decision")),
}
SOON_DAYS = 7


def status_of(status: str) -> tuple[str, str]:
    """Return (shape, word) of an order's status."""
    kind, word = ORDER_STATUSES.get(status, ("off", status))
    return kind, str(word)


def order_word(order: Any) -> tuple[str, str]:
    """Return (shape, word) of where an order stands: its status, unless credit has stopped it."""
    if order.credit_state in STOPPED and order.status not in {"completed", "cancelled"}:
        kind, word = STOPPED[order.credit_state]
        return kind, str(word)
    return status_of(order.status)


def shipment_status(status: str) -> tuple[str, str]:
    """Return (shape, word) of a shipment's status."""
    kind, word = SHIPMENT_STATUSES.get(status, ("off", status))
    return kind, str(word)


def shipment_word(shipment: Any) -> tuple[str, str]:
    """Return (shape, word) of where a shipment stands: it may wait for goods still."""
    if shipment.ready_on and shipment.status in {"planned", "confirmed", "picking"}:
        return "new", _("Awaited %(day)s") % {"day": f"{shipment.ready_on:%d.%m}"}
    return shipment_status(shipment.status)


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
