"""What the search field asks beside the page of results."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from b2b_apps.core.row_ids import row_id
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.listing_query import clean_text
from b2b_apps.storefront.suggestions import suggestions_for
from search.querylog.services import opened_note


@require_safe
@buyer_required()
def suggest(request: Any) -> HttpResponse:
    """Suggestions for ``q``, as a fragment of a page."""
    text = clean_text(request.GET.get("q", ""))
    found = suggestions_for(context=request.trade, text=text)
    response = render(request, "b2b/storefront/_suggest.html", {"suggestions": found})
    response["Cache-Control"] = "private, max-age=20"
    return response


@require_POST
@buyer_required(minds_contract=False)
def opened(request: Any) -> HttpResponseBase:
    """Which result of a search was opened first. Nothing is said of searches that are not his."""
    asked = [row_id(request.POST.get(name, "")) for name in ("query", "product", "place")]
    query_id, product_id, place = asked
    if query_id is not None and product_id is not None and place is not None:
        opened_note(
            user_id=request.user.pk, query_id=query_id, product_id=product_id, place=place % 10**6
        )
    return HttpResponse(status=204)
