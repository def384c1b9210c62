"""A template as XLSX: its lines today, with what has changed since it was kept."""

from collections.abc import Iterator, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.price_sheet import xlsx_file
from b2b_apps.saved.past import PastLine
from b2b_apps.saved.recall import Recalled, recall

BATCH = 1_000


def list_xlsx(*, context: TradeContext, name: str, past: Sequence[PastLine]) -> IO[bytes]:
    """Return the file. Seven queries per thousand lines."""
    heads = [_("Article"), _("Name"), _("Quantity"), _("Unit"), _("Price"), _("Price at that time"),
             _("Sum"), _("Outcome"), _("Why"), _("Comment")]  # fmt: skip
    if not context.may(SEE_PRICES):
        heads[4:7] = []
    return xlsx_file(title=name, heads=heads, rows=_rows(context, past))


def _rows(context: TradeContext, past: Sequence[PastLine]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(past), BATCH):
        for line in recall(context=context, past=past[start : start + BATCH]):
            yield _told(line, with_prices=context.may(SEE_PRICES))


def _told(line: Recalled, *, with_prices: bool) -> Sequence[Any]:
    prices = (line.unit_price, line.was, line.amount) if with_prices else ()
    # Products are light here: what they are called is known from the list.
    return (
        line.past.article, line.past.title, line.wanted, line.past.unit, *prices,
        line.word, line.note, line.past.comment,
    )  # fmt: skip
