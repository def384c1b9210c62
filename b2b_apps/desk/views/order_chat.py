"""The chat of an order with its buyer."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.chat.selectors import chat_of, files_of_all, read_until
from b2b_apps.chat.services import chat_read
from b2b_apps.chat.serving import file_answer, message_form, message_said
from b2b_apps.desk.selectors.orders import order_to_change


def chat_context(request: HttpRequest, order: Any) -> dict[str, Any]:
    """What the chat on the page of an order shows; shown to one of the staff, it is read. Four
    queries, one less if nothing was said, one more if something is new.
    """
    user_id = request.user.pk or 0
    chat = chat_of(order=order, user_id=user_id)
    if chat.last_id > read_until(order_id=order.pk, user_id=user_id, is_staff=True):
        chat_read(order_id=order.pk, user_id=user_id, is_staff=True, last_id=chat.last_id)
    user = order.user
    return {
        **message_form(request, order, "dashboard:order-file"),
        "chat": chat,
        "chat_url": reverse("dashboard:order-messages", args=[order.number]),
        "with_whom": (user.get_full_name() or user.email) if user else "",
        "placeholder": _("Write to the buyer"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def order_messages(request: HttpRequest, number: str) -> HttpResponse:
    """What was said, as a part of the page; by POST something more."""
    order = order_to_change(number)
    if order is None:
        raise Http404
    if request.method == "POST":
        message_said(request, order, is_staff=True)
        return redirect(reverse("dashboard:order", args=[number]) + "#chat")
    return render(request, "b2b/chat/_said.html", chat_context(request, order))


@require_safe
def order_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """A file of an order or of its messages; one of what is not ordered yet is its buyer's."""
    return file_answer(files_of_all().filter(uid=uid).first())
