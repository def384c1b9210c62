"""What the pages of kept lists show: a page of lines with what changed, figures of all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import TradeContext
from b2b_apps.entry.sheet import Chip
from b2b_apps.saved.models import SavedList
from b2b_apps.saved.past import PastLine, past_of_list
from b2b_apps.saved.recall import Figures, Recalled, figures_of, recall
from b2b_apps.saved.selectors import lines_standing

PAGE = 100
MOST_KITS = 9_999
# Of so many lines at most the list of lists counts sums at once; of longer ones each by itself.
MOST_COUNTED = 2_000
KEYS = ("price", "pack", "short", "lost")


@dataclass(frozen=True)
class RecallView:
    """A page of lines of the past. ``figures`` are of all lines, ``rows`` of this page;
    ``kits_error`` says that what was typed is no number of kits.
    """

    context: TradeContext
    figures: Figures
    rows: Sequence[Recalled]
    page: Page[Any]
    kits: int = 1
    only: str = ""
    kits_error: str = ""

    @property
    def may_see_prices(self) -> bool:
        return self.context.may(SEE_PRICES)

    @property
    def currency(self) -> str:
        return self.context.currency

    @cached_property
    def chips(self) -> Sequence[Chip]:
        by = self.figures.by_key
        named = [
            ("", _("All"), self.figures.num_lines),
            ("price", _("Another price"), by.get("price", 0)),
            ("pack", _("Another quantity"), by.get("pack", 0)),
            ("short", _("Too few"), by.get("short", 0)),
            ("lost", _("Can’t go"), by.get("lost", 0)),
        ]
        return [
            Chip(key, label, num, is_current=key == self.only)
            for key, label, num in named
            if num or key in {"", self.only}
        ]


def recall_view(
    *, context: TradeContext, past: Sequence[PastLine], query: Mapping[str, str]
) -> RecallView:
    """Return the page that a query string asks for. Some twenty queries, whatever the length, and
    text searches for a dozen of those that are gone.
    """
    typed = query.get("kits", "")
    kits = kits_in(typed) or 1
    error = "" if kits_in(typed) else kits_error(typed)
    only = query.get("only", "") if query.get("only") in KEYS else ""
    every = recall(context=context, past=past, kits=Decimal(kits))
    ids = [line.id for line in every if not only or line.key == only]
    page = Paginator(ids, PAGE).get_page(query.get("page"))
    of_page = set(page)
    rows = recall(
        context=context,
        past=[line for line in past if line.id in of_page],
        kits=Decimal(kits),
        is_shown=True,
    )
    places = {line.id: place for place, line in enumerate(past, start=1)}
    for row in rows:
        row.row.number = places[row.id]
    return RecallView(context, figures_of(every), rows, page, kits, only, error)


def kits_in(text: str) -> int | None:
    """How many times a list is wanted: once if nothing is said, None for what is no such number."""
    text = text.strip() or "1"
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_KITS))
    return (int(text) or None) if is_number else None


def kits_error(text: str) -> str:
    """Say that a list can't be wanted so many times."""
    return _("“%(typed)s” is no number of kits: a whole number from 1 to 9,999.") % {
        "typed": text[:32]
    }


def sums_of(
    *, context: TradeContext, lists: Sequence[SavedList], most: int = MOST_COUNTED
) -> Mapping[int, Figures]:
    """Return what lists come to today, the shortest first, as long as they have no more than
    ``most`` lines together. Seven queries, whatever their number; none for who sees no prices.
    """
    chosen, num = [], 0
    for found in sorted(lists, key=lambda found: found.num_lines):
        num += found.num_lines
        if num <= most:
            chosen.append(found)
    if not chosen or not context.may(SEE_PRICES):
        return {}
    lines = list(lines_standing().filter(saved_list__in=chosen).order_by("position"))
    past = past_of_list(lines, contract_id=None, context=context)
    of_list: dict[int, list[Recalled]] = {found.pk: [] for found in chosen}
    for line, recalled in zip(lines, recall(context=context, past=past), strict=True):
        of_list[line.saved_list_id].append(recalled)
    return {pk: figures_of(rows) for pk, rows in of_list.items()}
