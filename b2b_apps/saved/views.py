"""Pages of templates: the list of them, one of them, what is done to it."""

from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from b2b_apps.companies.models import Consignee
from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.row_ids import row_id
from b2b_apps.purchasing.errors import BasketFullError
from b2b_apps.saved.asked import asked_in
from b2b_apps.saved.errors import (
    ListFullError,
    ListMissingError,
    ListNotYoursError,
    NothingToKeepError,
)
from b2b_apps.saved.export import list_xlsx
from b2b_apps.saved.models import OrderDraft, SavedList
from b2b_apps.saved.past import PastLine, past_of_list
from b2b_apps.saved.quick import quick_remember
from b2b_apps.saved.recall import recall
from b2b_apps.saved.selectors import (
    SCOPES,
    drafts_of,
    journal_of,
    lines_of,
    list_for,
    lists_found,
    may_rule,
)
from b2b_apps.saved.services import (
    LineEdit,
    Named,
    line_restore,
    lines_edit,
    lines_remove,
    lines_take,
    list_archive,
    list_copy,
    list_from_basket,
    list_rename,
    list_restore,
    list_used,
)
from b2b_apps.saved.services.taking import Wish
from b2b_apps.saved.sheet import kits_error, kits_in, recall_view, sums_of
from b2b_apps.saved.told import bad_quantity, tell_left, tell_taken
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.redirects import way_back

SIZE = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
View = Callable[..., HttpResponseBase]


