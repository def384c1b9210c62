"""The stock board, one product's holds, the list of reserves, and what staff do with them."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from b2b_apps.core.figures import quantity_text
from b2b_apps.desk.boards import Board, Choice, Column, View, board_page
from b2b_apps.desk.hold_forms import HOURS, ReserveForm
from b2b_apps.desk.selectors.stock import (
    IS_SHORT,
    active_holds,
    balances,
    balances_with_free,
    coming_attach,
    holds_with_owners,
    product_board,
    warehouse_options,
)
from b2b_apps.desk.shell import desk_page
from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.models import StockHold
from b2b_apps.inventory.services import (
    Reserver,
    holds_let_go,
    holds_prolong,
    order_stock_retake,
    stock_reserve,
)

DAY = timedelta(hours=24)


def product_stock_url(row: Any) -> str:
    return reverse("dashboard:stock-product", args=[row.product_id])


def _next(row: Any) -> str:
    found = next((coming for coming in row.coming if coming.quantity), None)
    return f"{found.day:%d.%m} +{quantity_text(found.quantity)}" if found else ""


def _promised(row: Any) -> str:
    return _("promised %(n)s") % {"n": quantity_text(row.promised)} if row.promised else ""


BALANCES = Board(
    rows=balances,
    prepare=balances_with_free,
    attach=coming_attach,
    order=("rank", "product__title", "partner__position"),
    search=("product__title", "product__article", "product__parent__title", "product__barcode"),
    search_hint=gettext_lazy("Article, name, barcode"),
    views=(
        View("short", gettext_lazy("Held more than there is"), IS_SHORT, is_late=True),
        View("held", gettext_lazy("Held"), Q(num_allocated__gt=0)),
        View("none", gettext_lazy("None"), Q(num_in_stock__lte=0)),
    ),
    choices=(Choice("warehouse", gettext_lazy("Warehouse"), "partner", warehouse_options),),
    columns=(
        Column("name", gettext_lazy("Product"), lambda s: s.product.get_title(), "text",
               ("product__title",), url=product_stock_url, classes="wide"),
        Column("article", gettext_lazy("Article"), lambda s: s.product.article, "art",
               ("product__article",)),
        Column("warehouse", gettext_lazy("Warehouse"), lambda s: s.partner.label, "text",
               ("partner__position",)),
        Column("stock", gettext_lazy("On hand"), lambda s: s.num_in_stock, "num",
               ("num_in_stock",)),
        Column("held", gettext_lazy("Held"), lambda s: s.num_allocated, "num", ("num_allocated",)),
        Column("free", gettext_lazy("Free"), lambda s: s.free, "num", ("free",),
               unit=lambda s: s.product.base_unit or ""),
        Column("coming", gettext_lazy("Will come"), _next, "text", sub=_promised,
               classes="nowrap"),
    ),
    mark=lambda s: "bad" if s.free < 0 else "",
    empty=gettext_lazy("No balances yet"),
    empty_hint=gettext_lazy("Balances come from 1C with the offers."),
)  # fmt: skip


def _client(hold: StockHold) -> str:
    line: Any = hold.order_line
    if line:
        return str(line.order.counterparty.name)
    return str(hold.contract.counterparty.name) if hold.contract else ""


def _what_for(hold: StockHold) -> str:
    line: Any = hold.order_line
    return _("order %(number)s") % {"number": line.order.number} if line else hold.reason


def _who(hold: StockHold) -> str:
    user: Any = hold.user
    return (user.get_full_name() or user.email) if user else ""


HOLDS = Board(
    rows=active_holds,
    prepare=holds_with_owners,
    order=("expires_at", "pk"),
    search=(
        "stock_record__product__title", "stock_record__product__article",
        "contract__counterparty__name", "order_line__order__number", "reason",
    ),
    search_hint=gettext_lazy("Article, name, client, order"),
    views=(
        View("hand", gettext_lazy("By hand"), ~Q(kind=StockHold.Kind.ORDER)),
        View("orders", gettext_lazy("For orders"), Q(kind=StockHold.Kind.ORDER)),
        View("termless", gettext_lazy("Without a term"), Q(expires_at=None)),
    ),
    choices=(
        Choice("warehouse", gettext_lazy("Warehouse"), "stock_record__partner", warehouse_options),
    ),
    columns=(
        Column("name", gettext_lazy("Product"), lambda h: h.stock_record.product.get_title(),
               "text", ("stock_record__product__title",), classes="wide",
               url=lambda h: product_stock_url(h.stock_record)),
        Column("warehouse", gettext_lazy("Warehouse"), lambda h: h.stock_record.partner.label),
        Column("quantity", gettext_lazy("Held"), lambda h: h.quantity, "num", ("quantity",),
               unit=lambda h: h.stock_record.product.base_unit or ""),
        Column("client", gettext_lazy("Client"), _client, sub=_what_for),
        Column("until", gettext_lazy("Until"), lambda h: h.expires_at, "time", ("expires_at",),
               classes="nowrap"),
        Column("who", gettext_lazy("Who"), _who, classes="roomy off"),
    ),
    empty=gettext_lazy("Nothing is held"),
    empty_hint=gettext_lazy("Orders and reserves by hand appear here."),
)  # fmt: skip


@require_safe
def stock_board(request: HttpRequest) -> HttpResponse:
    """Balances by product and warehouse, what is short first."""
    context = {"title": _("Stock"), "page": board_page(BALANCES, request.GET)}
    return desk_page(request, "b2b/desk/board.html", context, area="stock", view="stock")


@require_safe
def hold_list(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Reserves"), "page": board_page(HOLDS, request.GET)}
    return desk_page(request, "b2b/desk/board.html", context, area="stock", view="holds")


@require_http_methods(["GET", "HEAD", "POST"])
def product_stock(request: HttpRequest, pk: int) -> HttpResponse:
    """One product: balances, receipts, holds; a reserve on behalf of a client by POST."""
    board = product_board(pk)
    if board is None:
        raise Http404
    form = ReserveForm(request.POST or None, records=board.records)
    if request.method == "POST" and form.is_valid() and _reserve(request, form):
        return redirect("dashboard:stock-product", pk=pk)
    context = {
        "board": board,
        "product": board.product,
        "owners": [(hold, _client(hold), _what_for(hold), _who(hold)) for hold in board.holds],
        "form": form,
        "crumbs": [(_("Stock"), reverse("dashboard:stock"))],
    }
    status = 422 if form.is_bound else 200
    return desk_page(
        request, "b2b/desk/stock_product.html", context, area="stock", view="stock", status=status
    )


def _reserve(request: HttpRequest, form: ReserveForm) -> bool:
    contract = form.cleaned_data["contract"]
    user: Any = request.user
    try:
        stock_reserve(
            reserver=Reserver(contract.pk, contract.counterparty_id, user.pk, is_staff=True),
            demand={int(form.cleaned_data["record"]): form.cleaned_data["quantity"]},
            hours=int(form.cleaned_data["hours"]),
            reason=form.cleaned_data["reason"],
        )
    except StockShortageError as shortage:
        free = next(iter(shortage.shortages.values()))
        form.add_error("quantity", _("Free: %(n)s") % {"n": quantity_text(free)})
        return False
    messages.success(request, _("Reserved for %(name)s.") % {"name": contract.counterparty.name})
    return True


@require_POST
def hold_prolong(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a hold for a day or two more than its term, or than now if it has none left."""
    hold = get_object_or_404(active_holds().select_related("stock_record"), pk=pk)
    hours = request.POST.get("hours", "24")
    if hours not in map(str, HOURS):
        raise Http404
    since = max(hold.expires_at or timezone.now(), timezone.now())
    holds_prolong(hold_ids=[pk], until=since + timedelta(hours=int(hours)))
    messages.success(request, _("The reserve is prolonged."))
    return redirect(product_stock_url(hold.stock_record))


@require_POST
def hold_let_go(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a reserve by hand go; what an order holds ends with the order."""
    hold = get_object_or_404(active_holds().select_related("stock_record"), pk=pk)
    if holds_let_go(hold_ids=[pk]):
        messages.success(request, _("The reserve is off."))
    else:
        messages.error(request, _("An order holds it: it ends with the order or its term."))
    return redirect(product_stock_url(hold.stock_record))


@require_POST
def order_retake(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold again for a day what an order has lost by its term."""
    order_hold = StockHold.objects.filter(order_line__order=pk).select_related("order_line__order")
    found: Any = order_hold.first()
    if found is None:
        raise Http404
    try:
        num = order_stock_retake(order_id=pk, until=timezone.now() + DAY)
    except StockShortageError as shortage:
        text = _("Not held: %(n)d balances have no longer so much free.")
        messages.error(request, text % {"n": len(shortage.shortages)})
    else:
        messages.success(request, _("Lines held again for 24 hours: %(n)d.") % {"n": num})
    return redirect("dashboard:order", number=found.order_line.order.number)
