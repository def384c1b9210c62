"""Price lists: the tree of them, one with its prices and its history, and their terms."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.desk.boards import Board, Choice, Column, View, board_page
from b2b_apps.desk.editing import form_saved, row_locked
from b2b_apps.desk.price_forms import PriceListForm
from b2b_apps.desk.price_words import (
    change_author,
    list_owner,
    list_reckoned,
    list_status,
    percent_text,
)
from b2b_apps.desk.selectors.price_lists import (
    agreed_lists,
    changes_of,
    last_changes_attach,
    price_tree,
    schedule_at,
)
from b2b_apps.desk.selectors.prices import price_lists, price_lists_with_counts, prices_of
from b2b_apps.desk.shell import desk_page
from b2b_apps.pricing.models import Price, PriceChange, PriceList
from b2b_apps.pricing.ownership import lists_of_1c, may_write

Kind = PriceList.Kind


def price_list_url(price_list: Any) -> str:
    return reverse("dashboard:price-list", args=[price_list.pk])


AGREED = Board(
    rows=agreed_lists,
    prepare=price_lists_with_counts,
    order=("-kind", "name"),
    search=("name", "own_contract__number", "own_contract__counterparty__name"),
    search_hint=gettext_lazy("Name, contract, client"),
    views=(
        View("contract", gettext_lazy("Contract prices"), Q(kind=Kind.CONTRACT)),
        View("project", gettext_lazy("Project prices"), Q(kind=Kind.PROJECT)),
        View("refined", gettext_lazy("Refined in 1C"), Q(kind=Kind.REFINED)),
        View("off", gettext_lazy("Switched off"), Q(is_active=False)),
    ),
    columns=(
        Column("name", gettext_lazy("Price list"), lambda p: p.name, "text", ("name",),
               url=price_list_url, classes="wide"),
        Column("kind", gettext_lazy("Kind"), lambda p: p.get_kind_display(), "text", ("kind",),
               sub=list_owner),
        Column("prices", gettext_lazy("Prices"), lambda p: p.num_prices, "num", ("num_prices",)),
        Column("currency", gettext_lazy("Currency"), lambda p: p.currency, "art", ("currency",)),
        Column("vat", gettext_lazy("VAT"),
               lambda p: _("with VAT") if p.includes_vat else _("without VAT")),
        Column("state", gettext_lazy("State"), list_status, "status"),
    ),
    empty=gettext_lazy("No agreed prices yet"),
    empty_hint=gettext_lazy("A contract's own prices come from 1C, a project's from its approval."),
    page_size=25,
)  # fmt: skip

PRICES = Board(
    rows=Price.objects.all,
    prepare=lambda rows: rows.select_related("product__base_unit"),
    attach=last_changes_attach,
    order=("product__title", "valid_from", "pack_factor", "minimum_quantity"),
    search=("product__title", "product__article", "product__code_1c"),
    search_hint=gettext_lazy("Article or name"),
    views=(
        View("tiers", gettext_lazy("From a quantity"), Q(minimum_quantity__gt=0)),
        View("packs", gettext_lazy("For packs"), Q(pack_factor__gt=0)),
        View("term", gettext_lazy("With a term"),
             Q(valid_from__isnull=False) | Q(valid_to__isnull=False)),
        View("zero", gettext_lazy("Zero"), Q(amount=0), is_late=True),
    ),
    columns=(
        Column("name", gettext_lazy("Product"), lambda p: p.product.title, "text",
               ("product__title",), classes="wide",
               url=lambda p: reverse("dashboard:product", args=[p.product_id])),
        Column("article", gettext_lazy("Article"), lambda p: p.product.article, "art",
               ("product__article",)),
        Column("from", gettext_lazy("From"), lambda p: p.minimum_quantity, "num",
               ("minimum_quantity",)),
        Column("pack", gettext_lazy("Pack"), lambda p: p.pack_factor, "num", ("pack_factor",)),
        Column("amount", gettext_lazy("Price"), lambda p: p.amount, "money", ("amount",)),
        Column("since", gettext_lazy("Valid"), lambda p: p.valid_from, "date", ("valid_from",)),
        Column("change", gettext_lazy("Changed"), lambda p: p.change),
    ),
    empty=gettext_lazy("No prices in this list"),
    empty_hint=gettext_lazy("They come from 1C, from a file, or one by one by hand."),
)  # fmt: skip

CHANGES = Board(
    rows=PriceChange.objects.all,
    prepare=lambda rows: rows.select_related("product", "user"),
    order=("-id",),
    search=("product__title", "product__article"),
    search_hint=gettext_lazy("Article or name"),
    views=(
        View("new", gettext_lazy("New"), Q(old_amount=None)),
        View("gone", gettext_lazy("Removed"), Q(new_amount=None)),
    ),
    choices=(
        Choice("source", gettext_lazy("From"), "source", lambda: PriceChange.Source.choices),
    ),
    columns=(
        Column("name", gettext_lazy("Product"), lambda c: c.product.title, "text",
               classes="wide", url=lambda c: reverse("dashboard:product", args=[c.product_id])),
        Column("article", gettext_lazy("Article"), lambda c: c.product.article, "art"),
        Column("change", gettext_lazy("Was → became"), lambda c: c),
        Column("when", gettext_lazy("When"), lambda c: c.changed_at, "time"),
        Column("who", gettext_lazy("Who"), change_author),
    ),
    empty=gettext_lazy("Nothing has changed yet"),
    empty_hint=gettext_lazy("Every change of a price is written here, whoever made it."),
)  # fmt: skip


@require_safe
def price_list_board(request: HttpRequest) -> HttpResponse:
    """The tree of lists, what changes when, and the lists of contracts and projects."""
    nodes = [
        (node, list_reckoned(node.price_list, is_of_1c=node.is_of_1c), list_status(node.price_list))
        for node in price_tree()
    ]
    context = {
        "nodes": nodes,
        "schedule": schedule_at(timezone.localdate()),
        "page": board_page(AGREED, request.GET),
    }
    return desk_page(request, "b2b/desk/price_lists.html", context, area="prices", view="prices")


@require_safe
def price_list_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: how it is reckoned, which contracts use it, and its prices."""
    price_list = list_or_404(pk)
    used_by = price_list.contracts.select_related("counterparty").order_by(
        F("is_active").desc(), "counterparty__name"
    )
    context = {
        **list_head(price_list),
        "tab": "prices",
        "contracts": used_by[:20],
        "page": board_page(PRICES, request.GET, prices_of(price_list)),
    }
    for row in context["page"].rows:
        row.item.is_ours = may_write(
            price_list=price_list, is_of_1c=context["is_of_1c"], valid_from=row.item.valid_from
        )
        row.item.author = change_author(row.item.change) if row.item.change else ""
    return desk_page(request, "b2b/desk/price_list.html", context, area="prices", view="prices")


