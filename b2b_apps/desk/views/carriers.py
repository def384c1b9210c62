"""A carrier: how it lets us in, whether it answers, its directory of cities and points."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from b2b_apps.delivery.carriers.interface import CarrierError
from b2b_apps.delivery.models import CarrierCity, CarrierPoint
from b2b_apps.desk.carrier_forms import CarrierForm
from b2b_apps.desk.carrier_words import carrier_status, check_words, is_resting, problem_words
from b2b_apps.desk.shell import desk_page
from b2b_apps.integrations.cdek.access import account_check, account_kept, account_set
from b2b_apps.integrations.cdek.carrier import NAME
from b2b_apps.integrations.cdek.client import CODE
from b2b_apps.integrations.cdek.directory import directory_request
from b2b_apps.integrations.models import CarrierAccount


@require_http_methods(["GET", "HEAD", "POST"])
def carrier(request: HttpRequest) -> HttpResponse:
    """The account: shown, or changed."""
    with transaction.atomic():
        if request.method == "POST":
            CarrierAccount.objects.select_for_update().filter(carrier=CODE).first()
        form = CarrierForm(request.POST or None, instance=account_kept())
        is_saved = request.method == "POST" and form.is_valid()
        if is_saved:
            account_set(account=account_kept(), secret=form.cleaned_data["secret"], **form.typed)
    if is_saved:
        messages.success(request, _("Saved."))
        return redirect("dashboard:carrier")
    # A refused form has already written into its object what was typed.
    account = account_kept()
    context = {
        "title": NAME,
        "form": form,
        "account": account,
        "state": carrier_status(account),
        "problem": problem_words(account.problem, account.detail) if account.problem else "",
        "is_resting": is_resting(account),
        "news_url": _news_url(account),
        "num_cities": CarrierCity.objects.filter(carrier=CODE).count(),
        "num_points": CarrierPoint.objects.filter(carrier=CODE, is_active=True).count(),
        "back_url": reverse("dashboard:delivery"),
        "crumbs": [(_("Delivery"), reverse("dashboard:delivery"))],
    }
    return desk_page(
        request,
        "b2b/desk/carrier.html",
        context,
        area="orders",
        view="delivery",
        status=422 if form.is_bound else 200,
    )


def _news_url(account: CarrierAccount) -> str:
    if not account.hook_key:
        return ""
    path = reverse("integrations:cdek_news", args=[account.hook_key])
    return settings.PORTAL_URL.rstrip("/") + path


@require_POST
def carrier_check(request: HttpRequest) -> HttpResponse:
    """Ask the carrier for a city, and say what came of it. Takes six seconds at most."""
    account = account_kept()
    if account.pk is None:
        messages.warning(request, _("First type in account and secret key, and save."))
        return redirect("dashboard:carrier")
    try:
        seconds = f"{account_check(account):.2f}".replace(".", ",")
        messages.success(request, _("It has answered in %(n)s s.") % {"n": seconds})
    except CarrierError as error:
        messages.error(request, check_words(account, error))
    return redirect("dashboard:carrier")


@require_POST
def carrier_directory(request: HttpRequest) -> HttpResponse:
    """Have the directory loaded; a worker does it."""
    account = account_kept()
    if account.pk is None:
        messages.warning(request, _("First type in account and secret key, and save."))
    else:
        directory_request(account=account)
        messages.success(request, _("The directory is being loaded; it takes some minutes."))
    return redirect("dashboard:carrier")
