"""Prices: the lists, the prices of one, and why a product costs what it costs."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.desk.boards import Board, Column, View, board_page, clean_text
from b2b_apps.desk.editing import edit_page
from b2b_apps.desk.forms import PriceListForm
from b2b_apps.desk.selectors.prices import (
    contract_by,
    price_lists,
    price_lists_with_counts,
    price_trace,
    prices_of,
    product_by,
)
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.statuses import active_status
from b2b_apps.pricing.models import Price, PriceList

Kind = PriceList.Kind


def price_list_url(price_list: Any) -> str:
    return reverse("dashboard:price-list", args=[price_list.pk])


def _owner(price_list: Any) -> str:
    if price_list.kind == Kind.CONTRACT:
        contract = getattr(price_list, "own_contract", None)
        return f"{contract.counterparty.name}, {contract}" if contract else _("no contract")
    return _("the retail column") if price_list.is_retail else ""


PRICE_LISTS = Board(
    rows=price_lists,
    prepare=price_lists_with_counts,
    order=("-kind", "name"),
    search=("name", "own_contract__number", "own_contract__counterparty__name"),
    search_hint=gettext_lazy("Name, contract, client"),
    views=(
        View("types", gettext_lazy("Price types"), Q(kind=Kind.PRICE_TYPE)),
        View("contract", gettext_lazy("Contract prices"), Q(kind=Kind.CONTRACT)),
        View("retail", gettext_lazy("Retail column"), Q(is_retail=True)),
        View("off", gettext_lazy("Switched off"), Q(is_active=False)),
    ),
    columns=(
        Column("name", gettext_lazy("Price list"), lambda p: p.name, "text", ("name",),
               url=price_list_url, classes="wide"),
        Column("kind", gettext_lazy("Kind"), lambda p: p.get_kind_display(), "text", ("kind",),
               sub=_owner),
        Column("prices", gettext_lazy("Prices"), lambda p: p.num_prices, "num", ("num_prices",)),
        Column("contracts", gettext_lazy("Contracts"), lambda p: p.num_contracts, "num",
               ("num_contracts",)),
        Column("currency", gettext_lazy("Currency"), lambda p: p.currency, "art", ("currency",)),
        Column("vat", gettext_lazy("VAT"),
               lambda p: _("with VAT") if p.includes_vat else _("without VAT")),
        Column("state", gettext_lazy("State"), lambda p: active_status(p.is_active), "status"),
    ),
    empty=gettext_lazy("No price lists yet"),
    empty_hint=gettext_lazy("Price types come from 1C with the goods."),
)  # fmt: skip

PRICES = Board(
    rows=Price.objects.all,
    prepare=lambda rows: rows.select_related("product__base_unit"),
    order=("product__title", "minimum_quantity"),
    search=("product__title", "product__article", "product__code_1c"),
    search_hint=gettext_lazy("Article or name"),
    views=(
        View("tiers", gettext_lazy("From a quantity"), Q(minimum_quantity__gt=0)),
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
        Column("amount", gettext_lazy("Price"), lambda p: p.amount, "money", ("amount",),
               unit=lambda p: p.product.base_unit or ""),
        Column("since", gettext_lazy("Valid from"), lambda p: p.valid_from, "date",
               ("valid_from",)),
        Column("till", gettext_lazy("Valid to"), lambda p: p.valid_to, "date", ("valid_to",)),
    ),
    empty=gettext_lazy("No prices in this list"),
    empty_hint=gettext_lazy("Prices come from 1C with the offers."),
)  # fmt: skip


@require_safe
def price_list_board(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("Price lists"),
        "note": _("prices come from 1C; a contract's own list is stronger than its price type"),
        "page": board_page(PRICE_LISTS, request.GET),
    }
    return desk_page(request, "b2b/desk/board.html", context, area="prices", view="prices")


@require_safe
def price_list_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: which contracts use it, and its prices."""
    price_list = get_object_or_404(price_lists_with_counts(price_lists()), pk=pk)
    used_by = price_list.contracts.select_related("counterparty").order_by(
        F("is_active").desc(), "counterparty__name"
    )
    context = {
        "price_list": price_list,
        "owner": _owner(price_list),
        "status": active_status(price_list.is_active),
        "contracts": used_by[:20],
        "page": board_page(PRICES, request.GET, prices_of(price_list)),
        "crumbs": [(_("Price lists"), reverse("dashboard:prices"))],
    }
    return desk_page(request, "b2b/desk/price_list.html", context, area="prices", view="prices")


@require_http_methods(["GET", "HEAD", "POST"])
def price_list_edit(request: HttpRequest, pk: int) -> HttpResponse:
    price_list = get_object_or_404(PriceList, pk=pk)
    return edit_page(
        request,
        PriceListForm,
        price_list,
        title=_("Change: %(name)s") % {"name": price_list.name},
        back_url=price_list_url(price_list),
        crumbs=[(_("Price lists"), reverse("dashboard:prices"))],
        area="prices",
        view="prices",
    )


@require_safe
def price_why(request: HttpRequest) -> HttpResponse:
    """Why a product costs what it costs under a contract, list by list."""
    typed = {
        key: clean_text(request.GET.get(key, "")) for key in ("contract", "product", "quantity")
    }
    contract, product = contract_by(typed["contract"]), None
    quantity = _quantity(typed["quantity"])
    problems = {}
    if typed["contract"] and contract is None:
        problems["contract"] = _("There is no such contract.")
    if typed["product"]:
        product = product_by(typed["product"])
        if product is None:
            problems["product"] = _("There is no product with this article or code.")
    if quantity is None:
        problems["quantity"] = _("Type a quantity above zero.")
    trace = None
    if contract and product and quantity:
        day = timezone.localdate()
        trace = price_trace(contract=contract, product=product, quantity=quantity, day=day)
    context = {"typed": typed, "contract": contract, "product": product, "problems": problems,
               "trace": trace, "now": timezone.now()}  # fmt: skip
    return desk_page(request, "b2b/desk/price_why.html", context, area="prices", view="why")


def _quantity(text: str) -> Decimal | None:
    """Return the typed quantity, one if nothing was typed, None if it is no quantity."""
    if not text:
        return Decimal(1)
    try:
        number = Decimal(text.replace(" ", "").replace("\u00a0", "").replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 < number < Decimal("1e12") else None
