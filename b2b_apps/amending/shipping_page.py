"""A form that asks for a part of an order to be shipped, for the buyer's page and the staff's: what
was typed, what is wrong with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from b2b_apps.amending.change import Actor
from b2b_apps.amending.editing import DAYS
from b2b_apps.companies.models import Consignee
from b2b_apps.core.days import day_typed, next_working_day
from b2b_apps.core.row_ids import row_id
from b2b_apps.core.transient import deadlock_retried
from b2b_apps.fulfilment.asking import (
    ACCEPTED,
    STOPPED,
    Asked,
    lines_to_ask,
    shipping_ask,
    shipping_withdraw,
)
from b2b_apps.fulfilment.errors import ShippingRefusedError
from b2b_apps.fulfilment.models import ShippingRequest
from b2b_apps.purchasing.quantities import QuantityError, parse_quantity

HORIZON = timedelta(days=365)
NOT_NOW, FREE, ALL_ASKED = "", "free", "all_asked"
Status = ShippingRequest.Status
LOOKS = {
    Status.ASKED: ("new", gettext_lazy("Waits for an answer")),
    Status.ACCEPTED: ("work", gettext_lazy("Request accepted")),
    Status.SHIPPED: ("ok", gettext_lazy("Sent off")),
    Status.DECLINED: ("bad", gettext_lazy("Request declined")),
    Status.WITHDRAWN: ("off", gettext_lazy("Taken back")),
}
REFUSALS = {
    "nothing": gettext_lazy("Say how much of which goods is to be shipped."),
    "too_much": gettext_lazy("Not so much is left to be asked: see the red lines."),
    "past": gettext_lazy("That day is over: name another."),
    "not_here": gettext_lazy("These goods are not here by that day yet: see the red lines."),
    "consignee": gettext_lazy("This consignee is no longer in your list: choose another."),
    "stopped": gettext_lazy(
        "The order is stopped by credit: nothing of it leaves till it is let go."
    ),
    "address": gettext_lazy(
        "Nothing was delivered to this address yet, and by a rule of the company that needs "
        "approval: change the consignee of the order first."
    ),
}


@dataclass
class ShippingPage:
    """The form as it is shown; ``made`` is what came of it."""

    order: Any
    lines: Sequence[Any]
    consignees: Sequence[Consignee]
    typed: Mapping[str, str]
    notes: list[str] = field(default_factory=list)
    made: ShippingRequest | None = None

    @property
    def day(self) -> str:
        return self.typed.get("day") or f"{next_working_day(timezone.localdate()):%d.%m.%Y}"


def asking_state(order: Any, shipments: Sequence[Any]) -> str:
    """Whether a part of the order can be asked to be shipped: FREE; ALL_ASKED if there is nothing
    left to ask for; NOT_NOW by its statuses. Two queries if it has requests, else none.
    """
    if order.credit_state in STOPPED or not any(s.status in ACCEPTED for s in shipments):
        return NOT_NOW
    if order.num_shipping_requests and not lines_to_ask(order_id=order.pk):
        return ALL_ASKED
    return FREE


def requests_of(order: Any) -> Sequence[Any]:
    """Return an order's shipping requests, the latest first, with their lines and how they look.
    Two queries, none if there are none.
    """
    if not order.num_shipping_requests:
        return []
    rows = ShippingRequest.objects.filter(order=order).select_related("user")
    found: list[Any] = list(rows.prefetch_related("lines__order_line").order_by("-sequence"))
    for row in found:
        row.look = LOOKS[Status(row.status)]
    return found


def shipping_page(
    *, order: Any, actor: Actor, posted: Mapping[str, str] | None = None
) -> ShippingPage:
    """Return the form; with ``posted`` ask for what it says, if nothing is wrong with it."""
    page = ShippingPage(
        order=order,
        lines=lines_to_ask(order_id=order.pk),
        consignees=list(
            Consignee.objects.filter(counterparty=order.counterparty_id, is_active=True)
        ),
        typed=posted or {},
    )
    for line in page.lines:
        line.typed, line.error = page.typed.get(f"q-{line.pk}", "").strip(), ""
    asked = _asked(page) if posted is not None else None
    if asked is None:
        return page
    try:
        page.made = deadlock_retried(
            lambda: shipping_ask(
                order_id=order.pk, asked=asked, user_id=actor.user_id, is_by_staff=actor.is_staff
            )
        )
    except ShippingRefusedError as refused:
        page.notes.append(str(REFUSALS[refused.code]))
        page.lines = _marked(order, page, refused)
    return page


def withdrawn(order: Any, posted: Mapping[str, str]) -> bool:
    """Take the request back that the form names; False if it is no longer open."""
    sequence = row_id(posted.get("sequence", ""))
    return sequence is not None and shipping_withdraw(order_id=order.pk, sequence=sequence)


def _marked(order: Any, page: ShippingPage, refused: ShippingRefusedError) -> Sequence[Any]:
    """The lines as they are by now, with what was typed and what is wrong."""
    texts = {line.pk: line.typed for line in page.lines}
    lines = lines_to_ask(order_id=order.pk)
    for line in lines:
        line.typed, line.error = texts.get(line.pk, ""), ""
        if line.pk in refused.line_ids and refused.code == "not_here":
            line.error = _("Awaited on %(day)s") % {"day": f"{line.shipment.ready_on:%d.%m.%Y}"}
        elif line.pk in refused.line_ids:
            line.error = _("Not so much is left")
    return lines


def _asked(page: ShippingPage) -> Asked | None:
    day = _day(page)
    quantities: dict[int, Decimal] = {}
    is_bad = day is None
    for line in page.lines:
        if not line.typed:
            continue
        try:
            quantities[line.pk] = parse_quantity(line.typed)
        except QuantityError:
            line.error, is_bad = _("A quantity is a number, as 12 or 1.5."), True
    # A line that is no longer there was asked or has left meanwhile.
    known = {f"q-{line.pk}" for line in page.lines}
    gone = [
        name
        for name, text in page.typed.items()
        if name.startswith("q-") and name not in known and text.strip(" 0.,")
    ]
    if gone:
        page.notes.append(str(REFUSALS["too_much"]))
    consignee = row_id(page.typed.get("consignee", "") or "0")
    if is_bad or gone or day is None:
        return None
    return Asked(
        quantities=quantities,
        day=day,
        hours=page.typed.get("hours", "").strip()[:32],
        consignee_id=-1 if consignee is None else consignee,
        comment=page.typed.get("comment", "").strip()[:500],
    )


def _day(page: ShippingPage) -> date | None:
    today = timezone.localdate()
    found = day_typed(page.typed.get("day", ""), DAYS)
    if found is None:
        page.notes.append(_("A day is written as 31.12.2026."))
    elif not today <= found <= today + HORIZON:
        page.notes.append(_("From today on, and not more than a year ahead."))
        found = None
    return found
