"""Delivery: methods with their zones and prices, hours and how full they are."""

from hashlib import blake2b
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.delivery.models import (
    CalendarDay,
    DeliveryMethod,
    DeliveryStep,
    DeliveryWindow,
    DeliveryZone,
)
from b2b_apps.delivery.words import weekdays_words
from b2b_apps.desk.carrier_words import carrier_status
from b2b_apps.desk.delivery_forms import (
    CalendarDayForm,
    MethodForm,
    NewMethodForm,
    NewWindowForm,
    NewZoneForm,
    Steps,
    WindowForm,
    ZoneForm,
)
from b2b_apps.desk.editing import edit_page
from b2b_apps.desk.selectors.delivery import loads_ahead, methods_kept
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.statuses import active_status
from b2b_apps.integrations.cdek.access import account_kept

STEP_FIELDS = ("up_to_kg", "up_to_m3", "price")
SAVED = gettext_lazy(
    "Saved: the checkout goes by it from the next page on. Orders keep what was agreed."
)


@require_safe
def delivery(request: HttpRequest) -> HttpResponse:
    methods = methods_kept()
    account = account_kept()
    context = {
        "carrier": carrier_status(account),
        "asks": account.is_active and account.directory_at is not None,
        "methods": [(m, active_status(m.is_active), _zones(m)) for m in methods],
        "loads": loads_ahead(methods),
        "days": CalendarDay.objects.filter(day__gte=timezone.localdate()),
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


@require_http_methods(["GET", "HEAD", "POST"])
def method_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, NewMethodForm, DeliveryMethod(), title=_("New method of delivery"))


@require_http_methods(["GET", "HEAD", "POST"])
def zone_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A zone of a method of our transport."""
    method = get_object_or_404(DeliveryMethod, pk=pk, kind=DeliveryMethod.Kind.OWN)
    title = _("New zone: %(name)s") % {"name": method}
    return _edit(request, NewZoneForm, DeliveryZone(method=method), title=title)


@require_http_methods(["GET", "HEAD", "POST"])
def window_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Hours of a zone."""
    zone = get_object_or_404(DeliveryZone.objects.select_related("method"), pk=pk)
    title = _("New hours: %(name)s") % {"name": zone}
    row = DeliveryWindow(method=zone.method, zone=zone, weekdays=zone.weekdays)
    return _edit(request, WindowForm, row, title=title)


@require_http_methods(["GET", "HEAD", "POST"])
def pickup_window_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Hours in which a warehouse hands out."""
    method = get_object_or_404(DeliveryMethod, pk=pk, kind=DeliveryMethod.Kind.PICKUP)
    title = _("New hours: %(name)s") % {"name": method}
    return _edit(request, NewWindowForm, DeliveryWindow(method=method), title=title)


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_day(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A day that is not what its weekday says; without a key a new one."""
    row = get_object_or_404(CalendarDay, pk=pk) if pk else CalendarDay()
    remove = reverse("dashboard:calendar-day-remove", args=[pk]) if pk else ""
    return _edit(
        request, CalendarDayForm, row, title=str(row) if pk else _("New day"), remove=remove
    )


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_day_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether the day is to be as its weekday again; by POST it is."""
    row = get_object_or_404(CalendarDay, pk=pk)
    back = reverse("dashboard:delivery")
    if request.method == "POST":
        row.delete()
        messages.success(request, _("The day is as its weekday again."))
        return redirect(back)
    context = {
        "title": _("Delete the day"),
        "name": row,
        "texts": [_("The day will be as its weekday again. Orders keep what was agreed.")],
        "is_final": True,
        "back_url": back,
        "crumbs": [(_("Delivery"), back)],
    }
    return desk_page(request, "b2b/desk/remove.html", context, area="orders", view="delivery")


@require_http_methods(["GET", "HEAD", "POST"])
def zone_prices(request: HttpRequest, pk: int) -> HttpResponse:
    """What a zone costs by weight and volume, all of it at once; a page that somebody else has
    overtaken is shown anew.
    """
    with transaction.atomic():
        zone = get_object_or_404(DeliveryZone.objects.select_for_update(of=("self",)), pk=pk)
        kept = [{n: getattr(s, n) for n in STEP_FIELDS} for s in zone.steps.all()]
        seen = blake2b(repr(kept).encode(), digest_size=12).hexdigest()
        is_sent, is_overtaken = request.method == "POST", False
        formset: Any = Steps(request.POST if is_sent else None, initial=kept)
        if is_sent and formset.is_valid():
            is_overtaken = request.POST.get("seen") != seen
            if not is_overtaken:
                zone.steps.all().delete()
                DeliveryStep.objects.bulk_create(formset.steps(zone))
                messages.success(request, SAVED)
                return redirect("dashboard:delivery")
    if is_overtaken:
        messages.error(request, _("Somebody else has changed these prices: look at them anew."))
        formset = Steps(initial=kept)
    back = reverse("dashboard:delivery")
    context = {
        "title": _("Prices: %(name)s") % {"name": zone},
        "formset": formset,
        "seen": seen,
        "back_url": back,
        "crumbs": [(_("Delivery"), back)],
    }
    status = 422 if is_sent else 200
    return desk_page(
        request, "b2b/desk/zone_prices.html", context, area="orders", view="delivery", status=status
    )


def _edit(
    request: HttpRequest, form: type[ModelForm], row: Any, *, title: str = "", remove: str = ""
) -> HttpResponse:
    back = reverse("dashboard:delivery")
    return edit_page(
        request,
        form,
        row,
        title=title or _("Change: %(name)s") % {"name": row},
        back_url=back,
        crumbs=[(_("Delivery"), back)],
        area="orders",
        view="delivery",
        saved=str(SAVED),
        remove_url=remove,
    )
