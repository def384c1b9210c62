"""Delivery of an order's shipment: its price named by the manager, its carrier told of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from b2b_apps.amending.change import Actor
from b2b_apps.amending.errors import CarriageClosedError
from b2b_apps.amending.models import Who
from b2b_apps.amending.services import carriage_name
from b2b_apps.contracts.errors import CreditExceededError
from b2b_apps.desk.carrier_forms import CarriageForm
from b2b_apps.desk.carrier_words import not_handed_over_words
from b2b_apps.desk.selectors.orders import order_to_change
from b2b_apps.integrations.cdek.orders import NotHandedOverError, consignment_request


def _shipment(number: str, sequence: int) -> tuple[Any, Any]:
    order = order_to_change(number)
    shipment = order.shipments.filter(sequence=sequence).first() if order else None
    if shipment is None:
        raise Http404
    return order, shipment


def _back(number: str) -> HttpResponse:
    return redirect(reverse("dashboard:order", args=[number]) + "#h-ships")


@require_POST
def carriage_price(request: HttpRequest, number: str, sequence: int) -> HttpResponse:
    """Name the price of a delivery: the sum, the invoice and 1C follow."""
    order, shipment = _shipment(number, sequence)
    form = CarriageForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["price"])))
        return _back(number)
    actor = Actor(request.user.pk or 0, Who.STAFF)
    try:
        carriage_name(
            order_id=order.pk,
            shipment_id=shipment.pk,
            price=form.cleaned_data["price"],
            actor=actor,
        )
        said = _("The price is part of the order now: the invoice is made anew, the buyer is told.")
        messages.success(request, said)
    except CarriageClosedError:
        messages.error(request, _("The shipment has left or was cancelled: nothing was changed."))
    except CreditExceededError:
        said = _("The credit of the contract does not bear so much more: nothing was changed.")
        messages.error(request, said)
    return _back(number)


@require_POST
def carriage_hand_over(request: HttpRequest, number: str, sequence: int) -> HttpResponse:
    """Register the shipment with its carrier; a worker asks it."""
    _order, shipment = _shipment(number, sequence)
    try:
        consignment_request(shipment_id=shipment.pk)
        messages.success(request, _("The carrier is being told; its number stands here soon."))
    except NotHandedOverError as error:
        messages.error(request, not_handed_over_words(error.code))
    return _back(number)
