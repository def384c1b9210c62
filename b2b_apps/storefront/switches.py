"""The switches of the header: under which contract, for which project, from which region."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.contracts.choice import region_choose
from b2b_apps.contracts.models import Contract
from b2b_apps.core.redirects import way_back
from b2b_apps.purchasing.selectors import num_lines_by_contract
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.contract_choice import contract_choose, project_choose
from b2b_apps.storefront.stale import FIELD, is_of_this_contract, stale_answer


@require_POST
def contract_switch(request: HttpRequest) -> HttpResponse:
    """Act under another contract of the person.

    The basket stays under its contract: on the pages of an order the person is asked whether
    its lines shall come along, unless he only looks at his baskets (``look``).
    """
    contract = contract_choose(request, request.POST.get("contract", ""))
    return redirect(after_switch(request, contract, way_back(request)))


def after_switch(request: Any, contract: Contract, target: str) -> str:
    """Return where to go from a page that ``target`` names, now that ``contract`` is chosen.

    One query on the pages of an order.
    """
    options = request.trade_options
    checkout, basket = reverse("checkout:index"), reverse("basket:summary")
    path = urlsplit(target).path
    if not path.startswith((checkout, basket)):
        return target
    if not options.may_under(contract, PLACE_ORDERS):
        text = _("Your role in %(company)s does not order: here is its catalogue.")
        messages.info(request, text % {"company": contract.counterparty.name})
        return reverse("catalogue:index")
    was = options.contract
    if contract.pk == was.pk or "look" in request.POST or not options.may_under(was, PLACE_ORDERS):
        return target
    lines = num_lines_by_contract(
        user_id=options.context.user_id, contract_ids=[was.pk, contract.pk]
    )
    # Two baskets in use are not mixed unasked: the page only says where the other lines are.
    if not lines.get(was.pk) or lines.get(contract.pk):
        return target
    return f"{reverse('basket:move', args=[was.pk])}?{urlencode({'next': target})}"


@require_POST
@buyer_required(minds_contract=False)
def project_switch(request: Any) -> HttpResponse:
    """Buy for a project of the contract, or for none: prices and basket follow at once."""
    if FIELD in request.POST and not is_of_this_contract(request):
        return stale_answer(request, page=reverse("basket:summary"))
    chosen = project_choose(request, request.POST.get("project", "")).project_id
    name = next((p.name for p in request.trade_options.projects if p.id == chosen), None)
    if name is None:
        messages.success(request, _("You buy for no project now: your usual prices hold."))
    else:
        text = _("You buy for the project “%(project)s” now: its prices hold.")
        messages.success(request, text % {"project": name})
    return redirect(way_back(request))


@require_POST
def region_switch(request: HttpRequest) -> HttpResponse:
    """Look at stock from another region."""
    options = getattr(request, "trade_options", None)
    wanted = request.POST.get("region", "")
    if options is None or wanted not in {str(region.pk) for region in options.regions}:
        raise Http404
    region_choose(
        user_id=options.context.user_id, contract_id=options.contract.pk, region_id=int(wanted)
    )
    return redirect(way_back(request))
