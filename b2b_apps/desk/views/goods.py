"""Goods: products with all that is known of them, and the tree of groups."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.desk.boards import Board, Choice, Column, View, board_page
from b2b_apps.desk.editing import edit_page
from b2b_apps.desk.forms import product_form
from b2b_apps.desk.price_words import VISIBILITY, change_author
from b2b_apps.desk.selectors.goods import (
    brand_options,
    by_external_id,
    groups,
    has_no_group,
    has_no_price,
    product_card,
    products,
    products_with_stock,
    stock_attach,
)
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.statuses import Status


def product_url(product: Any) -> str:
    return reverse("dashboard:product", args=[product.pk])


def public_status(product: Any) -> Status:
    if product.is_public:
        return "ok", _("shown")
    if product.is_off_by_staff:
        return "off", _("hidden by us")
    return "off", _("hidden by 1C") if product.is_off_by_1c else _("hidden")


PRODUCTS = Board(
    rows=products,
    prepare=products_with_stock,
    attach=stock_attach,
    order=("title",),
    search=("title", "article", "code_1c", "barcode"),
    search_more=by_external_id,
    search_hint=gettext_lazy("Article, name, barcode, GUID"),
    views=(
        View("public", gettext_lazy("Shown"), Q(is_public=True)),
        View("hidden", gettext_lazy("Hidden"), Q(is_public=False)),
        View("priceless", gettext_lazy("Without a price"),
             Q(is_public=True) & has_no_price()),
        View("unshown", gettext_lazy("Price on request or hidden"),
             Q(is_public=True) & ~Q(price_visibility="shown")),
        View("novat", gettext_lazy("Without a VAT rate"),
             Q(is_public=True, vat_rate__isnull=True)),
        View("lost", gettext_lazy("Without a group"), Q(is_public=True) & has_no_group()),
    ),
    choices=(Choice("brand", gettext_lazy("Brand"), "brand", brand_options),),
    columns=(
        Column("name", gettext_lazy("Product"), lambda p: p.title, "text", ("title",),
               url=product_url, classes="wide"),
        Column("article", gettext_lazy("Article"), lambda p: p.article, "art", ("article",)),
        Column("brand", gettext_lazy("Brand"), lambda p: p.brand, "text", ("brand",),
               classes="off"),
        Column("children", gettext_lazy("Characteristics"), lambda p: p.num_children, "num",
               ("num_children",), classes="roomy"),
        Column("prices", gettext_lazy("Prices"), lambda p: p.num_prices, "num", ("num_prices",)),
        Column("free", gettext_lazy("Free"), lambda p: p.free, "num",
               unit=lambda p: p.base_unit or ""),
        Column("state", gettext_lazy("Catalogue"), public_status, "status", ("is_public",)),
    ),
    empty=gettext_lazy("No products yet"),
    empty_hint=gettext_lazy("Products come from 1C: see the exchange."),
)  # fmt: skip


@require_safe
def product_list(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Products"), "page": board_page(PRODUCTS, request.GET)}
    return desk_page(request, "b2b/desk/board.html", context, area="goods", view="products")


@require_safe
def product_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One product: attributes, prices across lists, balances, and what 1C calls it."""
    card = product_card(pk)
    if card is None:
        raise Http404
    context = {
        "card": card,
        "product": card.product,
        "status": public_status(card.product),
        "price_word": VISIBILITY[card.product.price_visibility],
        "changes": [(change, change_author(change)) for change in card.changes],
        "crumbs": [(_("Products"), reverse("dashboard:products"))],
    }
    return desk_page(request, "b2b/desk/product.html", context, area="goods", view="products")


@require_http_methods(["GET", "HEAD", "POST"])
def product_edit(request: HttpRequest, pk: int) -> HttpResponse:
    form = product_form()
    product = get_object_or_404(form._meta.model.objects.all(), pk=pk)
    return edit_page(
        request,
        form,
        product,
        title=_("Change: %(name)s") % {"name": product.get_title()},
        back_url=product_url(product),
        crumbs=[(_("Products"), reverse("dashboard:products"))],
        area="goods",
        view="products",
    )


@require_safe
def group_tree(request: HttpRequest) -> HttpResponse:
    """The groups of 1C as they hang together; changed there."""
    context = {"groups": groups()}
    return desk_page(request, "b2b/desk/groups.html", context, area="goods", view="categories")
