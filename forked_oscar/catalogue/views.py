"""Fork of ``oscar.apps.catalogue``: index, sections, cards."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect

from b2b_apps.storefront import typed_cells
from b2b_apps.storefront.candidates import Source
from b2b_apps.storefront.card import card_for
from b2b_apps.storefront.category_tree import category_tree, section_branch
from b2b_apps.storefront.listing_pages import BuyerPage, ListingPage
from b2b_apps.storefront.meant import variant_url


class CatalogueView(ListingPage):
    """The sections, or all goods once something is asked of them. Oscar lists all goods."""

    template_name = "oscar/catalogue/browse.html"

    def page_context(self, **kwargs: Any) -> dict[str, Any]:
        if not self.query.is_all and not self.query.num_filters:
            return {"tree": category_tree(context=self.request.trade, with_counts=True)}
        return {"listing": self.listing(Source())}


class ProductCategoryView(ListingPage):
    """The goods of a section and below. Oscar redirects to the current slug; so do we."""

    template_name = "oscar/catalogue/category.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        branch = section_branch(section_id=int(kwargs["pk"]), context=request.trade)
        if branch is None:
            raise Http404
        *self.ancestors, section = branch
        self.section = section
        if kwargs["category_slug"] != section.slugs:
            query = request.META.get("QUERY_STRING", "")
            return redirect(f"{section.url}?{query}" if query else section.url, permanent=True)
        return super().get(request, *args, **kwargs)

    def page_context(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "section_now": self.section,
            "ancestors": self.ancestors,
            "title": self.section.name,
            "listing": self.listing(
                Source(category_path=self.section.path, category_id=self.section.id)
            ),
        }


class ProductDetailView(BuyerPage):
    """A card. Oscar shows a characteristic on a page of its own; we show its product's."""

    template_name = "oscar/catalogue/detail.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.card = card_for(
            options=request.trade_options,
            product_id=int(kwargs["pk"]),
            params=request.GET,
            typed=typed_cells.taken(request),
        )
        if self.card is None:
            raise Http404
        if request.path != self.card.url:
            return redirect(self._address(int(kwargs["pk"])), permanent=False)
        return super().get(request, *args, **kwargs)

    def _address(self, product_id: int) -> str:
        """The card's own address; a characteristic is chosen there."""
        is_variant = product_id != self.card.product.pk
        return variant_url(self.card.url, product_id) if is_variant else self.card.url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(card=self.card, **kwargs)
