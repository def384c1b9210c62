"""A file of fast entry: uploaded, its columns named, its rows on their way; the template."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.row_ids import row_id
from b2b_apps.entry.files.columns import KINDS, MOST_COLUMNS, Columns
from b2b_apps.entry.files.services import columns_again, columns_set, file_drop, file_take
from b2b_apps.entry.files.template import template_file
from b2b_apps.entry.models import EntryList
from b2b_apps.entry.selectors import list_for
from b2b_apps.entry.views import XLSX
from b2b_apps.storefront.access import buyer_required

State = EntryList.State
LATEST_ROW = 1_000_000


@require_POST
@buyer_required(PLACE_ORDERS)
def upload(request: Any) -> HttpResponse:
    """Take a file; a worker looks at it."""
    file = request.FILES.get("file")
    if file is None or not file.name:
        messages.error(request, _("Choose a file first: XLSX, XLS, ODS or CSV."))
    elif not file.size:
        messages.error(request, _("The file is empty."))
    elif file.size > settings.ENTRY_FILE_LIMIT:
        messages.error(
            request, _("The file is larger than 10 MB. Leave out pictures, or split it.")
        )
    else:
        file_take(context=request.trade, file=file)
    return redirect("entry:index")


@require_safe
@buyer_required(PLACE_ORDERS)
def state(request: Any) -> HttpResponse:
    """How far the file is, for the page that asks again; the whole page anew once it is over."""
    entry_list = list_for(request.trade)
    is_going = entry_list is not None and entry_list.state in {State.READING, State.CHECKING}
    if not is_going or not request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "b2b/entry/_going.html", {"entry_list": entry_list})


@require_POST
@buyer_required(PLACE_ORDERS)
def columns(request: Any) -> HttpResponse:
    """Say what the columns of the file mean."""
    places: dict[str, int] = {}
    for at in range(MOST_COLUMNS):
        kind = request.POST.get(f"c-{at}", "")
        if kind in KINDS:
            places.setdefault(kind, at)
    first = row_id(request.POST.get("first", "")) or 1
    named = Columns(places, min(max(first, 1), LATEST_ROW))
    if not columns_set(context=request.trade, columns=named, is_kept="keep" in request.POST):
        messages.error(request, _("Say which column is the article, or the name."))
    return redirect("entry:index")


@require_POST
@buyer_required(PLACE_ORDERS)
def again(request: Any) -> HttpResponse:
    """Name the columns of the last file once more."""
    columns_again(context=request.trade)
    return redirect("entry:index")


@require_POST
@buyer_required(PLACE_ORDERS)
def drop(request: Any) -> HttpResponse:
    """Forget a file that is not in the list yet."""
    file_drop(context=request.trade)
    return redirect("entry:index")


@require_safe
@buyer_required(PLACE_ORDERS)
def template(request: Any) -> HttpResponseBase:
    """An empty file with the heads that are understood."""
    name = f"{_('quick order')}.xlsx"
    return FileResponse(template_file(), as_attachment=True, filename=name, content_type=XLSX)
