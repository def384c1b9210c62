"""Statuses as the desk shows them: a shape and a word. Kinds: new, work, ok, warn, bad, off."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from b2b_apps.contracts.review import is_stopped
from b2b_apps.core.models import OutboxMessage
from b2b_apps.documents.models import Document
from b2b_apps.fulfilment.statuses import StatusBook, Worn
from b2b_apps.sync1c.models import ExchangeFile, ExchangeProblem, ExchangeSession

Status = tuple[str, str | Promise]

DOCUMENT: dict[str, Status] = {
    Document.State.PENDING: ("work", Document.State.PENDING.label),
    Document.State.READY: ("ok", Document.State.READY.label),
    Document.State.FAILED: ("bad", Document.State.FAILED.label),
}
SESSION: dict[str, Status] = {
    ExchangeSession.State.OPEN: ("work", ExchangeSession.State.OPEN.label),
    ExchangeSession.State.DONE: ("ok", ExchangeSession.State.DONE.label),
    ExchangeSession.State.WITH_ERRORS: ("warn", ExchangeSession.State.WITH_ERRORS.label),
    ExchangeSession.State.FAILED: ("bad", ExchangeSession.State.FAILED.label),
}
FILE: dict[str, Status] = {
    ExchangeFile.State.RECEIVING: ("new", ExchangeFile.State.RECEIVING.label),
    ExchangeFile.State.QUEUED: ("new", ExchangeFile.State.QUEUED.label),
    ExchangeFile.State.RUNNING: ("work", ExchangeFile.State.RUNNING.label),
    ExchangeFile.State.DONE: ("ok", ExchangeFile.State.DONE.label),
    ExchangeFile.State.FAILED: ("bad", ExchangeFile.State.FAILED.label),
}
PROBLEM: dict[str, Status] = {
    ExchangeProblem.Level.ERROR: ("bad", ExchangeProblem.Level.ERROR.label),
    ExchangeProblem.Level.WARNING: ("warn", ExchangeProblem.Level.WARNING.label),
}


def document_status(document: Document, invoice: Document | None) -> Status:
    """How far a document is; of several invoices ``invoice`` is the one to pay by."""
    if document.kind == Document.Kind.INVOICE and document != invoice:
        return "off", _("replaced by a newer one")
    return DOCUMENT[document.state]


def order_status(order: Any, book: StatusBook, worn: Worn) -> Status:
    """How far an order is; one that credit has stopped goes nowhere, whatever 1C says of it.

    ``worn`` is how its shipments stand.
    """
    if is_stopped(order):
        return "warn", _("shipment held")
    return book.of_order(order.status, worn).pair


def active_status(is_active: bool) -> Status:
    return ("ok", _("active")) if is_active else ("off", _("switched off"))


def switch_status(row: Any) -> Status:
    """Whether a row is on, and who switched it off: staff or 1C."""
    if row.is_active or not (row.is_off_by_staff or row.is_off_by_1c):
        return active_status(row.is_active)
    return "off", _("switched off by us") if row.is_off_by_staff else _("switched off in 1C")


def outbox_status(message: OutboxMessage | None) -> Status:
    """How far an order is on its way to 1C."""
    if message is None:
        return "off", _("not to be sent")
    if message.state == OutboxMessage.State.DONE:
        return "ok", _("gone to 1C")
    if message.state == OutboxMessage.State.PARKED:
        return "bad", _("set aside")
    if message.attempts:
        return "warn", _("offered, no answer yet")
    return "new", _("waits for 1C")
