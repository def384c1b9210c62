"""Oscar's index: Haystack looks for it in the app that is installed."""

from oscar.apps.search.search_indexes import *
