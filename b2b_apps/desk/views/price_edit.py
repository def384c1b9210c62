"""One price of a list: set, changed, removed, put back."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from b2b_apps.core.figures import money_text
from b2b_apps.desk.price_forms import NewPriceForm, PriceForm, TypedDecimal
from b2b_apps.desk.price_words import change_author
from b2b_apps.desk.selectors.price_lists import last_changes_attach
from b2b_apps.desk.shell import desk_page
from b2b_apps.pricing.errors import NotOursError, PriceMovedError
from b2b_apps.pricing.models import Price, PriceChange, PriceList
from b2b_apps.pricing.ownership import lists_of_1c, may_write
from b2b_apps.pricing.price_edit import (
    PriceKey,
    ladder_of,
    price_change_undo,
    price_put,
    price_remove,
)


@require_http_methods(["GET", "HEAD", "POST"])
def price_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Another price in a list: of another product, quantity, pack or day."""
    price_list = get_object_or_404(PriceList, pk=pk)
    if price_list.kind in {PriceList.Kind.PROJECT, PriceList.Kind.REFINED}:
        raise Http404
    is_of_1c = bool(lists_of_1c(price_list_ids=[pk]))
    asked = {"product": request.GET.get("product", "")}
    form = NewPriceForm(request.POST or None, needs_day=is_of_1c, initial=asked)
    if request.method == "POST" and form.is_valid() and _set_new(request, form, pk):
        return redirect("dashboard:price-list", pk=pk)
    context = {
        "title": _("New price"),
        "note": price_list.name,
        "lead": _("Of one base unit, in %(currency)s.") % {"currency": price_list.currency},
        "form": form,
        "back_url": reverse("dashboard:price-list", args=[pk]),
        "crumbs": [
            (_("Price lists"), reverse("dashboard:prices")),
            (price_list.name, reverse("dashboard:price-list", args=[pk])),
        ],
    }
    status = 422 if form.is_bound else 200
    return desk_page(
        request, "b2b/desk/form.html", context, area="prices", view="prices", status=status
    )


def _set_new(request: HttpRequest, form: NewPriceForm, pk: int) -> bool:
    data, user = form.cleaned_data, request.user
    key = PriceKey(
        pk, data["product"].pk, data["minimum_quantity"] or Decimal(0),
        data["pack_factor"] or Decimal(0), data["valid_from"],
    )  # fmt: skip
    try:
        change = price_put(
            key=key, amount=data["amount"], valid_to=data["valid_to"], user_id=user.pk or 0
        )
    except NotOursError:
        form.add_error(None, _("Prices without a date are changed in 1C."))
        return False
    except PriceMovedError as moved:
        text = _("Such a price stands already: %(amount)s. Change it in the list.")
        form.add_error(None, text % {"amount": money_text(moved.stands or Decimal(0))})
        return False
    _say(request, change)
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def price_change(request: HttpRequest, pk: int) -> HttpResponse:
    """One price: its row as a form (htmx) or a page of its own."""
    price = _price_or_404(pk)
    started = {"amount": price.amount, "valid_to": price.valid_to}
    form = PriceForm(request.POST or None, initial=started, starts=price.valid_from)
    if request.method == "POST" and form.is_valid() and _set(request, form, price):
        if not _is_part(request):
            return redirect("dashboard:price-list", pk=price.price_list_id)
        return _row(request, _price_or_404(pk))
    if _is_part(request) and request.GET.get("back"):
        return _row(request, price)
    ladder = ladder_of(price_list_id=price.price_list_id, product_id=price.product_id)
    back = reverse("dashboard:price-list", args=[price.price_list_id])
    context = {
        "price": price, "form": form, "ladder": ladder, "back_url": back,
        "seen": request.POST.get("seen") or _plain(price.amount),
        "crumbs": [(_("Price lists"), reverse("dashboard:prices")), (price.price_list.name, back)],
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    if _is_part(request):
        # htmx leaves the page as it is after a refusal; the row has to say why.
        return render(request, "b2b/desk/_price_form_row.html", context)
    return desk_page(
        request, "b2b/desk/price.html", context, area="prices", view="prices", status=status
    )


def _set(request: HttpRequest, form: PriceForm, price: Any) -> bool:
    user: Any = request.user
    try:
        change = price_put(
            key=PriceKey.of(price),
            amount=form.cleaned_data["amount"],
            valid_to=form.cleaned_data["valid_to"],
            user_id=user.pk,
            seen=_seen(request),
        )
    except PriceMovedError as moved:
        form.add_error("amount", _moved(moved))
        return False
    _say(request, change)
    return True


@require_POST
def price_remove_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a price; the message that follows offers to put it back."""
    price = _price_or_404(pk)
    user: Any = request.user
    try:
        change = price_remove(key=PriceKey.of(price), user_id=user.pk, seen=_seen(request))
    except PriceMovedError as moved:
        messages.error(request, _moved(moved))
    else:
        _say(request, change)
    return redirect("dashboard:price-list", pk=price.price_list_id)


@require_POST
def price_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Put back what a change took away."""
    change = get_object_or_404(PriceChange.objects.select_related("price_list"), pk=pk)
    user: Any = request.user
    try:
        price_change_undo(change=change, user_id=user.pk)
    except NotOursError:
        messages.error(request, _("Prices without a date are changed in 1C."))
    except PriceMovedError as moved:
        messages.error(request, _moved(moved))
    else:
        messages.success(request, _("The price is as it was."))
    return _back(request, change.price_list_id)


def _back(request: HttpRequest, price_list_id: int) -> HttpResponseRedirect:
    if request.POST.get("from") == "history":
        return redirect("dashboard:price-list-history", pk=price_list_id)
    return redirect("dashboard:price-list", pk=price_list_id)


def _price_or_404(pk: int) -> Any:
    """The price of a list that staff may write here; others are not found."""
    price = get_object_or_404(
        Price.objects.select_related("product__base_unit", "price_list"), pk=pk
    )
    is_of_1c = bool(lists_of_1c(price_list_ids=[price.price_list_id]))
    if not may_write(price_list=price.price_list, is_of_1c=is_of_1c, valid_from=price.valid_from):
        raise Http404
    return price


def _seen(request: HttpRequest) -> Decimal:
    """The amount that stood on the page; anything else is a price that has moved."""
    try:
        return Decimal(TypedDecimal(places=4).clean(request.POST.get("seen", "")))
    except ValidationError as error:
        raise BadRequest("No amount that was seen.") from error


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _moved(moved: PriceMovedError) -> str:
    if moved.stands is None:
        return _("The price has been removed meanwhile.")
    return _("The price has become %(amount)s meanwhile. Look at it and save again.") % {
        "amount": money_text(moved.stands)
    }


def _say(request: HttpRequest, change: PriceChange | None) -> None:
    """Report the change with the way back."""
    if change is None:
        messages.info(request, _("Nothing has changed."))
        return
    word = _("The price is removed.") if change.new_amount is None else _("The price is set.")
    undo = reverse("dashboard:price-undo", args=[change.pk])
    messages.success(request, word, extra_tags=undo)


def _is_part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False)) and not request.htmx.boosted  # type: ignore[attr-defined]


def _row(request: HttpRequest, price: Any) -> HttpResponse:
    last_changes_attach([price])
    price.is_ours = True
    price.author = change_author(price.change) if price.change else ""
    context = {"price": price, "price_list": price.price_list}
    return render(request, "b2b/desk/_price_row_saved.html", context)
