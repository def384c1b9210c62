"""Pages of the open showcase: goods without prices, what was chosen, the request and its state."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from b2b_apps.core.addresses import client_address
from b2b_apps.core.figures import quantity_text
from b2b_apps.core.guesses import GuessRefusedError
from b2b_apps.core.redirects import way_back
from b2b_apps.core.row_ids import row_id
from b2b_apps.guests import basket
from b2b_apps.guests.forms import RequestForm
from b2b_apps.guests.models import GuestRequest
from b2b_apps.guests.services import CONSENT, request_make
from b2b_apps.guests.showcase import (
    CLOSED,
    MOST_GOODS,
    SIZE,
    TooSlowError,
    goods_by_id,
    ids_found,
    showcase_mode,
)
from b2b_apps.purchasing.goods import unit_of
from b2b_apps.purchasing.quantities import QuantityError
from b2b_apps.purchasing.typed import base_units_of, typed_quantity
from b2b_apps.purchasing.typed_words import quantity_error

# In the session: the requests of this browser, and the one that its form is going to make.
OWN, NEXT = "guest_requests", "guest_next"
View = Callable[..., HttpResponseBase]


def open_to_guests(view: View) -> View:
    """404 where the showcase is closed; who has signed in goes to his catalogue."""

    @wraps(view)
    def inner(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if showcase_mode() == CLOSED:
            raise Http404
        if request.user.is_authenticated:
            return redirect("catalogue:index")
        return view(request, *args, **kwargs)

    return inner


@require_safe
@open_to_guests
def showcase(request: Any) -> HttpResponse:
    """Goods, found by words; each with a field of how many are wanted."""
    text = request.GET.get("q", "").strip()[:100]
    kept = {line.product.pk: line for line in basket.chosen_in(request)}
    ids: list[int] = []
    status = 200
    try:
        ids = ids_found(text)
    except TooSlowError:
        status = 503
        messages.error(request, _("This search takes too long: write more of the article or name."))
    page = Paginator(ids[:MOST_GOODS], SIZE).get_page(request.GET.get("page"))
    goods = goods_by_id(list(page))
    shown = [goods[pk] for pk in page if pk in goods]
    context = {
        "rows": [(product, unit_of(product), kept.get(product.pk)) for product in shown],
        "page": page,
        "is_more": len(ids) > MOST_GOODS,
        "q": text,
        "num_chosen": len(kept),
    }
    return render(request, "b2b/guests/showcase.html", context, status=status)


@require_POST
@open_to_guests
def choose_one(request: Any) -> HttpResponse:
    """So many of a product are wanted; none takes it out."""
    pk = row_id(request.POST.get("product", ""))
    product = goods_by_id([pk]).get(pk) if pk else None
    if pk is None:
        raise Http404
    if product is None:
        # Hidden, gone or never there: a guest is told the same.
        messages.error(
            request, _("This product is not in the catalogue. Load the page anew, or write to us.")
        )
        return redirect(way_back(request, "/showcase/"))
    text = request.POST.get("quantity", "").strip()
    try:
        taken = basket.choose(request, product, base_units_of(typed_quantity(text or "1"), product))
    except QuantityError as error:
        messages.error(request, quantity_error(error, text))
    else:
        if taken is None:
            messages.error(request, _("A request holds 200 lines: send it, then begin another."))
        elif taken:
            unit = unit_of(product)
            values = {
                "title": product.get_title(),
                "quantity": quantity_text(taken),
                "unit": unit.short_name if unit else "",
            }
            text = _("In your request: %(title)s, %(quantity)s %(unit)s.")
            messages.success(request, text % values)
    return redirect(way_back(request, "/showcase/"))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_guests
def request_new(request: Any) -> HttpResponse:
    """What was chosen, and who asks; POST sends it, once."""
    chosen = basket.chosen_in(request)
    form = RequestForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_machines:
            return redirect("guests:showcase")
        sent = _already_sent(request)
        if sent is not None:
            return redirect("guests:request", uid=sent.uid)
        if not chosen:
            messages.warning(request, _("Choose goods first: there is nothing to ask for."))
            return redirect("guests:showcase")
        if form.is_valid():
            try:
                return _sent(request, form, chosen)
            except GuessRefusedError:
                form.add_error(None, _("Too many requests. Wait a quarter of an hour or call us."))
                status = 429
        else:
            status = 422
    if NEXT not in request.session and chosen:
        request.session[NEXT] = str(uuid.uuid4())
    context = {"form": form, "chosen": chosen, "uid": request.session.get(NEXT), "consent": CONSENT}
    return render(request, "b2b/guests/request_new.html", context, status=status)


@require_safe
@open_to_guests
def request_one(request: Any, uid: uuid.UUID) -> HttpResponse:
    """What this browser has asked for, and what became of it; of another one nothing is found."""
    if str(uid) not in request.session.get(OWN, []):
        raise Http404
    found = GuestRequest.objects.filter(uid=uid).first()
    if found is None:
        raise Http404
    return render(request, "b2b/guests/request.html", {"asked": found, "lines": found.lines.all()})


def _already_sent(request: Any) -> GuestRequest | None:
    """The request that this very form has made already, on a second click."""
    uid = request.POST.get("uid", "")
    if uid not in request.session.get(OWN, []):
        return None
    return GuestRequest.objects.filter(uid=uid).first()


def _sent(request: Any, form: RequestForm, chosen: Any) -> HttpResponse:
    uid = request.session.get(NEXT) or str(uuid.uuid4())
    made = request_make(
        uid=uuid.UUID(uid),
        fields=form.told(),
        chosen=chosen,
        address=client_address(request),
    )
    request.session[OWN] = [*request.session.get(OWN, []), str(made.uid)][-20:]
    request.session.pop(NEXT, None)
    basket.forget(request)
    return redirect("guests:request", uid=made.uid)
