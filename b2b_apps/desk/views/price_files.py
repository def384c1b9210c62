"""Files of prices: out of a list, and into it by a look at what they change."""

import re
from typing import Any

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from b2b_apps.desk.boards import Board, Column, View, board_page
from b2b_apps.desk.file_words import KINDS, STATES, file_reason, row_reason
from b2b_apps.desk.price_forms import DayInput
from b2b_apps.desk.row_forms import Dressed
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.views.price_lists import list_head, list_or_404
from b2b_apps.pricing.errors import PriceFileChangedError
from b2b_apps.pricing.models import PriceImport, PriceImportRow, PriceList
from b2b_apps.pricing.price_files.services import (
    file_mark,
    last_loaded,
    price_file_accept,
    price_file_confirm,
    price_file_drop,
    price_file_take,
    price_file_undo,
)
from b2b_apps.pricing.price_sheet import (
    MOST_XLSX_ROWS,
    csv_file,
    sheet_heads,
    sheet_rows_of,
    xlsx_file,
)

Kind, State = PriceImportRow.Kind, PriceImport.State
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FAR = Q(shift__gt=20) | Q(shift__lt=-20)


def offers_attach(rows: Any) -> None:
    """Give unknown rows the goods that are offered for them. One query."""
    ids = {pk for row in rows for pk in row.details.get("offers", ())}
    goods = apps.get_model("catalogue", "Product").objects.in_bulk(ids) if ids else {}
    for row in rows:
        row.offers = [goods[pk] for pk in row.details.get("offers", ()) if pk in goods]


ROWS = Board(
    rows=PriceImportRow.objects.all,
    prepare=lambda rows: rows.select_related("product"),
    attach=offers_attach,
    order=("number",),
    search=("article", "name", "product__title"),
    search_hint=gettext_lazy("Article or name"),
    views=(
        View("new", gettext_lazy("New"), Q(kind=Kind.NEW)),
        View("changed", gettext_lazy("Changed"), Q(kind=Kind.CHANGED)),
        View("far", gettext_lazy("Over 20 %"), FAR & Q(kind__in=[Kind.NEW, Kind.CHANGED]),
             is_late=True),
        View("same", gettext_lazy("Unchanged"), Q(kind=Kind.SAME)),
        View("unknown", gettext_lazy("Unknown articles"), Q(kind=Kind.UNKNOWN), is_late=True),
        View("bad", gettext_lazy("Bad rows"), Q(kind=Kind.BAD), is_late=True),
    ),
    columns=(Column("number", gettext_lazy("Row"), lambda r: r.number, "num", ("number",)),),
    empty=gettext_lazy("No rows"),
    page_size=100,
)  # fmt: skip


