"""Statuses of the staff's own: made, named, bound to texts of 1C, removed and put back."""

import secrets
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from b2b_apps.desk.status_forms import OwnStatusForm
from b2b_apps.desk.views.order_statuses import look_page, look_saved, saved_told
from b2b_apps.fulfilment.models import StatusLook
from b2b_apps.fulfilment.status_saving import look_journal, look_values
from b2b_apps.fulfilment.statuses import status_book
from b2b_apps.sync1c.mapping import own_status_texts

OWN = StatusLook.Of.OWN
METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def own_new(request: HttpRequest) -> HttpResponse:
    """A new status: names, what it is a kind of, tone, and texts of 1C."""
    row = StatusLook(of=OWN, code=secrets.token_hex(4))
    if request.method == "POST":
        form = OwnStatusForm(request.POST, instance=row)
        if form.is_valid():
            with transaction.atomic():
                was = look_values(StatusLook(of=OWN))
                look_journal(look=form.save(), was=was, user_id=request.user.pk)
                _texts(request, form)
            return saved_told(request, is_changed=True)
    else:
        form = OwnStatusForm(instance=row, initial={"texts": request.GET.get("text", "")[:120]})
    return look_page(request, form, None, status_book())


@require_http_methods(METHODS)
def own_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Another name, kind, tone or other texts; orders follow."""
    row = get_object_or_404(StatusLook, of=OWN, code=code, is_removed=False)
    if request.method == "POST":
        with transaction.atomic():
            form, is_changed = look_saved(request, OWN, code, OwnStatusForm)
            if form.is_valid():
                is_changed = _texts(request, form) or is_changed
        if form.is_valid():
            return saved_told(request, is_changed)
    else:
        form = OwnStatusForm(instance=row)
    book = status_book()
    return look_page(request, form, book.own(row.pk), book)


@require_POST
def own_remove(request: HttpRequest, code: str) -> HttpResponse:
    """Remove a status, or put it ``back``: texts of 1C keep what they mean."""
    is_back = bool(request.POST.get("back"))
    with transaction.atomic():
        rows = StatusLook.objects.select_for_update(of=("self",))
        row = get_object_or_404(rows, of=OWN, code=code)
        was = look_values(row)
        row.is_removed = not is_back
        row.save(update_fields=["is_removed"])
        look_journal(look=row, was=was, user_id=request.user.pk)
    said = _("Put back as it was.") if is_back else _("Removed: the usual name is shown again.")
    messages.success(request, said)
    return redirect(reverse("dashboard:statuses"))


def _texts(request: HttpRequest, form: OwnStatusForm) -> bool:
    user: Any = request.user
    texts = form.cleaned_data["texts"].splitlines()
    return own_status_texts(own=form.instance, texts=texts, user_id=user.pk)
