"""What statuses of 1C mean: given to those that it told, to new ones, and changed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.desk.boards import Board, Column, board_page
from b2b_apps.desk.meaning_forms import MeaningForm, NewMeaningForm, meaning_chosen, meanings
from b2b_apps.desk.selectors.statuses import mapping_changes, orders_by_text, unknown_statuses
from b2b_apps.desk.shell import desk_page
from b2b_apps.fulfilment.statuses import status_book
from b2b_apps.sync1c.mapping import folded, status_map
from b2b_apps.sync1c.models import StatusMapping

METHODS = ["GET", "HEAD", "POST"]


def _list_url() -> str:
    return reverse("dashboard:exchange-statuses")


def _attach(rows: Any) -> None:
    """Give each status its meaning as it is shown and how many orders carry it. Two queries."""
    book, numbers = status_book(), orders_by_text()
    for row in rows:
        own, base = book.own(row.own_status_id), book.shipment(row.meaning)
        row.shown = (own or base).pair if own or row.meaning else ("off", _("changes nothing"))
        row.kind_of = book.shipment(own.base).name if own else ""
        row.num_orders = numbers.get(folded(row.text), ("", 0))[1]


BOARD = Board(
    rows=StatusMapping.objects.all,
    attach=_attach,
    order=("text",),
    search=("text",),
    search_hint=gettext_lazy("Status in 1C"),
    columns=(
        Column("text", gettext_lazy("Status in 1C"), lambda s: s.text, "text", ("text",),
               url=lambda s: reverse("dashboard:exchange-status", args=[s.pk]), classes="wide"),
        Column("meaning", gettext_lazy("What it means for a shipment"), lambda s: s.shown,
               "status", ("meaning",), sub=lambda s: s.kind_of),
        Column("orders", gettext_lazy("Orders with it"), lambda s: s.num_orders, "num"),
    ),
    empty=gettext_lazy("No statuses yet"),
    empty_hint=gettext_lazy("Without a line here a status of 1C changes nothing."),
)  # fmt: skip


@require_safe
def meaning_list(request: HttpRequest) -> HttpResponse:
    """Statuses that 1C told and nobody gave a meaning first, then all, then who changed what."""
    book = status_book()
    context = {
        "title": _("Statuses of 1C"),
        "page": board_page(BOARD, request.GET),
        "add_url": reverse("dashboard:exchange-status-new"),
        "add_title": _("Status"),
        "unknown": unknown_statuses(orders_by_text()),
        "meanings": meanings(book),
        "changes": [
            (c, c.own_was or _word(c.was, book), c.own_now or _word(c.now, book))
            for c in mapping_changes()
        ],
    }
    return desk_page(request, "b2b/desk/meanings.html", context, area="exchange", view="statuses")


@require_http_methods(METHODS)
def meaning_new(request: HttpRequest) -> HttpResponse:
    """A status of 1C and what it means; also the one click on a status that 1C has told."""
    form = NewMeaningForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _mapped(request, form.cleaned_data["text"], form)
    return _form_page(request, form, _("New status of 1C"))


@require_http_methods(METHODS)
def meaning_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another meaning of a status; orders that carry it follow."""
    row = get_object_or_404(StatusMapping.objects.select_related("own_status"), pk=pk)
    form = MeaningForm(
        request.POST if request.method == "POST" else None, initial={"meaning": meaning_chosen(row)}
    )
    if form.is_valid():
        return _mapped(request, row.text, form)
    _attach([row])
    number: int = row.num_orders  # type: ignore[attr-defined]
    lead = ngettext(
        "%(n)s order carries it and will follow; what has left or is cancelled stays so.",
        "%(n)s orders carry it and will follow; what has left or is cancelled stays so.",
        number,
    )
    return _form_page(request, form, row.text, lead % {"n": number} if number else "")


def _form_page(request: HttpRequest, form: Any, title: str, lead: str = "") -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "lead": lead,
        "back_url": _list_url(),
        "crumbs": [(_("Statuses of 1C"), _list_url())],
    }
    status = 422 if form.is_bound else 200
    return desk_page(
        request, "b2b/desk/form.html", context, area="exchange", view="statuses", status=status
    )


def _mapped(request: HttpRequest, text: str, form: MeaningForm) -> HttpResponse:
    own = form.own
    meaning = "" if own else form.cleaned_data["meaning"]
    change = status_map(text=text, meaning=meaning, own=own, user_id=request.user.pk)
    if change is None:
        messages.success(request, _("Nothing is different."))
    else:
        messages.success(request, _("“%(text)s” has its meaning: orders with it follow now.")
                         % {"text": change.text})  # fmt: skip
    return redirect(_list_url())


def _word(meaning: str, book: Any) -> str:
    return book.shipment(meaning).name if meaning else _("changes nothing")