class PriceFileForm(Dressed, forms.Form):
    """A file, and the day from which its prices count."""

    file = forms.FileField(
        label=gettext_lazy("file"),
        max_length=200,
        help_text=gettext_lazy("XLSX, XLS, ODS or CSV up to 25 MB, with heads of columns."),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("prices count from"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Empty: at once. A day in the file itself is stronger."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.PRICE_FILE_LIMIT:
            raise ValidationError(_("The file is larger than 25 MB."))
        return file


@require_safe
def price_list_export(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """The list as a file that can be loaded again; over 100,000 rows as CSV only."""
    price_list = get_object_or_404(PriceList, pk=pk)
    rows, heads = sheet_rows_of(price_list), sheet_heads()
    name = re.sub(r"[^\w\- ]", "", price_list.name).strip() or "prices"
    if kind == "csv":
        return FileResponse(
            csv_file(heads=heads, rows=rows), as_attachment=True, filename=f"{name}.csv",
            content_type="text/csv; charset=utf-8",
        )  # fmt: skip
    if price_list.prices.count() > MOST_XLSX_ROWS:
        messages.warning(request, _("So many rows are written as CSV only."))
        return redirect("dashboard:price-list", pk=pk)
    return FileResponse(
        xlsx_file(title=price_list.name, heads=heads, rows=rows), as_attachment=True,
        filename=f"{name}.xlsx", content_type=XLSX,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def price_files(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of a list, and the form that takes another."""
    price_list = list_or_404(pk)
    if price_list.kind in {PriceList.Kind.PROJECT, PriceList.Kind.REFINED}:
        raise Http404
    head = list_head(price_list)
    form = PriceFileForm(request.POST or None, request.FILES or None)
    if head["is_of_1c"]:
        form.fields["valid_from"].help_text = _(
            "The list is 1C's: only prices that begin on a day are yours."
        )
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        imported = price_file_take(
            price_list=price_list, file=form.cleaned_data["file"],
            valid_from=form.cleaned_data["valid_from"], user_id=user.pk,
        )  # fmt: skip
        return redirect("dashboard:price-file", pk=imported.pk)
    files = [
        (imported, STATES[imported.state])
        for imported in price_list.imports.select_related("user").order_by("-pk")[:50]
    ]
    context = {**head, "tab": "files", "form": form, "files": files}
    return desk_page(
        request, "b2b/desk/price_files.html", context, area="prices", view="prices",
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


@require_safe
def price_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: being read, looked at, loaded; asks again by itself while something goes on."""
    imported = _file_or_404(pk)
    is_going = imported.state in {State.READING, State.LOADING}
    context: dict[str, Any] = {
        "imported": imported, "mark": file_mark(imported),
        "status": STATES[imported.state], "is_going": is_going,
        "reason": file_reason(imported) if imported.state == State.FAILED else "",
    }  # fmt: skip
    if is_going and getattr(request, "htmx", False):
        return render(request, "b2b/desk/_price_file_going.html", context)
    if getattr(request, "htmx", False):
        # It is over: the page is another one now.
        return HttpResponse(headers={"HX-Refresh": "true"})
    if not is_going and imported.state != State.FAILED:
        page = board_page(ROWS, request.GET, PriceImportRow.objects.filter(imported=imported))
        context |= {
            "page": page,
            "rows": [(row.item, KINDS[row.item.kind], row_reason(row.item)) for row in page.rows],
            "has_offers": any(row.item.offers for row in page.rows),
            "num_loaded": imported.counts.get("new", 0) + imported.counts.get("changed", 0),
            "is_last": imported.state == State.LOADED
            and last_loaded(imported.price_list_id) == imported.pk,
        }
    url = reverse("dashboard:price-list", args=[imported.price_list_id])
    context["crumbs"] = [
        (_("Price lists"), reverse("dashboard:prices")), (imported.price_list.name, url),
        (_("Files"), reverse("dashboard:price-files", args=[imported.price_list_id])),
    ]  # fmt: skip
    return desk_page(request, "b2b/desk/price_file.html", context, area="prices", view="prices")


@require_POST
def price_file_accept_offers(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the chosen goods for articles that only look like theirs."""
    _file_or_404(pk)
    chosen = {
        int(name[4:]): int(str(value))
        for name, value in request.POST.items()
        if re.fullmatch(r"row-\d{1,18}", name) and re.fullmatch(r"\d{1,18}", str(value))
    }
    number = price_file_accept(import_id=pk, chosen=chosen)
    messages.success(request, _("Articles taken: %(n)d.") % {"n": number})
    return redirect("dashboard:price-file", pk=pk)


@require_POST
def price_file_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Load a looked-at file, drop it, or undo the last one loaded."""
    imported = _file_or_404(pk)
    user: Any = request.user
    if act == "load":
        _load(request, pk)
    elif act == "drop":
        price_file_drop(import_id=pk)
        return redirect("dashboard:price-files", pk=imported.price_list_id)
    elif act == "undo" and not price_file_undo(import_id=pk, user_id=user.pk):
        messages.error(request, _("Only the last file loaded into a list can be undone."))
    return redirect("dashboard:price-file", pk=pk)


def _load(request: HttpRequest, pk: int) -> None:
    try:
        if not price_file_confirm(import_id=pk, seen=request.POST.get("seen", "")):
            messages.info(request, _("The file has been decided on already."))
    except PriceFileChangedError:
        messages.error(request, _("Articles were taken meanwhile: look at the rows again."))


@require_safe
def price_file_report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every row of a file with what became of it, as CSV."""
    imported = _file_or_404(pk)
    heads = [_("Row"), _("Article"), _("Name"), _("Became"), _("Was"), _("Price"), _("Shift, %"),
             _("Reason")]  # fmt: skip
    rows = PriceImportRow.objects.filter(imported=imported).order_by("number").iterator(2000)
    told = (
        (
            str(row.number), row.article, row.name, str(row.get_kind_display()), row.old_amount,
            row.amount, row.shift, row_reason(row),
        )
        for row in rows
    )  # fmt: skip
    name = f"report-{imported.pk}-{timezone.localdate():%Y-%m-%d}.csv"
    return FileResponse(
        csv_file(heads=heads, rows=told), as_attachment=True, filename=name,
        content_type="text/csv; charset=utf-8",
    )  # fmt: skip


def _file_or_404(pk: int) -> PriceImport:
    return get_object_or_404(PriceImport.objects.select_related("price_list", "user"), pk=pk)
