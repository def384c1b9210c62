"""The switches of the header: under which contract, from which region."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from b2b_apps.storefront.contract_choice import REGION_KEY, contract_choose
from b2b_apps.storefront.redirects import way_back


@require_POST
def contract_switch(request: HttpRequest) -> HttpResponse:
    """Act under another contract of the person."""
    contract_choose(request, request.POST.get("contract", ""))
    return redirect(way_back(request))


@require_POST
def region_switch(request: HttpRequest) -> HttpResponse:
    """Look at stock from another region."""
    options = getattr(request, "trade_options", None)
    wanted = request.POST.get("region", "")
    if options is None or wanted not in {str(region.pk) for region in options.regions}:
        raise Http404
    request.session[REGION_KEY] = int(wanted)
    return redirect(way_back(request))
