"""Fork of ``oscar.apps.search``: the search page."""

from typing import Any

from b2b_apps.storefront.candidates import Source
from b2b_apps.storefront.listing_pages import ListingPage
from b2b_apps.storefront.search_text import search_patterns


class FacetedSearchView(ListingPage):
    """What a text finds, as the catalogue lists it. Oscar asks Haystack and shows tiles."""

    template_name = "oscar/search/results.html"

    def page_context(self, **kwargs: Any) -> dict[str, Any]:
        text = self.query.text
        patterns = search_patterns(text)
        page = {"search_query": text, "title": text, "patterns": patterns}
        if patterns is None:
            return page
        return page | {"listing": self.listing(Source(patterns=patterns))}
