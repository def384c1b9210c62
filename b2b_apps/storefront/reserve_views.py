"""The page of reserves; reserving from the card and from the basket; letting go."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.figures import quantity_text
from b2b_apps.core.row_ids import row_id
from b2b_apps.inventory.errors import ReserveRefusedError, StockShortageError
from b2b_apps.inventory.seen import shows_figures
from b2b_apps.purchasing.errors import ProductRefusedError
from b2b_apps.purchasing.probing import PROBED
from b2b_apps.purchasing.quantities import QuantityError, parse_wanted
from b2b_apps.purchasing.selectors import lines_in_basket
from b2b_apps.purchasing.services.reserves import (
    ReserveReport,
    hold_let_go,
    products_reserve,
    reserves_to_basket,
)
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.goods_words import not_in_catalogue
from b2b_apps.storefront.redirects import way_back
from b2b_apps.storefront.reserves import reserve_rows, reserve_terms

RESERVES = "/reserves/"


@require_safe
@buyer_required(PLACE_ORDERS)
def reserves(request: Any) -> HttpResponse:
    """What the company reserves by hand under the current contract."""
    rows = reserve_rows(context=request.trade)
    context = {"rows": rows, "section": "reserves", "now": timezone.now()}
    return render(request, "b2b/storefront/reserves.html", context)


@require_POST
@buyer_required(PLACE_ORDERS)
def reserve_new(request: Any) -> HttpResponse:
    """Reserve a product, from its card."""
    product_id = row_id_or_404(request.POST.get("product", ""))
    try:
        quantity = parse_wanted(request.POST.get("quantity", ""))
    except QuantityError:
        messages.error(request, _("Enter how much to reserve: digits and a comma."))
        return redirect(way_back(request, RESERVES))
    return _reserve(request, {product_id: quantity}, is_of_basket=False)


@require_POST
@buyer_required(PLACE_ORDERS)
def reserve_lines(request: Any) -> HttpResponse:
    """Reserve the chosen lines of the basket."""
    ids = [row_id_or_404(text) for text in request.POST.getlist("line")]
    lines = lines_in_basket(context=request.trade, line_ids=ids)
    if ids and not lines:
        raise Http404
    return _reserve(request, {line.product_id: line.quantity for line in lines}, is_of_basket=True)


@require_POST
@buyer_required(PLACE_ORDERS)
def reserve_let_go(request: Any, pk: int) -> HttpResponse:
    """Let a reserve go."""
    if not hold_let_go(context=request.trade, hold_id=pk):
        raise Http404
    messages.success(request, _("The reserve is off."))
    return redirect(way_back(request, RESERVES))


@require_POST
@buyer_required(PLACE_ORDERS)
def reserve_to_basket(request: Any) -> HttpResponse:
    """Put a reserve, or all of them, into the basket."""
    ids = [row_id_or_404(text) for text in request.POST.getlist("hold")]
    change = reserves_to_basket(context=request.trade, hold_ids=ids or None)
    if change is None:
        raise Http404
    for error in change.refused[:3]:
        messages.error(request, _refused(error))
    if not change.refused:
        messages.success(request, _("What is reserved is in the basket."))
    return redirect("basket:summary")


def _reserve(
    request: Any, quantities: Mapping[int, Decimal], *, is_of_basket: bool
) -> HttpResponse:
    back = redirect(way_back(request, RESERVES))
    hours = request.POST.get("hours", "")
    if hours not in map(str, reserve_terms(request.trade_options)):
        messages.error(request, _("Choose for how long to reserve."))
        return back
    try:
        report = products_reserve(
            context=request.trade,
            quantities=quantities,
            hours=int(hours),
            reason=request.POST.get("reason", ""),
            is_of_basket=is_of_basket,
        )
    except ReserveRefusedError as error:
        messages.error(request, _refusal(request, error))
        return back
    except StockShortageError:
        messages.error(request, _("Somebody was quicker: there is not so much in stock any more."))
        return back
    _tell(request, report)
    return back


def _refusal(request: Any, error: ReserveRefusedError) -> str:
    """Say which limit stands in the way; a figure of stock only to who may see figures."""
    if error.code == "hours":
        return _("Reserves by hand are for %(n)d hours at most.") % {"n": error.limit}
    if error.code == "holds":
        text = _("Your company has %(n)d reserves at once at most. Let some go or order them.")
        return text % {"n": error.limit}
    if error.limit and shows_figures(request.trade):
        text = _("No more than %(n)s can be reserved by hand; an order may take more.")
        return text % {"n": quantity_text(error.limit)}
    return _("So much of it cannot be reserved by hand; an order may take more.")


def _tell(request: Any, report: ReserveReport) -> None:
    if report.holds:
        until = report.holds[0].expires_at
        text = ngettext(
            "%(n)d item is reserved until %(until)s",
            "%(n)d items are reserved until %(until)s",
            len(report.holds),
        )
        shown = date_format(timezone.localtime(until), "d.m H:i") if until else ""
        messages.success(request, text % {"n": len(report.holds), "until": shown})
    if report.settled and not report.holds:
        messages.info(request, _("All of it is reserved already."))
    if report.short:
        text = ngettext(
            "%(n)d item is not reserved: no warehouse has all of it",
            "%(n)d items are not reserved: no warehouse has all of them",
            len(report.short),
        )
        messages.warning(request, text % {"n": len(report.short)})
    for error in report.refused[:3]:
        messages.error(request, _refused(error))


def _refused(error: ProductRefusedError) -> str:
    if error.code == "no_price":
        return _("What has no price cannot be reserved.")
    if error.code == PROBED:
        return _(
            "Too many tries at the quantity of this product. Wait a quarter of an hour or ask your"
            " manager."
        )
    return not_in_catalogue()


def row_id_or_404(text: str) -> int:
    """A row id; what can't be one is not found."""
    found = row_id(text)
    if found is None:
        raise Http404
    return found
