"""Addresses as somebody types one: asked of the service by us, so its key is on no page."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from b2b_apps.integrations.dadata.suggesting import addresses_for


@require_safe
@login_required
def address_suggest(request: Any) -> HttpResponse:
    """A list of addresses, as a part of the page; 204 where none are suggested at all."""
    found = addresses_for(text=request.GET.get("q", ""), user_id=request.user.pk)
    if found is None:
        return HttpResponse(status=204)
    return render(request, "b2b/storefront/_addresses.html", {"addresses": found})
