"""Orders: the list and one order."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from b2b_apps.amending.editing import may_edit
from b2b_apps.amending.models import Who
from b2b_apps.amending.selectors import history_of
from b2b_apps.amending.shipping_page import asking_state, requests_of
from b2b_apps.chat.selectors import files_of_order, has_unread_by_staff
from b2b_apps.core.models import OutboxMessage
from b2b_apps.desk.boards import Board, Choice, Column, View, board_page
from b2b_apps.desk.kept_price_words import kept_in_words
from b2b_apps.desk.selectors.approvals import requests_of_order
from b2b_apps.desk.selectors.order_prices import line_prices
from b2b_apps.desk.selectors.order_trace import order_stock, order_trace
from b2b_apps.desk.selectors.orders import messages_attach, order_card, orders, orders_with_parties
from b2b_apps.desk.selectors.outgoing import has_message
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.statuses import document_status, order_status, outbox_status
from b2b_apps.desk.views.order_chat import chat_context
from b2b_apps.documents.selectors import invoice_of
from b2b_apps.fulfilment.asking import has_open_request
from b2b_apps.fulfilment.models import StatusLook
from b2b_apps.fulfilment.statuses import status_book, wears, worn_of
from b2b_apps.inventory.selectors import has_lost_stock, order_hold, order_lost_stock

State = OutboxMessage.State
CLOSED = ("completed", "cancelled")


def order_url(order: Any) -> str:
    return reverse("dashboard:order", args=[order.number])


def _own_statuses() -> list[tuple[str, str]]:
    return [(look.code, look.name) for look in status_book().all_of(StatusLook.Of.OWN)]


def _wears(code: str) -> Q:
    return Q(wears(code))


def _mark(order: Any) -> str:
    return "bad" if order.outbox and order.outbox.state == State.PARKED else ""


ORDERS = Board(
    rows=orders,
    prepare=orders_with_parties,
    attach=messages_attach,
    order=("-date_placed",),
    search=(
        "number", "number_1c", "customer_number", "counterparty__name", "counterparty__inn",
        "contract__number",
    ),
    search_hint=gettext_lazy("Number, client, tax number, contract"),
    views=(
        View("open", gettext_lazy("In work"), ~Q(status__in=CLOSED)),
        View("waiting", gettext_lazy("Wait for 1C"), has_message(State.WAITING)),
        View("parked", gettext_lazy("Set aside"), has_message(State.PARKED), is_late=True),
        View("asked", gettext_lazy("Asked to ship"), Q(has_open_request())),
        View("unread", gettext_lazy("New messages"), has_unread_by_staff()),
        View("lost", gettext_lazy("Reserve is off"), Q(has_lost_stock()), is_late=True),
        View("done", gettext_lazy("Completed"), Q(status="completed")),
        View("cancelled", gettext_lazy("Cancelled"), Q(status="cancelled")),
    ),
    choices=(
        Choice("own", gettext_lazy("Status of your own"), _wears, _own_statuses),
    ),
    columns=(
        Column("number", gettext_lazy("Order"), lambda o: o.number, "art", ("number",),
               url=order_url, classes="nowrap"),
        Column("client", gettext_lazy("Client"), lambda o: o.counterparty.name, "text",
               ("counterparty__name",), sub=lambda o: o.contract, classes="wide"),
        Column("placed", gettext_lazy("Placed"), lambda o: o.date_placed, "time", ("date_placed",),
               classes="nowrap"),
        Column("sum", gettext_lazy("Sum"), lambda o: o.total_incl_tax, "money", ("total_incl_tax",),
               unit=lambda o: "" if o.currency == "RUB" else o.currency),
        Column("status", gettext_lazy("State"), lambda o: o.shown_status, "status", ("status",)),
        Column("outbox", gettext_lazy("Exchange"), lambda o: outbox_status(o.outbox), "status"),
        Column("unread", gettext_lazy("Messages"), lambda o: o.num_unread or "", "num"),
        Column("person", gettext_lazy("Placed by"),
               lambda o: o.user.get_full_name() or o.user.email if o.user else "",
               classes="roomy off"),
    ),
    mark=_mark,
    empty=gettext_lazy("No orders yet"),
    empty_hint=gettext_lazy("Orders appear here as soon as a buyer places one."),
)  # fmt: skip


@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    page = board_page(ORDERS, request.GET)
    return desk_page(
        request,
        "b2b/desk/board.html",
        {"title": _("Orders"), "page": page},
        area="orders",
        view="orders",
    )


@require_safe
def order_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One order: parties, goods, shipments, payments, documents, and whether 1C has it."""
    card = order_card(number)
    if card is None:
        raise Http404
    book = status_book()
    may_change, may_cancel = may_edit(card.order, card.shipments, Who.STAFF)
    context = chat_context(request, card.order) | {
        "card": card,
        "files": files_of_order(card.order),
        "approvals": requests_of_order(card.order),
        "may_change": may_change,
        "may_cancel": may_cancel,
        "asking": asking_state(card.order, card.shipments),
        "asked": requests_of(card.order),
        "shipping_url": reverse("dashboard:order-shipping", args=[number]),
        "history": history_of(card.order),
        "order": card.order,
        "status": order_status(card.order, book, worn_of(card.shipments)),
        "outbox": outbox_status(card.message),
        "today": timezone.localdate(),
        "has_lost_stock": order_lost_stock(order_id=card.order.pk),
        "hold": order_hold(order_id=card.order.pk),
        "shipments": [(s, book.worn(s).pair) for s in card.shipments],
        "documents": [(d, document_status(d, invoice_of(card.documents))) for d in card.documents],
        "crumbs": [(_("Orders"), reverse("dashboard:orders"))],
    }
    return desk_page(request, "b2b/desk/order.html", context, area="orders", view="orders")


@require_safe
def order_traced(request: HttpRequest, number: str) -> HttpResponse:
    """All that is on record of an order: states, changes, credit, 1C, letters, stock."""
    card = order_card(number)
    if card is None:
        raise Http404
    context = {
        "title": _("Trace of order %(number)s") % {"number": number},
        "order": card.order,
        "trace": order_trace(card.order),
        "stock": order_stock(card.order),
        "prices": [(p, kept_in_words(p.steps)) for p in line_prices(card.order, card.lines)],
        "crumbs": [(_("Orders"), reverse("dashboard:orders")), (number, order_url(card.order))],
    }
    return desk_page(request, "b2b/desk/order_trace.html", context, area="orders", view="orders")
