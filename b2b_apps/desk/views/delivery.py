"""Delivery: methods with their zones and prices, hours and how full they are."""

from typing import Any

from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.delivery.models import DeliveryMethod, DeliveryWindow, DeliveryZone
from b2b_apps.delivery.words import weekdays_words
from b2b_apps.desk.carrier_words import carrier_status
from b2b_apps.desk.delivery_forms import MethodForm, WindowForm, ZoneForm
from b2b_apps.desk.editing import edit_page
from b2b_apps.desk.selectors.delivery import loads_ahead, methods_kept
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.statuses import active_status
from b2b_apps.integrations.cdek.access import account_kept


@require_safe
def delivery(request: HttpRequest) -> HttpResponse:
    methods = methods_kept()
    account = account_kept()
    context = {
        "carrier": carrier_status(account),
        "asks": account.is_active and account.directory_at is not None,
        "methods": [(m, active_status(m.is_active), _zones(m)) for m in methods],
        "loads": loads_ahead(methods),
    }
    return desk_page(request, "b2b/desk/delivery.html", context, area="orders", view="delivery")


def _zones(method: DeliveryMethod) -> list[tuple[DeliveryZone, str, Any]]:
    zones = method.zones.all()
    return [(z, weekdays_words(z.weekdays), active_status(z.is_active)) for z in zones]


@require_http_methods(["GET", "HEAD", "POST"])
def method_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, MethodForm, get_object_or_404(DeliveryMethod, pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
def zone_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, ZoneForm, get_object_or_404(DeliveryZone, pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
def window_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, WindowForm, get_object_or_404(DeliveryWindow, pk=pk))


def _edit(request: HttpRequest, form: type[ModelForm], row: Any) -> HttpResponse:
    back = reverse("dashboard:delivery")
    return edit_page(
        request,
        form,
        row,
        title=_("Change: %(name)s") % {"name": row},
        back_url=back,
        crumbs=[(_("Delivery"), back)],
        area="orders",
        view="delivery",
        saved=_(
            "Saved: the checkout goes by it from the next page on. Orders keep what was agreed."
        ),
    )
