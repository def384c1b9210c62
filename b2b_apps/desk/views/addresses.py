"""Who suggests addresses as somebody types, and whether he answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from b2b_apps.desk.carrier_forms import AddressServiceForm
from b2b_apps.desk.carrier_words import problem_words
from b2b_apps.desk.shell import desk_page
from b2b_apps.integrations.dadata.suggesting import (
    NoSuggestionsError,
    service_check,
    service_kept,
    service_set,
)
from b2b_apps.integrations.models import AddressService


@require_http_methods(["GET", "HEAD", "POST"])
def addresses(request: HttpRequest) -> HttpResponse:
    """The service: shown, or changed and asked at once. Takes some two seconds at most."""
    form = AddressServiceForm(request.POST or None, instance=service_kept())
    if request.method == "POST" and form.is_valid():
        service_set(service=service_kept(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        if form.cleaned_data["is_active"]:
            _check(request, service_kept())
        return redirect("dashboard:delivery-addresses")
    back = reverse("dashboard:delivery")
    context = {
        "title": _("Suggested addresses"),
        "note": "DaData",
        "lead": _lead(service_kept()),
        "form": form,
        "back_url": back,
        "crumbs": [(_("Delivery"), back)],
    }
    status = 422 if form.is_bound else 200
    return desk_page(
        request, "b2b/desk/form.html", context, area="orders", view="delivery", status=status
    )


def _lead(service: AddressService) -> str:
    if service.problem:
        said = problem_words(service.problem, service.detail)
        return _("It did not answer at %(time)s: %(why)s Fields of addresses are plain then.") % {
            "time": f"{service.failed_at:%d.%m.%Y %H:%M}" if service.failed_at else "",
            "why": said,
        }
    return _("Under fields of addresses, as somebody types. We ask: the key is on no page.")


def _check(request: HttpRequest, service: AddressService) -> None:
    try:
        num = service_check(service)
    except NoSuggestionsError as error:
        messages.error(request, problem_words(error.code, error.detail))
        return
    said = ngettext("It answers: %(n)d address.", "It answers: %(n)d addresses.", num)
    messages.success(request, said % {"n": num})
