"""Pages of fast entry: paste, check, correct, put into the basket."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.figures import quantity_text
from b2b_apps.core.row_ids import row_id
from b2b_apps.entry import words
from b2b_apps.entry.errors import RowMissingError, TooManyRowsError
from b2b_apps.entry.fields import changed_only, edits_in
from b2b_apps.entry.files.shown import ShownFile, refusal_words
from b2b_apps.entry.models import EntryRow
from b2b_apps.entry.report import report_file
from b2b_apps.entry.selectors import counts_of, list_for, lists_elsewhere, rows_open, rows_standing
from b2b_apps.entry.services import (
    code_scan,
    list_bring,
    list_clear,
    list_recheck,
    list_to_basket,
    rows_edit,
    rows_remove,
    step_undo,
    text_check,
)
from b2b_apps.entry.services.lists import is_stale
from b2b_apps.entry.sheet import EntryView, entry_view, rows_shown, text_of
from b2b_apps.purchasing.errors import BasketFullError
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.redirects import way_back

State = EntryRow.State
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@buyer_required(PLACE_ORDERS)
def quick_order(request: Any) -> HttpResponse:
    """The person's list under the current contract."""
    entry_list = list_for(request.trade)
    if entry_list is not None and is_stale(entry_list, request.trade):
        entry_list = list_recheck(context=request.trade)
    return _page(request, entry_view(
        context=request.trade, entry_list=entry_list, query=request.GET
    ))  # fmt: skip


@require_POST
@buyer_required(PLACE_ORDERS)
def check(request: Any) -> HttpResponse:
    """Check the pasted text."""
    text = request.POST.get("text", "")
    try:
        text_check(context=request.trade, text=text)
    except TooManyRowsError as error:
        said = _("No more than %(n)s rows are pasted at once: load the rest, or all, as a file.")
        return _refused(request, said % {"n": quantity_text(Decimal(error.limit))}, text)
    return _checked(request)


@require_POST
@buyer_required(PLACE_ORDERS)
def rows(request: Any) -> HttpResponse:
    """Change rows: quantities, products chosen, texts; or take one out."""
    removed = row_id(request.POST.get("remove", ""))
    edits = edits_in(request.POST.dict())
    try:
        if removed is not None:
            rows_remove(context=request.trade, row_ids=[removed])
            return _edited(request, [removed], words.removed_text(1), has_text=True)
        if not request.htmx and "take" not in request.POST:
            edits = changed_only(edits, _standing(request, list(edits)))
        if edits:
            rows_edit(context=request.trade, edits=edits)
    except RowMissingError as error:
        raise Http404 from error
    has_text = any(edit.text is not None for edit in edits.values())
    return _edited(request, list(edits), has_text=has_text)


@require_POST
@buyer_required(PLACE_ORDERS)
def scan(request: Any) -> HttpResponse:
    """Take a code from a scanner or a camera."""
    try:
        row = code_scan(context=request.trade, code=request.POST.get("code", "")[:200])
    except TooManyRowsError:
        return _refused(request, _("The list is full: put it into the basket first."))
    if row is None or not request.htmx:
        return _checked(request)
    (shown,) = rows_shown(entry_list=row.entry_list, rows=[row], context=request.trade)
    answer = _checked(request, scanned=shown)
    answer.headers["HX-Trigger"] = "scan-known" if row.product_id else "scan-unknown"
    return answer


@require_POST
@buyer_required(PLACE_ORDERS)
def add(request: Any) -> HttpResponse:
    """Put what can be into the basket."""
    try:
        added = list_to_basket(context=request.trade)
    except BasketFullError:
        messages.error(
            request,
            _("The basket would be too full: it holds 10,000 lines. Nothing was added."),
        )
        return redirect("entry:index")
    if added is None:
        messages.warning(request, _("There is nothing to add yet: no row can be bought."))
        return redirect("entry:index")
    undo_url = reverse("entry:undo")
    text = words.added_text(added.num_rows, added.num_refused)
    messages.success(request, text, extra_tags=undo_url)
    left = list_for(request.trade)
    is_done = left is None or not rows_open(left).exists()
    return redirect("basket:summary" if is_done else "entry:index")


@require_POST
@buyer_required(PLACE_ORDERS)
def clear(request: Any) -> HttpResponse:
    """Remove all rows."""
    num = list_clear(context=request.trade)
    if num:
        messages.success(request, words.removed_text(num), extra_tags=reverse("entry:undo"))
    return redirect("entry:index")