@require_safe
def price_list_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every change of a list's prices: what, when, by whom."""
    price_list = list_or_404(pk)
    page = board_page(CHANGES, request.GET, changes_of(price_list))
    context = {**list_head(price_list), "tab": "history", "page": page}
    return desk_page(
        request, "b2b/desk/price_list_history.html", context, area="prices", view="prices"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def price_list_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The terms of a list; without a key a new one of our own."""
    price_list = get_object_or_404(PriceList, pk=pk) if pk else PriceList()
    is_of_1c = bool(pk and lists_of_1c(price_list_ids=[pk]))
    started = {"base": request.GET.get("base", "")} if not pk else None
    with transaction.atomic():
        row = row_locked(price_list) if request.method == "POST" else price_list
        form = PriceListForm(request.POST or None, instance=row, is_of_1c=is_of_1c, initial=started)
        is_saved = request.method == "POST" and form_saved(form, user_id=request.user.pk)
    if is_saved:
        messages.success(request, _("Saved: prices are reckoned anew from the next page on."))
        return redirect(price_list_url(form.instance))
    name = PriceList.objects.get(pk=pk).name if pk else ""
    context = {
        "title": _("Change: %(name)s") % {"name": name} if pk else _("New price list"),
        "lead": _lead(price_list, is_of_1c=is_of_1c),
        "form": form,
        "back_url": price_list_url(price_list) if pk else reverse("dashboard:prices"),
        "crumbs": [(_("Price lists"), reverse("dashboard:prices"))],
    }
    status = 422 if form.is_bound else 200
    return desk_page(
        request, "b2b/desk/form.html", context, area="prices", view="prices", status=status
    )


def _lead(price_list: PriceList, *, is_of_1c: bool) -> str:
    """What of a list is not changed here."""
    if price_list.kind == Kind.PROJECT:
        return _("Prices of a project are changed in the project, with its two signatures.")
    return _("Name, currency and VAT come from 1C and are changed there.") if is_of_1c else ""


def list_or_404(pk: int) -> Any:
    rows = price_lists_with_counts(price_lists()).select_related("base", "region", "switched_by")
    return get_object_or_404(rows, pk=pk)


def list_head(price_list: Any) -> dict[str, Any]:
    """What stands above every page of a list. One query."""
    is_of_1c = bool(lists_of_1c(price_list_ids=[price_list.pk]))
    return {
        "price_list": price_list,
        "owner": list_owner(price_list),
        "reckoned": list_reckoned(price_list, is_of_1c=is_of_1c),
        "percent": percent_text(price_list.base_percent),
        "is_of_1c": is_of_1c,
        "is_of_project": price_list.kind == Kind.PROJECT,
        "status": list_status(price_list),
        "crumbs": [(_("Price lists"), reverse("dashboard:prices"))],
    }
