"""Today: what came in, what has not gone to 1C, what waits for a person."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from b2b_apps.core.models import OutboxMessage
from b2b_apps.desk.selectors.baskets import forgotten_baskets
from b2b_apps.desk.selectors.exchange import connections, totals_since
from b2b_apps.desk.selectors.orders import (
    day_bounds,
    messages_attach,
    orders,
    orders_with_parties,
    sums_by_currency,
)
from b2b_apps.desk.selectors.outgoing import unsent, with_orders
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.statuses import SESSION, outbox_status
from b2b_apps.desk.views.exchange import TOPICS
from b2b_apps.sync1c.outgoing import TOPIC

SHOWN = 20
State = OutboxMessage.State


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """The day in real figures: nothing on this page is an estimate."""
    now = timezone.now()
    start, end = day_bounds(now)
    placed = orders().filter(date_placed__gte=start, date_placed__lt=end)
    recent = list(orders_with_parties(placed).order_by("-date_placed")[:SHOWN])
    messages_attach(recent)
    waiting = with_orders(unsent().filter(topic=TOPIC, state=State.WAITING).order_by("pk")[:SHOWN])
    parked = with_orders(unsent().filter(state=State.PARKED).order_by("pk")[:SHOWN])
    context = {
        "now": now,
        "orders": [(o, o.shown_status, outbox_status(o.outbox)) for o in recent],
        "num_orders": placed.count(),
        "sums": sums_by_currency(placed),
        "waiting": [(o, outbox_status(o.message)) for o in waiting],
        "parked": [(o, TOPICS.get(o.message.topic, o.message.topic)) for o in parked],
        "connections": [
            (c, SESSION.get(c.last_state, ("off", _("not yet")))) for c in connections()
        ],
        "totals": totals_since(start),
        "baskets": forgotten_baskets(now=now),
    }
    return desk_page(request, "b2b/desk/today.html", context, area="today")