@require_POST
@buyer_required(PLACE_ORDERS)
def undo(request: Any) -> HttpResponse:
    """Take the last step back."""
    step = step_undo(context=request.trade)
    if step is None:
        messages.info(request, _("There is nothing more to undo."))
    else:
        messages.success(request, words.undone_text(step))
    return redirect("entry:index")


@require_POST
@buyer_required(PLACE_ORDERS)
def bring(request: Any) -> HttpResponse:
    """Check the list of another contract under this one."""
    list_id = row_id(request.POST.get("list", ""))
    try:
        list_bring(context=request.trade, list_id=list_id or 0)
    except RowMissingError as error:
        raise Http404 from error
    return redirect("entry:index")


@require_POST
@buyer_required(PLACE_ORDERS)
def again(request: Any) -> HttpResponse:
    """Look up prices and stock anew."""
    list_recheck(context=request.trade)
    return redirect("entry:index")


@require_safe
@buyer_required(PLACE_ORDERS)
def report(request: Any) -> HttpResponseBase:
    """Every row with what became of it, as XLSX."""
    entry_list = list_for(request.trade)
    if entry_list is None:
        raise Http404
    name = f"{_('quick order')} {timezone.localdate():%Y-%m-%d}.xlsx"
    file = report_file(entry_list=entry_list, context=request.trade)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _page(request: Any, view: EntryView, status: int = 200, **more: Any) -> HttpResponse:
    """The page, the one that may run WebAssembly: barcodes are read by it where the browser has
    no reader of its own (docs/decisions).
    """
    is_empty = not view.counts.num_open
    elsewhere = lists_elsewhere(context=request.trade).first() if is_empty else None
    state = view.entry_list.state if view.entry_list else ""
    context = {
        "view": view,
        "section": "entry",
        "elsewhere": elsewhere,
        "file": ShownFile(view.entry_list) if view.entry_list and state == "columns" else None,
        "refused": refusal_words(view.entry_list.reason) if view.entry_list else "",
        **more,
    }
    answer = render(request, "b2b/entry/index.html", context, status=status)
    answer.headers["Content-Security-Policy"] = settings.CONTENT_SECURITY_POLICY.replace(
        "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
    )
    return answer


def _checked(request: Any, **more: Any) -> HttpResponse:
    """The checked list: the part of the page to htmx, else the page by a redirect."""
    if not request.htmx:
        return redirect("entry:index")
    view = entry_view(context=request.trade, entry_list=list_for(request.trade), query=request.GET)
    context = {"view": view, **more}
    return render(request, "b2b/entry/_checked_part.html", context)


def _refused(request: Any, said: str, text: str = "") -> HttpResponse:
    if request.htmx:
        return render(request, "b2b/entry/_refused.html", {"said": said}, status=422)
    view = entry_view(context=request.trade, entry_list=list_for(request.trade), query={})
    return _page(request, view, 422, error=said, typed=text)


def _edited(
    request: Any, row_ids: Sequence[int], said: str = "", *, has_text: bool = False
) -> HttpResponse:
    """The rows that were edited, with counts and totals, and the text if it is another now."""
    if not request.htmx:
        if said:
            messages.success(request, said, extra_tags=reverse("entry:undo"))
        return redirect(way_back(request, reverse("entry:index")))
    entry_list = list_for(request.trade)
    if entry_list is None:
        raise Http404
    found = list(_standing(request, row_ids).values())
    shown = rows_shown(entry_list=entry_list, rows=found, context=request.trade)
    only = parse_qs(urlsplit(request.htmx.current_url or "").query).get("only", [""])[0]
    text, marks = text_of(entry_list) if has_text else ("", ())
    view = EntryView(
        entry_list, request.trade, counts_of(entry_list), only=only, text=text, marks=marks
    )
    context = {
        "view": view,
        "shown": shown,
        "said": said,
        "undo_url": reverse("entry:undo"),
        "has_text": has_text,
    }
    return render(request, "b2b/entry/_edited.html", context)


def _standing(request: Any, row_ids: Sequence[int]) -> dict[int, EntryRow]:
    entry_list = list_for(request.trade)
    if entry_list is None:
        return {}
    return dict(rows_standing(entry_list).in_bulk(list(row_ids)))
