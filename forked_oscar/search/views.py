"""Fork of ``oscar.apps.search``: the search page."""

from typing import Any

from b2b_apps.storefront.candidates import Source
from b2b_apps.storefront.listing import Listing
from b2b_apps.storefront.listing_pages import ListingPage
from b2b_apps.storefront.reading_words import text_quoted
from b2b_apps.storefront.search_text import search_patterns
from b2b_apps.storefront.suggestions import shorter_searches
from search.querylog.services import query_note


class FacetedSearchView(ListingPage):
    """What a text finds, as the catalogue lists it. Oscar asks Haystack and shows tiles."""

    template_name = "oscar/search/results.html"

    def page_context(self, **kwargs: Any) -> dict[str, Any]:
        text = self.query.text
        patterns = search_patterns(text)
        page = {"search_query": text, "title": text_quoted(text), "patterns": patterns}
        if patterns is None:
            return page
        listing = self.listing(Source(patterns=patterns))
        page |= {"listing": listing, "noted": self._noted(listing)}
        return (
            page
            if listing.num_all
            else page | {"shorter": shorter_searches(context=self.request.trade, text=text)}
        )

    def _noted(self, listing: Listing) -> int | None:
        """Note the search in the log, once: not what is asked of its results later."""
        query = self.query
        if self.request.method != "GET" or query.page > 1 or query.num_filters or query.sort:
            return None
        return query_note(
            context=self.request.trade,
            text=query.text,
            num_found=listing.num_all,
            reading=listing.listed.reading,
            took=listing.listed.took,
            was_away=listing.listed.is_plain,
        )
