"""Warehouses and what lies in them."""

from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.desk.boards import Board, Choice, Column, View, board_page
from b2b_apps.desk.editing import edit_page
from b2b_apps.desk.forms import warehouse_form
from b2b_apps.desk.selectors.clients import region_options
from b2b_apps.desk.selectors.goods import (
    free_stock,
    stock_of,
    warehouses,
    warehouses_with_counts,
)
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.statuses import switch_status


def warehouse_url(warehouse: Any) -> str:
    return reverse("dashboard:warehouse", args=[warehouse.pk])


WAREHOUSES = Board(
    rows=warehouses,
    prepare=warehouses_with_counts,
    order=("position", "name"),
    search=("name", "short_name", "code", "address_text", "organization__name"),
    search_hint=gettext_lazy("Name, address, organization"),
    views=(
        View("active", gettext_lazy("Active"), Q(is_active=True)),
        View("pickup", gettext_lazy("Pick-up points"), Q(is_pickup_point=True)),
        View("regionless", gettext_lazy("Without a region"), Q(is_active=True, region=None)),
        View("off", gettext_lazy("Switched off"), Q(is_active=False)),
    ),
    choices=(Choice("region", gettext_lazy("Region"), "region", region_options),),
    columns=(
        Column("name", gettext_lazy("Warehouse"), lambda w: w.name, "text", ("name",),
               url=warehouse_url, sub=lambda w: w.address_text, classes="wide"),
        Column("short", gettext_lazy("Short name"), lambda w: w.short_name, "text",
               ("short_name",)),
        Column("region", gettext_lazy("Region"), lambda w: w.region, "text", ("region__name",)),
        Column("organization", gettext_lazy("Organization"), lambda w: w.organization, "text",
               ("organization__name",), classes="off roomy"),
        Column("position", gettext_lazy("Place"), lambda w: w.position, "num", ("position",)),
        Column("pickup", gettext_lazy("Pick-up"), lambda w: w.is_pickup_point, "flag"),
        Column("stock", gettext_lazy("Products in stock"), lambda w: w.num_in_stock, "num",
               ("num_in_stock",)),
        Column("state", gettext_lazy("State"), switch_status, "status"),
    ),
    empty=gettext_lazy("No warehouses yet"),
    empty_hint=gettext_lazy("Warehouses come from 1C with the stock."),
)  # fmt: skip

STOCK = Board(
    rows=lambda: stock_of(None),
    prepare=lambda rows: rows.select_related("product__base_unit", "product__parent").annotate(
        free=free_stock()
    ),
    order=("product__title",),
    search=("product__title", "product__article", "product__parent__title", "product__barcode"),
    search_hint=gettext_lazy("Article, name, barcode"),
    views=(
        View("there", gettext_lazy("In stock"), Q(num_in_stock__gt=F("num_allocated"))),
        View("held", gettext_lazy("Held for orders"), Q(num_allocated__gt=0)),
        View("short", gettext_lazy("Held more than there is"),
             Q(num_allocated__gt=F("num_in_stock")), is_late=True),
        View("none", gettext_lazy("None"), Q(num_in_stock__lte=0)),
    ),
    columns=(
        Column("name", gettext_lazy("Product"), lambda s: s.product.get_title(), "text",
               ("product__title",), classes="wide",
               url=lambda s: reverse("dashboard:product", args=[s.product_id])),
        Column("article", gettext_lazy("Article"), lambda s: s.product.article, "art",
               ("product__article",)),
        Column("stock", gettext_lazy("In stock"), lambda s: s.num_in_stock, "num",
               ("num_in_stock",)),
        Column("held", gettext_lazy("Held"), lambda s: s.num_allocated, "num", ("num_allocated",)),
        Column("free", gettext_lazy("Free"), lambda s: s.free, "num", ("free",),
               unit=lambda s: s.product.base_unit or ""),
        Column("updated", gettext_lazy("Changed"), lambda s: s.date_updated, "time",
               ("date_updated",), classes="off nowrap"),
    ),
    mark=lambda s: "bad" if s.free < 0 else "",
    empty=gettext_lazy("No balances in this warehouse"),
    empty_hint=gettext_lazy("Balances come from 1C with the offers."),
)  # fmt: skip


@require_safe
def warehouse_list(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Warehouses"), "page": board_page(WAREHOUSES, request.GET)}
    return desk_page(request, "b2b/desk/board.html", context, area="stock", view="warehouses")


@require_safe
def warehouse_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One warehouse and its balances."""
    warehouse = get_object_or_404(warehouses_with_counts(warehouses()), pk=pk)
    context = {
        "warehouse": warehouse,
        "status": switch_status(warehouse),
        "page": board_page(STOCK, request.GET, stock_of(warehouse)),
        "crumbs": [(_("Warehouses"), reverse("dashboard:warehouses"))],
    }
    return desk_page(request, "b2b/desk/warehouse.html", context, area="stock", view="warehouses")


@require_http_methods(["GET", "HEAD", "POST"])
def warehouse_edit(request: HttpRequest, pk: int) -> HttpResponse:
    warehouse = get_object_or_404(warehouses(), pk=pk)
    return edit_page(
        request,
        warehouse_form(),
        warehouse,
        title=_("Change: %(name)s") % {"name": warehouse.name},
        back_url=warehouse_url(warehouse),
        crumbs=[(_("Warehouses"), reverse("dashboard:warehouses"))],
        area="stock",
        view="warehouses",
    )
