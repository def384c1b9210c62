"""The chat of an order with the manager."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.chat.selectors import Chat, chat_of, file_for
from b2b_apps.chat.services import chat_read
from b2b_apps.chat.serving import file_answer, message_form, message_said
from b2b_apps.companies.roles import SEE_ORDERS
from b2b_apps.purchasing.orders import order_for
from b2b_apps.storefront.access import reader_required


def chat_context(request: Any, order: Any) -> dict[str, Any]:
    """What the chat on the page of an order shows; it is read by being shown. Four queries, one
    less if nothing is new, one if nothing was said.
    """
    manager = order.counterparty.manager
    return {
        **message_form(request, order, "storefront:order_file"),
        "chat": chat_shown(order, request.user.pk),
        "chat_url": reverse("storefront:order_messages", args=[order.number]),
        "with_whom": str(manager) if manager else "",
        "placeholder": _("Write to the manager"),
    }


def chat_shown(order: Any, user_id: int) -> Chat:
    """The chat of an order, marked as read from now on."""
    chat = chat_of(order=order, user_id=user_id)
    if chat.num_new:
        chat_read(order_id=order.pk, user_id=user_id, is_staff=False, last_id=chat.last_id)
    return chat


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required(SEE_ORDERS)
def order_messages(request: Any, number: str) -> HttpResponse:
    """What was said, as a part of the page; by POST something more."""
    order = order_for(context=request.reader, number=number)
    if order is None:
        raise Http404
    if request.method == "POST":
        message_said(request, order, is_staff=False)
        return redirect(reverse("storefront:order", args=[number]) + "#chat")
    return render(request, "b2b/chat/_said.html", chat_context(request, order))


@require_safe
@reader_required(SEE_ORDERS)
def order_file(request: Any, uid: UUID) -> HttpResponseBase:
    """A file of an order of the person's companies, or one that he is about to order with."""
    companies = request.reader.companies_with(SEE_ORDERS)
    return file_answer(file_for(uid=uid, user_id=request.user.pk, counterparty_ids=companies))