def told(view: View) -> View:
    """Answer what can go wrong with a list: not found, not his, nothing to keep."""

    @wraps(view)
    def inner(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ListMissingError as error:
            raise Http404 from error
        except ListNotYoursError as error:
            raise PermissionDenied from error
        except NothingToKeepError:
            messages.error(request, _("There is nothing to keep: put goods in and write a name."))
        except ListFullError:
            messages.error(request, _("A template holds 10,000 lines, a person 1,000 templates."))
        return redirect(way_back(request, reverse("saved:index")))

    return inner


@require_safe
@buyer_required(PLACE_ORDERS)
def index(request: Any) -> HttpResponse:
    """The templates of the company that the person buys for."""
    scope = request.GET.get("scope", "") if request.GET.get("scope") in SCOPES else ""
    find = request.GET.get("find", "").strip()[:100]
    rows = lists_found(context=request.trade, scope=scope, find=find)
    page = Paginator(rows, SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "sums": sums_of(context=request.trade, lists=list(page)),
        "scope": scope,
        "scopes": zip(SCOPES, _scope_words(), strict=True),
        "find": find,
        "section": "saved",
        "drafts": _drafts(request) if not scope and not find and page.number == 1 else (),
    }
    return render(request, "b2b/saved/index.html", context)


def _drafts(request: Any) -> list[OrderDraft]:
    options = request.trade_options
    # Where he may not order any more he may not see what it would cost either.
    ids = [c.pk for c in options.contracts if options.may_under(c, PLACE_ORDERS)]
    rows = drafts_of(user_id=request.user.pk, contract_ids=ids)
    return list(rows.filter(removed_at__isnull=True))


def _scope_words() -> tuple[str, ...]:
    return _("All"), _("My own"), _("Shared"), _("Archive")


@require_POST
@buyer_required(PLACE_ORDERS)
@told
def save(request: Any) -> HttpResponse:
    """Keep the basket as a template."""
    made = list_from_basket(context=request.trade, named=named_in(request))
    messages.success(request, _("Kept as a template: “%(name)s”.") % {"name": made.name})
    return redirect("saved:one", pk=made.pk)


@require_safe
@buyer_required(PLACE_ORDERS)
@told
def one(request: Any, pk: int) -> HttpResponse:
    """A template: its lines today, what has changed since."""
    found, past = _opened(request, pk)
    context = {
        "list": found,
        "view": recall_view(context=request.trade, past=past, query=request.GET),
        "act": reverse("saved:take", args=[pk]),
        "may_rule": may_rule(request.trade, found),
        "is_same_contract": found.contract_id == request.trade.contract_id,
        "consignees": consignees_of(request),
        "section": "saved",
    }
    return render(request, "b2b/saved/one.html", context)


@require_safe
@buyer_required(PLACE_ORDERS)
@told
def total(request: Any, pk: int) -> HttpResponse:
    """What a long template comes to today: a cell of the list."""
    found = _found(request, pk)
    sums = sums_of(context=request.trade, lists=[found], most=found.num_lines)
    context = {"figures": sums.get(pk), "currency": request.trade.currency}
    if not request.htmx:
        return redirect("saved:one", pk=pk)
    return render(request, "b2b/saved/_sum.html", context)


@require_POST
@buyer_required(PLACE_ORDERS)
@told
def rename(request: Any, pk: int) -> HttpResponse:
    """What it is called, where it is for, who sees it."""
    found = list_rename(context=request.trade, pk=pk, named=named_in(request))
    messages.success(request, _("Kept: “%(name)s”.") % {"name": found.name})
    return redirect("saved:one", pk=pk)


@require_POST
@buyer_required(PLACE_ORDERS)
@told
def copy(request: Any, pk: int) -> HttpResponse:
    """A template of one's own like this one."""
    made = list_copy(context=request.trade, pk=pk)
    messages.success(request, _("Kept as a template: “%(name)s”.") % {"name": made.name})
    return redirect("saved:one", pk=made.pk)


@require_POST
@buyer_required(PLACE_ORDERS)
@told
def archive(request: Any, pk: int) -> HttpResponse:
    """Put it away."""
    found = list_archive(context=request.trade, pk=pk)
    text = _("“%(name)s” is in the archive.") % {"name": found.name}
    messages.success(request, text, extra_tags=reverse("saved:restore", args=[pk]))
    return redirect("saved:index")


@require_POST
@buyer_required(PLACE_ORDERS)
@told
def restore(request: Any, pk: int) -> HttpResponse:
    """Take it out of the archive."""
    found = list_restore(context=request.trade, pk=pk)
    messages.success(request, _("“%(name)s” is back.") % {"name": found.name})
    return redirect(way_back(request, reverse("saved:one", args=[pk])))


@require_POST
@buyer_required(PLACE_ORDERS)
@told
def lines(request: Any, pk: int) -> HttpResponse:
    """Change lines: quantities, goods taken instead; or take some out."""
    back = way_back(request, reverse("saved:one", args=[pk]))
    removed = row_id(request.POST.get("remove", ""))
    asked = asked_in(request.POST)
    if removed is not None or "remove_chosen" in request.POST:
        ids = lines_remove(
            context=request.trade, pk=pk, line_ids=[removed] if removed else asked.chosen
        )
        text = ngettext("%(n)d line removed", "%(n)d lines removed", len(ids)) % {"n": len(ids)}
        undo = reverse("saved:line_back", args=[pk, ids[0]])
        messages.success(request, text, extra_tags=undo)
        return redirect(back)
    asked.refuse_nothing()
    edits = {
        line: LineEdit(asked.quantities.get(line), asked.products.get(line))
        for line in asked.quantities.keys() | asked.products.keys()
    }
    _tell_bad(request, asked.bad)
    found = lines_edit(context=request.trade, pk=pk, edits=edits)
    if not request.htmx:
        if not asked.bad:
            messages.success(request, _("Kept: “%(name)s”.") % {"name": found.name})
        return redirect(back)
    return _rows(request, found, {*edits, *asked.bad}, 422 if asked.bad else 200)


def _rows(request: Any, found: SavedList, ids: set[int], status: int) -> HttpResponse:
    """The lines that were edited, or were to be, and the figures of all."""
    _list, past = _opened(request, found.pk)
    kits = kits_in(request.POST.get("kits", "")) or 1
    view = recall_view(context=request.trade, past=past, query={"kits": str(kits)})
    shown = recall(
        context=request.trade,
        past=[line for line in past if line.id in ids],
        kits=Decimal(kits),
        is_shown=True,
    )
    for row in shown:
        row.row.number = next(n for n, line in enumerate(past, start=1) if line.id == row.id)
    context = {"list": found, "view": view, "rows": shown, "is_answer": True}
    return render(request, "b2b/saved/_edited.html", context, status=status)


@require_POST
@buyer_required(PLACE_ORDERS)
@told
def line_back(request: Any, pk: int, line: int) -> HttpResponse:
    """Put lines back that were taken out."""
    number = line_restore(context=request.trade, pk=pk, line_id=line)
    text = ngettext(
        "Undone: %(n)d line is as it was", "Undone: %(n)d lines are as they were", number
    )
    messages.success(request, text % {"n": number})
    return redirect(way_back(request, reverse("saved:one", args=[pk])))


@require_POST
@buyer_required(PLACE_ORDERS)
@told
def take(request: Any, pk: int) -> HttpResponse:
    """Put all lines into the basket, or the chosen ones, so many times."""
    found, past = _opened(request, pk)
    if not taken(request, past, name=found.name):
        return redirect(way_back(request, reverse("saved:one", args=[pk])))
    list_used(found)
    if not is_quick(request):
        return redirect("basket:summary")
    texts = {"consignee": str(found.consignee_id)} if found.consignee_id else {}
    quick_remember(request, contract_id=request.trade.contract_id, texts=texts)
    return redirect("checkout:quick")


def is_quick(request: Any) -> bool:
    """Whether the lines are to be ordered in one step, not put into the basket."""
    return "quick" in request.POST


def taken(request: Any, past: list[PastLine], *, name: str, trade: Any = None) -> bool:
    """Put lines into the basket as the form of a page says; say what became of them. Whether
    anything went in.
    """
    asked = asked_in(request.POST)
    known = {line.id: line for line in past}
    if asked.bad:
        for line, (text, error) in list(asked.bad.items())[:5]:
            article = known[line].article if line in known else ""
            messages.error(request, bad_quantity(article, text, error))
        return False
    only = asked.chosen if "chosen" in request.POST else None
    if only is not None and not set(only) & known.keys():
        messages.warning(request, _("Nothing is chosen: tick the lines first."))
        return False
    kits = kits_in(request.POST.get("kits", ""))
    if kits is None:
        messages.error(request, kits_error(request.POST["kits"]))
        return False
    wishes = {
        line.id: Wish(asked.quantities.get(line.id, line.quantity) * kits,
                      asked.products.get(line.id))
        for line in past
    }  # fmt: skip
    try:
        found = lines_take(
            context=trade or request.trade,
            past=past,
            wishes=wishes,
            only=only,
            is_quick=is_quick(request),
        )
    except BasketFullError:
        text = _("The basket is full: no more than 10,000 lines or 100,000,000,000 in money.")
        messages.error(request, text)
        return False
    if is_quick(request):
        tell_left(request, found)
    else:
        tell_taken(request, found, name=name)
    return bool(found.num_added)


@require_safe
@buyer_required(PLACE_ORDERS)
@told
def export(request: Any, pk: int) -> HttpResponseBase:
    """All lines of a template as XLSX."""
    found, past = _opened(request, pk)
    name = f"{_('template')} {timezone.localdate():%Y-%m-%d}.xlsx"
    file = list_xlsx(context=request.trade, name=found.name, past=past)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@require_safe
@buyer_required(PLACE_ORDERS)
@told
def journal(request: Any, pk: int) -> HttpResponse:
    """Who changed what."""
    found = _found(request, pk)
    context = {
        "list": found,
        "entries": journal_of(context=request.trade, saved_list=found),
        "section": "saved",
    }
    return render(request, "b2b/saved/journal.html", context)


def named_in(request: Any) -> Named:
    """What a form says of a list."""
    post = request.POST
    consignee = post.get("consignee", "")
    pk = row_id(consignee)
    if consignee and pk is None:
        raise ListMissingError
    return Named(
        post.get("name", ""), post.get("site", ""), pk, is_shared=post.get("shared") == "1"
    )


def consignees_of(request: Any) -> list[Consignee]:
    """Those of the company that the person buys for. One query."""
    own = Consignee.objects.filter(counterparty_id=request.trade.counterparty_id, is_active=True)
    return list(own)


def _found(request: Any, pk: int) -> SavedList:
    found = list_for(context=request.trade, pk=pk)
    if found is None:
        raise ListMissingError
    return found


def _opened(request: Any, pk: int) -> tuple[SavedList, list[PastLine]]:
    found = _found(request, pk)
    past = past_of_list(lines_of(found), contract_id=found.contract_id, context=request.trade)
    return found, list(past)


def _tell_bad(request: Any, bad: dict[int, Any]) -> None:
    for text, error in list(bad.values())[:5]:
        messages.error(request, bad_quantity("", text, error))
