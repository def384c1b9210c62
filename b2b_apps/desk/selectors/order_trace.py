"""All that is on record of one order, in the order in which it happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from b2b_apps.amending.selectors import history_of
from b2b_apps.amending.shipping_page import requests_of
from b2b_apps.contracts.models import CreditEntry
from b2b_apps.core.figures import money_text, quantity_text
from b2b_apps.core.models import OutboxMessage
from b2b_apps.desk.selectors.outgoing import message_keys
from b2b_apps.desk.statuses import outbox_status
from b2b_apps.fulfilment.statuses import status_book
from b2b_apps.inventory.models import StockHold

MAILS = ("order_changed", "order_lost_stock", "chat")


@dataclass(frozen=True, slots=True)
class Traced:
    """One thing that happened: of what it is, in words, who did it ("" the portal or 1C)."""

    at: datetime
    area: str
    text: str
    who: str = ""


def order_trace(order: Any) -> Sequence[Traced]:
    """Return what is on record of an order, the first first. Seven queries."""
    found = [
        Traced(order.date_placed, _("Order"), _("Placed"), _name(order.user)),
        *_statuses(order),
        *_changes(order),
        *_asked(order),
        *_credit(order),
        *_deliveries(order),
        *_mails(order),
    ]
    return sorted(found, key=lambda traced: traced.at)


def order_stock(order: Any) -> Sequence[tuple[str, int, str]]:
    """Return how its stock is held: (how, lines, quantity). One query."""
    rows = StockHold.objects.filter(order_line__order=order).order_by("ending")
    sums = rows.values_list("ending").annotate(
        n=Count("pk"), much=Sum("quantity"), told=Count("pk", filter=Q(mirrored_at__isnull=False))
    )
    return [(_held(ending, told), n, quantity_text(much)) for ending, n, much, told in sums]


def _held(ending: str, num_told: int) -> str:
    if ending:
        return str(StockHold.Ending(ending).label)
    return _("held, 1C has it") if num_told else _("held by the portal")


def _name(user: Any) -> str:
    return str(user.get_full_name() or user.email) if user else ""


def _statuses(order: Any) -> Iterable[Traced]:
    book = status_book()
    for change in order.status_changes.all():
        if change.old_status:
            yield Traced(change.date_created, _("State"), book.order(change.new_status).name)


def _changes(order: Any) -> Iterable[Traced]:
    for entry in history_of(order):
        row = entry.revision
        text = "; ".join([*entry.told, *([row.reason] if row.reason else [])])
        yield Traced(row.made_at, _("Changes of the order"), text, _name(row.user))


def _asked(order: Any) -> Iterable[Traced]:
    area = _("Shipping requests")
    for row in requests_of(order):
        goods = ", ".join(
            f"{line.order_line.article} {quantity_text(line.quantity)}" for line in row.lines.all()
        )
        told = _("No. %(n)d for %(day)s: %(goods)s")
        values = {"n": row.sequence, "day": f"{row.day:%d.%m.%Y}", "goods": goods}
        yield Traced(row.asked_at, area, told % values, _name(row.user))
        if row.ended_at:
            ended = _("No. %(n)d: %(state)s") % {"n": row.sequence, "state": row.look[1]}
            yield Traced(row.ended_at, area, " · ".join(filter(None, [ended, row.answer])))


def _credit(order: Any) -> Iterable[Traced]:
    rows = CreditEntry.objects.filter(order=order).select_related("user")
    for entry in rows:
        parts = [
            f"{entry.get_kind_display()} {money_text(entry.amount)}",
            _("held %(sum)s") % {"sum": _signed(entry.held)} if entry.held else "",
            _("debt %(sum)s") % {"sum": _signed(entry.debt)} if entry.debt else "",
            entry.note,
        ]
        text = ", ".join(part for part in parts if part)
        yield Traced(entry.booked_at, _("Credit"), text, _name(entry.user))


def _signed(amount: Decimal) -> str:
    return f"+{money_text(amount)}" if amount > 0 else f"−{money_text(-amount)}"


def _deliveries(order: Any) -> Iterable[Traced]:
    for message in OutboxMessage.objects.filter(key__in=message_keys(order)):
        why = _why(message.key)
        told = _("put into the outbox (%(why)s), offered %(n)d times: %(state)s") % {
            "why": why,
            "n": message.attempts,
            "state": outbox_status(message)[1],
        }
        yield Traced(message.created_at, _("1C"), told)
        if message.done_at:
            yield Traced(message.done_at, _("1C"), _("1C has taken it (%(why)s)") % {"why": why})


def _why(key: str) -> str:
    """Why 1C was told of an order, by the key of the message (``outgoing.message_keys``)."""
    _topic, _order, *why = key.split(":")
    words = {
        "": _("as placed"),
        "released": _("let go"),
        "cancelled": _("cancelled"),
        "changed": _("change %(n)s"),
        "asked": _("shipping request %(n)s"),
        "withdrawn": _("shipping request %(n)s taken back"),
    }
    name = "withdrawn" if why[2:] else (why or [""])[0]
    return words.get(name, name) % {"n": why[1] if len(why) > 1 else ""}


def _mails(order: Any) -> Iterable[Traced]:
    """Letters of it that are not swept from the outbox yet."""
    wanted = Q()
    for kind in MAILS:
        wanted |= Q(key__startswith=f"mail:{kind}:{order.pk}:")
    for message in OutboxMessage.objects.filter(wanted, topic="mail"):
        at = message.done_at or message.created_at
        yield Traced(at, _("Mail"), f"{message.payload['to']}: {message.payload['subject']}")
