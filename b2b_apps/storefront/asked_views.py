"""Asked prices: the buyer's questions, a project from its draft to its prices."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from b2b_apps.companies.roles import PLACE_ORDERS, SEE_PRICES
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.asking import (
    AskingError,
    Wish,
    price_ask,
    project_new,
    project_wish,
    project_withdraw,
)
from b2b_apps.pricing.models import Project
from b2b_apps.pricing.typed import MOST_MONEY, price_typed
from b2b_apps.purchasing.orderable import orderable_products
from b2b_apps.purchasing.quantities import QuantityError, parse_quantity, parse_wanted
from b2b_apps.purchasing.services import basket_set_many
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.asked import (
    asked_by,
    asked_state,
    basket_as_text,
    lines_asked,
    today,
    wished_from,
)
from b2b_apps.storefront.contract_choice import project_choose
from b2b_apps.storefront.goods_words import not_in_catalogue
from b2b_apps.storefront.redirects import way_back
from b2b_apps.storefront.reserve_views import row_id_or_404

PAGE = 30


@require_safe
@buyer_required(PLACE_ORDERS, SEE_PRICES)
def asked_list(request: Any) -> HttpResponse:
    """All questions of the company."""
    page = Paginator(asked_by(context=request.trade), PAGE).get_page(request.GET.get("page"))
    rows = [(project, *asked_state(project, today=today())) for project in page]
    context = {"rows": rows, "page": page, "section": "asked"}
    return render(request, "b2b/storefront/asked/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required(PLACE_ORDERS, SEE_PRICES)
def asked_new(request: Any) -> HttpResponse:
    """Ask for the price of one product (``product``), or begin a project."""
    if request.method == "POST":
        return _ask_one(request) if "product" in request.POST else _begin(request)
    if "product" in request.GET:
        product = _product(request.trade, request.GET["product"])
        if product is None:
            return _lost(request)
        return _one_page(request, product, request.GET.get("quantity", ""))
    text = basket_as_text(request.trade) if request.GET.get("from") == "basket" else ""
    return _new_page(request, {"goods": text})


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required(PLACE_ORDERS, SEE_PRICES)
def asked_one(request: Any, pk: int) -> HttpResponse:
    """One question: its lines, its state, its history; a draft can be changed and sent."""
    project = asked_by(context=request.trade).filter(pk=pk).first()
    if project is None:
        raise Http404
    if request.method == "POST":
        return _save(request, project)
    kind, word = asked_state(project, today=today())
    lines = lines_asked(context=request.trade, project=project)
    context = {
        "project": project,
        "lines": lines,
        "kind": kind,
        "word": word,
        "total": sum((line.sum for line in lines if line.sum), Decimal(0)),
        "has_starts": any(line.line.from_quantity for line in lines),
        "is_mine": project.contract_id == request.trade.contract_id,
        "is_in_force": kind == "ok",
        "section": "asked",
    }
    return render(request, "b2b/storefront/asked/one.html", context)


@require_POST
@buyer_required(PLACE_ORDERS, SEE_PRICES)
def asked_withdraw(request: Any, pk: int) -> HttpResponse:
    """Take a question back."""
    if not asked_by(context=request.trade).filter(pk=pk).exists():
        raise Http404
    if project_withdraw(context=request.trade, project_id=pk):
        messages.success(request, _("Withdrawn."))
    else:
        messages.error(request, _("It was answered already."))
    return redirect("storefront:asked_one", pk=pk)


@require_POST
@buyer_required(PLACE_ORDERS, SEE_PRICES)
def asked_to_basket(request: Any, pk: int) -> HttpResponse:
    """Put what was agreed into the basket of its contract; a project is bought for from then on."""
    project = asked_by(context=request.trade).filter(pk=pk).first()
    if project is None:
        raise Http404
    if project.status != Project.Status.APPROVED:
        messages.error(request, _("There is no price yet."))
        return redirect("storefront:asked_one", pk=pk)
    if project.contract_id != request.trade.contract_id:
        text = _("These prices are of contract %(contract)s: switch to it first.")
        messages.error(request, text % {"contract": project.contract})
        return redirect("storefront:asked_one", pk=pk)
    context = request.trade
    if project.kind == Project.Kind.PROJECT and project.pk != context.project_id:
        context = project_choose(request, str(project.pk))
    lines = list(project.lines.filter(offered__isnull=False))
    change = basket_set_many(
        context=context,
        quantities={line.product_id: max(line.quantity, line.from_quantity) for line in lines},
    )
    if change.refused:
        text = _("Not in the basket, for it is not in stock: %(articles)s")
        articles = ", ".join(error.article for error in change.refused)
        messages.warning(request, text % {"articles": articles})
    if len(change.refused) < len(lines):
        messages.success(request, _("The goods of the question are in the basket."))
    return redirect("basket:summary")


def _ask_one(request: Any) -> HttpResponse:
    product = _product(request.trade, request.POST["product"])
    if product is None:
        return _lost(request)
    typed = request.POST.get("quantity", "")
    try:
        project = price_ask(
            context=request.trade,
            product_id=product.pk,
            quantity=parse_wanted(typed),
            comment=request.POST.get("comment", ""),
        )
    except QuantityError:
        return _one_page(request, product, typed, _("Enter how many: digits and a comma."))
    except AskingError as error:
        return _one_page(request, product, typed, _asking_error(error))
    messages.success(request, _("The question is with your manager; the answer comes by mail."))
    return redirect(way_back(request, f"/prices/asked/{project.pk}/"))


def _one_page(request: Any, product: Any, typed: str, error: str = "") -> HttpResponse:
    context = {
        "product": product,
        "typed": typed or "1",
        "error": error,
        "comment": request.POST.get("comment", ""),
        "section": "asked",
    }
    status = 422 if error else 200
    return render(request, "b2b/storefront/asked/ask.html", context, status=status)


def _begin(request: Any) -> HttpResponse:
    wanted, unknown = wished_from(request.POST.get("goods", ""), context=request.trade)
    try:
        project = project_new(
            context=request.trade,
            name=request.POST.get("name", ""),
            address=request.POST.get("address", ""),
            comment=request.POST.get("comment", ""),
            wishes={pk: Wish(quantity) for pk, quantity in wanted.items()},
        )
    except AskingError as error:
        return _new_page(request, request.POST, _asking_error(error), unknown)
    _not_understood(request, unknown)
    return redirect("storefront:asked_one", pk=project.pk)


def _not_understood(request: Any, rows: list[str]) -> None:
    if rows:
        text = _("Not understood, article or quantity: %(rows)s")
        messages.warning(request, text % {"rows": "; ".join(rows[:10])})


def _new_page(request: Any, values: Any, error: str = "", unknown: Any = ()) -> HttpResponse:
    context = {
        "values": values,
        "error": error,
        "unknown": list(unknown)[:10],
        "section": "asked",
    }
    status = 422 if error else 200
    return render(request, "b2b/storefront/asked/new.html", context, status=status)


def _save(request: Any, project: Project) -> HttpResponse:
    try:
        wishes = {line.pk: _wish(request, line) for line in project.lines.all()}
        added, unknown = wished_from(request.POST.get("goods", ""), context=request.trade)
        # A row that says nothing to us is not sent without: the buyer writes it otherwise first.
        is_sent = "send" in request.POST and not unknown
        project_wish(
            context=request.trade,
            project_id=project.pk,
            wishes=wishes,
            added=added,
            is_sent=is_sent,
        )
    except (QuantityError, InvalidOperation):
        messages.error(request, _("Not saved: write numbers as digits and a comma."))
    except AskingError as error:
        messages.error(request, _asking_error(error))
    else:
        sent = _("The question is with your manager; the answer comes by mail.")
        messages.success(request, sent if is_sent else _("Saved."))
        _not_understood(request, unknown)
    return redirect("storefront:asked_one", pk=project.pk)


def _wish(request: Any, line: Any) -> Wish:
    typed = request.POST.get(f"quantity-{line.pk}")
    if typed is None:
        return Wish(line.quantity, line.asked)
    price = request.POST.get(f"price-{line.pk}", "").strip()
    return Wish(
        parse_quantity(typed or "0"), price_typed(price, below=MOST_MONEY) if price else None
    )


def _product(context: TradeContext, text: str) -> Any | None:
    return orderable_products(context=context, product_ids=[row_id_or_404(text)]).first()


def _lost(request: Any) -> HttpResponse:
    messages.error(request, not_in_catalogue())
    return redirect(way_back(request, reverse("catalogue:index")))


def _asking_error(error: AskingError) -> str:
    if error.code == "too_many":
        return _("That is too much at once: wait for the answers, or ask for fewer goods.")
    if error.code == "not_open":
        return _("It was sent already.")
    return _("Name the object and at least one product.")
