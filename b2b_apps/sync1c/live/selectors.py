"""Whom to ask about prices, and what the last answer means for a basket as it stands now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Exists, QuerySet
from django.utils import timezone

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.seen import SeenStock, seen_stock
from b2b_apps.purchasing.kept import KeptSheet
from b2b_apps.purchasing.sheet import Sheet, SheetLine
from b2b_apps.sync1c.models import ExchangeConnection, PriceInquiry

PRICE, SHORTAGE = "price", "shortage"


@dataclass(frozen=True, slots=True)
class LiveDifference:
    """How 1C differs in a line. ``kind``: price, shortage (``left`` is what is free in 1C, as the
    buyer may see it), or why it names no price: unknown, no_price, not_for_sale, currency.
    """

    kind: str
    line: SheetLine
    was: Decimal = Decimal(0)
    now: Decimal = Decimal(0)
    left: SeenStock | None = None

    @property
    def change(self) -> Decimal:
        """By how many per cent the price is another; one decimal, with its sign."""
        if not self.was:
            return Decimal(0)
        return ((self.now - self.was) * 100 / self.was).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class LivePrices:
    """What a basket page shows of 1C: nothing is reckoned before it is asked for.

    ``inquiry`` is the last question of this person under this contract, if its answer may still be
    accepted.
    """

    context: TradeContext
    sheet: Sheet | KeptSheet
    inquiry: PriceInquiry | None = None

    @property
    def asked_at(self) -> datetime | None:
        return self.inquiry.asked_at if self.inquiry else None

    @property
    def problem(self) -> str:
        return self.inquiry.problem if self.inquiry else ""

    @cached_property
    def num_compared(self) -> int:
        """How many lines 1C was asked about as they stand now."""
        return sum(1 for line in self.sheet.lines if self._answer(line))

    @property
    def num_new(self) -> int:
        """How many lines with a price came or changed since 1C was asked."""
        priced = sum(1 for line in self.sheet.lines if line.price)
        return max(0, priced - self.num_compared)

    @cached_property
    def differences(self) -> Sequence[LiveDifference]:
        """Line by line, as the basket goes: the price, then the stock."""
        return [found for line in self.sheet.lines for found in self._of_line(line)]

    @cached_property
    def prices(self) -> Sequence[LiveDifference]:
        """Those that can be accepted."""
        return [found for found in self.differences if found.kind == PRICE]

    @cached_property
    def change(self) -> Decimal:
        """By how much the basket is dearer with all prices of 1C; in the price column's meaning."""
        return sum(((d.now - d.was) * d.line.quantity for d in self.prices), Decimal(0))

    def _answer(self, line: SheetLine) -> dict[str, Any] | None:
        """What 1C said of a line, if it was asked about this quantity."""
        if self.inquiry is None or line.price is None:
            return None
        found: dict[str, Any] | None = self.inquiry.lines.get(str(line.product.pk))
        return found if found and Decimal(found["quantity"]) == line.quantity else None

    def _of_line(self, line: SheetLine) -> Sequence[LiveDifference]:
        said = self._answer(line)
        if said is None or line.unit_price is None:
            return []
        if said["refusal"]:
            return [LiveDifference(said["refusal"], line)]
        found = []
        now = Decimal(said["price"])
        if now != line.unit_price:
            found.append(LiveDifference(PRICE, line, line.unit_price, now))
        free = None if said["free"] is None else Decimal(said["free"])
        if free is not None and free < line.quantity <= line.free:
            left = seen_stock(self.context, free)
            found.append(
                LiveDifference(SHORTAGE, line, line.quantity, left.figure or Decimal(0), left)
            )
        return found


def live_connection_for(*, organization_id: int) -> ExchangeConnection | None:
    """Return the base that an organization's contracts live in, if it can be asked. One query.

    The same base takes its orders (``ownership``).
    """
    return _of_organization(ExchangeConnection.objects.all(), organization_id)


def _of_organization(
    connections: QuerySet[ExchangeConnection], organization_id: int
) -> ExchangeConnection | None:
    active = list(connections.filter(is_active=True).order_by("pk"))
    bound = [found for found in active if found.organization_id == organization_id]
    free = [found for found in active if found.organization_id is None]
    return next((found for found in bound or free if found.live_url), None)


def live_prices(*, context: TradeContext, sheet: Sheet | KeptSheet) -> LivePrices | None:
    """Return what to show of 1C beside a basket, None if its base can't be asked: about prices of
    a project it can't, for it is asked about the contract alone. One query, two while an answer may
    still be accepted.
    """
    if not context.may(SEE_PRICES) or context.project_id is not None:
        return None
    connection: Any = _of_organization(
        ExchangeConnection.objects.annotate(has_inquiry=Exists(_inquiries(context))),
        context.organization_id,
    )
    if connection is None:
        return None
    return LivePrices(context, sheet, inquiry_for(context) if connection.has_inquiry else None)


def inquiry_for(context: TradeContext) -> PriceInquiry | None:
    """Return the last question of the context's person under its contract, None if its answer is
    too old to be accepted. One query.
    """
    return _inquiries(context).first()


def _inquiries(context: TradeContext) -> QuerySet[PriceInquiry]:
    since = timezone.now() - timedelta(minutes=settings.LIVE_ANSWER_MINUTES)
    return PriceInquiry.objects.filter(
        user_id=context.user_id, contract_id=context.contract_id, asked_at__gte=since
    )
