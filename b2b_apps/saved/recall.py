"""What has become of lines of the past: judged as rows of fast entry are, with what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from b2b_apps.core.context import TradeContext
from b2b_apps.entry.models import EntryRow
from b2b_apps.entry.offers import near_to
from b2b_apps.entry.selectors import GOING
from b2b_apps.entry.shown import Offer, ShownRow
from b2b_apps.entry.verdicts import Facts, facts_for, judge
from b2b_apps.saved.past import PastLine

State = EntryRow.State
ZERO = Decimal(0)
ONE = Decimal(1)
# Text searches that one page makes for goods that are no more.
MOST_NEAR = 12
LOST = ("no_stock", "unavailable")


@dataclass(frozen=True)
class Recalled(ShownRow):
    """A line of the past as it stands today. ``asked`` of its row is what is wanted now."""

    past: PastLine = field(default_factory=lambda: PastLine(0, None, ZERO))

    @property
    def id(self) -> int:
        return self.past.id

    @property
    def title(self) -> str:
        return super().title or self.past.title

    @property
    def article(self) -> str:
        return super().article or self.past.article

    @property
    def unit(self) -> str:
        return super().unit or self.past.unit

    @property
    def is_lost(self) -> bool:
        """Whether it can't be had at all: other goods are looked for."""
        is_refused = self.row.state == State.REFUSED and self.row.reason in LOST
        return is_refused or self.row.state == State.UNKNOWN

    @property
    def wanted(self) -> Decimal:
        """What goes into the basket, or would."""
        return self.row.quantity or self.row.asked or ZERO

    @property
    def was(self) -> Decimal | None:
        """What a unit cost then, as the price column means it."""
        if self.past.was is None:
            return None
        return self.past.was[0 if self.facts.context.vat_mode == "on_top" else 1]

    @property
    def is_repriced(self) -> bool:
        price = self.facts.book.price(self.row.product_id or 0) if self.is_going else None
        if price is None or self.past.was is None:
            return False
        return price.unit_prices_at(self.wanted) != self.past.was

    @property
    def percent(self) -> Decimal:
        """By how many per cent the price moved, with its sign; one decimal."""
        was, now = self.was, self.unit_price
        if not was or now is None:
            return ZERO
        return ((now - was) * 100 / was).quantize(Decimal("0.1"))

    @property
    def is_dearer(self) -> bool:
        return bool(self.is_repriced and self.was is not None and (self.unit_price or 0) > self.was)

    @property
    def is_recounted(self) -> bool:
        """Whether it is counted in another unit than it was."""
        now = super().unit
        return bool(now and self.past.unit and now != self.past.unit)

    @property
    def key(self) -> str:
        """Which filter of the page it stands under."""
        if not self.is_going:
            return "lost"
        if self.row.state == State.SHORT:
            return "short"
        if self.row.state == State.FIXED or self.is_recounted:
            return "pack"
        return "price" if self.is_repriced else "same"

    @cached_property
    def offers(self) -> Sequence[Offer]:
        """What may be taken instead."""
        if not self.is_lost:
            return []
        ids = self.row.details.get("offers", ())
        own = self.past.product_id
        return [self._offer(self.facts.goods[pk]) for pk in ids
                if pk in self.facts.goods and pk != own]  # fmt: skip


def recall(
    *,
    context: TradeContext,
    past: Sequence[PastLine],
    kits: Decimal = ONE,
    asked: Mapping[int, Decimal] | None = None,
    is_shown: bool = False,
) -> Sequence[Recalled]:
    """Return what has become of lines, ``kits`` times each; ``asked`` is what is wanted instead,
    by line. With whole products, receipts and goods near to what is gone where they ``is_shown``.

    Six queries, seven where figures of stock are hidden, whatever the number of lines; to be shown
    four more, and text searches for a dozen of those that are gone.
    """
    rows = [_row(line, place, kits, asked or {}) for place, line in enumerate(past, start=1)]
    ids = {line.product_id for line in past if line.product_id}
    facts = facts_for(context=context, product_ids=ids, is_shown=is_shown)
    for row in rows:
        judge(row, facts)
    found = [Recalled(row, facts, past=line) for row, line in zip(rows, past, strict=True)]
    return _with_offers(found, context, ids) if is_shown else found


def _row(line: PastLine, place: int, kits: Decimal, asked: Mapping[int, Decimal]) -> EntryRow:
    wanted = asked.get(line.id, line.quantity * kits)
    # Never saved: it carries a verdict.
    return EntryRow(
        number=place,
        text=line.article,
        comment=line.comment,
        product_id=line.product_id,
        state=State.UNKNOWN,
        asked=wanted,
        details={},
    )


def _with_offers(
    found: Sequence[Recalled], context: TradeContext, ids: set[int]
) -> Sequence[Recalled]:
    lost = [line for line in found if line.is_lost and not line.past.is_hidden][:MOST_NEAR]
    texts = {text for line in lost if (text := line.past.title or line.past.article)}
    if not texts:
        return found
    near = near_to(context=context, texts=texts)
    for line in lost:
        line.row.details = {"offers": list(near.get(line.past.title or line.past.article, ()))}
    offered = {pk for line in lost for pk in line.row.details["offers"]} - ids
    if not offered:
        return found
    more = facts_for(context=context, product_ids=ids | offered, is_shown=True)
    return [Recalled(line.row, more, past=line.past) for line in found]


@dataclass(frozen=True, slots=True)
class Figures:
    """How many lines stand where, and what those come to that can go."""

    by_key: Mapping[str, int]
    amount: Decimal
    weight: Decimal
    volume: Decimal

    @property
    def num_lines(self) -> int:
        return sum(self.by_key.values())

    @property
    def num_lost(self) -> int:
        return self.by_key.get("lost", 0)

    @property
    def num_going(self) -> int:
        return self.num_lines - self.num_lost


def figures_of(lines: Sequence[Recalled]) -> Figures:
    """Count lines. No query."""
    by_key: dict[str, int] = {}
    for line in lines:
        by_key[line.key] = by_key.get(line.key, 0) + 1
    going = [line.row for line in lines if line.row.state in GOING]
    return Figures(
        by_key,
        sum((row.amount or ZERO for row in going), ZERO),
        sum((row.weight or ZERO for row in going), ZERO),
        sum((row.volume or ZERO for row in going), ZERO),
    )


__all__ = ["Facts", "Figures", "Recalled", "figures_of", "recall"]
