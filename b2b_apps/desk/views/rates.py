"""Rates of currencies: by day and source, set by hand, asked of the bank; thresholds of baskets."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from b2b_apps.core.figures import rate_text
from b2b_apps.desk.boards import Board, Choice, Column, View, board_page
from b2b_apps.desk.editing import edit_page
from b2b_apps.desk.rate_forms import RateForm, ThresholdForm
from b2b_apps.desk.selectors.rates import (
    contracts_by_rate,
    currencies,
    last_loads,
    rates_latest,
    rates_of_all_days,
    thresholds,
    thresholds_with_contracts,
)
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.statuses import Status, active_status
from b2b_apps.integrations.cbr.services import rates_request
from b2b_apps.integrations.models import RateLoad
from b2b_apps.pricing.models import CurrencyRate, PriceThreshold
from b2b_apps.pricing.rates import rate_set, rate_unset

BANK_HOST = "www.cbr.ru"
PROBLEMS = {
    "insecure": gettext_lazy("The address of the rates is not HTTPS: see CBR_URL."),
    "unreachable": gettext_lazy("The bank can't be reached: is there a way to the Internet?"),
    "timeout": gettext_lazy("The bank has not answered in time."),
    "status": gettext_lazy("The bank answered with an error."),
    "redirect": gettext_lazy("The bank's address leads elsewhere now: see CBR_URL."),
    "too_large": gettext_lazy("The answer is too large to be rates."),
    "encoded": gettext_lazy("The answer came packed, which was not asked for."),
    "broken": gettext_lazy("The answer is no XML of the bank: a page of a proxy, perhaps."),
    "doctype": gettext_lazy("The answer has a DOCTYPE: that is not taken."),
    "encoding": gettext_lazy("The answer is in an encoding that the bank does not use."),
    "root": gettext_lazy("The answer is XML, but not of rates."),
    "day": gettext_lazy("The bank sent the rates of another day."),
    "row": gettext_lazy("A rate in the answer can't be read; none of them was taken."),
    "twice": gettext_lazy("A currency stands in the answer twice; none of them was taken."),
    "empty": gettext_lazy("The bank has no rates for this day."),
}
SOURCES = {
    "bank": ("ok", gettext_lazy("Bank of Russia")),
    "hand": ("work", gettext_lazy("by hand")),
}

RATES = Board(
    rows=rates_of_all_days,
    order=("-day", "currency"),
    views=(
        View("bank", gettext_lazy("Bank of Russia"), Q(source="bank")),
        View("hand", gettext_lazy("By hand"), Q(source="hand")),
    ),
    choices=(Choice("currency", gettext_lazy("currency"), "currency", currencies),),
    columns=(
        Column("currency", gettext_lazy("Currency"), lambda r: r.currency, "art", ("currency",)),
        Column("day", gettext_lazy("Of the day"), lambda r: r.day, "date", ("day",)),
        Column("rate", gettext_lazy("Roubles per unit"), lambda r: rate_text(r.rate),
               sort=("rate",), classes="num"),
        Column("source", gettext_lazy("Source"), lambda r: SOURCES[r.source], "status"),
        Column("who", gettext_lazy("Who set it"),
               lambda r: (r.user.get_full_name() or r.user.email) if r.user else ""),
        Column("loaded", gettext_lazy("Written"), lambda r: r.loaded_at, "time", ("loaded_at",),
               classes="off"),
    ),
    empty=gettext_lazy("No rates yet"),
    empty_hint=gettext_lazy("Ask the bank, or set one by hand."),
)  # fmt: skip

THRESHOLDS = Board(
    rows=thresholds,
    prepare=thresholds_with_contracts,
    order=("price_list__name", "minimum_sum"),
    search=("price_list__name", "target__name"),
    search_hint=gettext_lazy("Price type"),
    views=(View("off", gettext_lazy("Switched off"), Q(is_active=False)),),
    columns=(
        Column("type", gettext_lazy("Price type"), lambda t: t.price_list.name, "text",
               ("price_list__name",), classes="wide",
               url=lambda t: reverse("dashboard:threshold", args=[t.pk])),
        Column("sum", gettext_lazy("From the sum, with VAT"), lambda t: t.minimum_sum, "money",
               ("minimum_sum",), unit=lambda t: t.price_list.currency),
        Column("target", gettext_lazy("Takes the prices of"), lambda t: t.target.name),
        Column("contracts", gettext_lazy("Contracts"), lambda t: t.num_contracts, "num"),
        Column("state", gettext_lazy("State"), lambda t: active_status(t.is_active), "status"),
    ),
    empty=gettext_lazy("No thresholds yet"),
    empty_hint=gettext_lazy("With one, a large basket gets the prices of a better list."),
)  # fmt: skip


def load_status(load: RateLoad) -> Status:
    words = {
        RateLoad.State.WAITING: ("work", _("asked")),
        RateLoad.State.DONE: ("ok", _("came")),
        RateLoad.State.FAILED: ("bad", _("failed")),
    }
    return words[RateLoad.State(load.state)]


@require_safe
def rate_list(request: HttpRequest) -> HttpResponse:
    loads = [
        (load, load_status(load), PROBLEMS.get(load.problem, load.problem)) for load in last_loads()
    ]
    host = urlsplit(settings.CBR_URL).hostname or ""
    context = {
        "page": board_page(RATES, request.GET),
        "latest": rates_latest(),
        "loads": loads,
        "contracts": contracts_by_rate(),
        "stand_in": "" if host == BANK_HOST else host,
    }
    return desk_page(request, "b2b/desk/rates.html", context, area="prices", view="rates")


@require_POST
def rate_ask(request: HttpRequest) -> HttpResponse:
    """Ask the bank now; the answer is a row of the page some seconds later."""
    rates_request()
    messages.success(request, _("The bank is asked; the answer stands here in a moment."))
    return redirect("dashboard:rates")


@require_http_methods(["GET", "HEAD", "POST"])
def rate_new(request: HttpRequest) -> HttpResponse:
    """Set a rate by hand."""
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        rate_set(**form.cleaned_data, user_id=request.user.pk or 0)
        messages.success(request, _("The rate is set: prices go by it from the next page on."))
        return redirect("dashboard:rates")
    context = {
        "title": _("Rate by hand"),
        "lead": _(
            "It is stronger than the bank's rate of that day, and holds until a later day has one."
        ),
        "form": form,
        "back_url": reverse("dashboard:rates"),
        "crumbs": [(_("Rates of currencies"), reverse("dashboard:rates"))],
    }
    status = 422 if form.is_bound else 200
    return desk_page(
        request, "b2b/desk/form.html", context, area="prices", view="rates", status=status
    )


@require_POST
def rate_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rate that was set by hand away."""
    get_object_or_404(CurrencyRate, pk=pk, source=CurrencyRate.Source.HAND)
    rate_unset(rate_id=pk)
    messages.success(request, _("Taken away: the bank's rate holds again."))
    return redirect("dashboard:rates")


@require_safe
def threshold_list(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("Thresholds of the basket's sum"),
        "note": _("the sum is of what can leave now, at usual prices, with VAT"),
        "page": board_page(THRESHOLDS, request.GET),
        "add_url": reverse("dashboard:threshold-new"),
        "add_title": _("Threshold"),
    }
    return desk_page(request, "b2b/desk/board.html", context, area="prices", view="thresholds")


@require_http_methods(["GET", "HEAD", "POST"])
def threshold_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """From which sum on a basket gets the prices of another list; without a key a new one."""
    threshold = get_object_or_404(PriceThreshold, pk=pk) if pk else PriceThreshold()
    back = reverse("dashboard:thresholds")
    return edit_page(
        request,
        ThresholdForm,
        threshold,
        title=_("Threshold of the basket's sum"),
        back_url=back,
        crumbs=[(_("Thresholds of the basket's sum"), back)],
        area="prices",
        view="thresholds",
        saved=_("Saved: baskets are priced by it from the next page on."),
    )
