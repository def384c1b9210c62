"""What the first pages of a process would wait for, done before it takes a request.

No database is asked: a portal starts without one, and says so when it is asked.
"""

import contextlib
import gc

from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver

from b2b_apps.storefront.cells import templates_load
from search.bodies.text import text_stages
from search.current import EVERYTHING
from search.engines.base import EngineAwayError
from search.engines.choice import engine

PAGES = ("oscar/catalogue/browse.html", "oscar/catalogue/category.html",
         "oscar/catalogue/detail.html", "oscar/search/results.html")  # fmt: skip
# Objects made between two looks at the youngest: a page makes some twenty thousand.
YOUNGEST = 50_000


def warm() -> None:
    """Load views, templates, the dictionary and the index; then leave all that to itself."""
    get_resolver().url_patterns  # noqa: B018 - read once, it is kept
    get_resolver()._populate()
    # Static files that were not collected are told by the first page.
    with contextlib.suppress(ValueError):
        for language, _name in settings.LANGUAGES:
            templates_load(language)
    for page in PAGES:
        get_template(page)
    text_stages("труба гибкая")
    if not settings.SEARCH_URL:
        with contextlib.suppress(EngineAwayError):
            engine().search([EVERYTHING])
    collect_rarely()


def collect_rarely() -> None:
    """Leave what is loaded by now alone: it lives as long as the process.

    The collector of cycles need not walk it again and again while a page makes its thousands of
    rows, nor walk what is kept of pages and answers for each few of them: a fifth of the time of
    all pages, and of the slowest most.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNGEST, 20, 100)
