"""The card of a product in the open showcase: pictures, properties, description; never a price."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.static import serve

from b2b_apps.assortment.selectors import seen_products
from b2b_apps.contracts.context import context_of_guest
from b2b_apps.guests import basket
from b2b_apps.guests.showcase import goods_shown
from b2b_apps.guests.views import open_to_guests
from b2b_apps.purchasing.goods import unit_of
from b2b_apps.storefront.card import features_of
from b2b_apps.storefront.card_goods import with_parts


class Shown(NamedTuple):
    """A product as a guest sees it; a characteristic has the pictures and texts of its product
    where it has none of its own.
    """

    product: Any
    pictures: Sequence[str]
    features: Sequence[tuple[str, str]]
    description: str


def shown_to_guests(product_id: int) -> Shown | None:
    """Return a product of the showcase, or None for any other. Two queries more than
    ``goods_shown`` and ``context_of_guest``, one for a product without characteristics.
    """
    found = with_parts(goods_shown()).filter(pk=product_id).first()
    if found is None:
        return None
    whole = found
    if found.parent_id:
        parents = with_parts(seen_products(context_of_guest()))
        whole = parents.filter(pk=found.parent_id).first() or found
    return Shown(
        found,
        found.picture_names or whole.picture_names,
        features_of(found) or features_of(whole),
        found.description or whole.description,
    )


@require_safe
@open_to_guests
def guest_card(request: Any, pk: int) -> HttpResponse:
    """What there is to say of a product, and a field of how many are wanted."""
    shown = shown_to_guests(pk)
    if shown is None:
        raise Http404
    chosen = {line.product.pk: line for line in basket.chosen_in(request)}
    context = {"shown": shown, "product": shown.product, "unit": unit_of(shown.product),
               "line": chosen.get(pk), "num_chosen": len(chosen)}  # fmt: skip
    return render(request, "b2b/guests/card.html", context)


@require_safe
@open_to_guests
def guest_picture(request: Any, pk: int, number: int) -> HttpResponseBase:
    """A picture of a product of the showcase: other pictures are for who has signed in."""
    shown = shown_to_guests(pk)
    if shown is None or not 1 <= number <= len(shown.pictures):
        raise Http404
    name = shown.pictures[number - 1]
    response = serve(request, name, document_root=str(settings.MEDIA_ROOT))
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response
