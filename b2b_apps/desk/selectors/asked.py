"""Prices that buyers ask for, as the staff see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet

from b2b_apps.contracts.context import context_under
from b2b_apps.core.money import round_sum
from b2b_apps.pricing.models import Project, ProjectLine
from b2b_apps.pricing.selectors import PriceBook, price_book

HUNDRED = Decimal(100)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A line with what the chain gives today and the purchase price below which we lose."""

    line: ProjectLine
    now: Decimal | None
    cost: Decimal | None

    @property
    def product(self) -> Any:
        return self.line.product

    @property
    def unit(self) -> Any:
        product = self.product
        return product.base_unit or (product.parent and product.parent.base_unit)

    @property
    def change(self) -> Decimal | None:
        """The offer against today's price, per cent."""
        if not self.now or self.line.offered is None:
            return None
        return ((self.line.offered - self.now) * HUNDRED / self.now).quantize(Decimal("0.1"))

    @property
    def is_below_cost(self) -> bool:
        return self.cost is not None and self.offered_or(self.cost) < self.cost

    def offered_or(self, other: Decimal) -> Decimal:
        return other if self.line.offered is None else self.line.offered

    @property
    def sum(self) -> Decimal:
        return round_sum(self.offered_or(ZERO) * self.line.quantity)

    @property
    def margin(self) -> Decimal | None:
        """What is left over the purchase price, per cent of the offer."""
        if self.cost is None or not self.line.offered:
            return None
        left = self.line.offered - self.cost
        return (left * HUNDRED / self.line.offered).quantize(Decimal("0.1"))


def asked_prices() -> QuerySet[Project]:
    """All that was sent, for a board. One query when read."""
    return Project.objects.exclude(status=Project.Status.DRAFT)


def asked_with_parties(rows: QuerySet[Project]) -> QuerySet[Project]:
    related = rows.select_related("counterparty", "contract", "first_signature")
    return related.annotate(num_lines=Count("lines"))


def offer_lines(project: Project) -> Sequence[OfferLine]:
    """Lines of a question with today's price and the purchase price. Six queries, or seven."""
    rows = project.lines.select_related("product__base_unit", "product__parent__base_unit")
    lines = list(rows)
    context = context_under(contract_id=project.contract_id)
    ids = [line.product_id for line in lines]
    # With every rule, purchase prices are loaded though no rule stops at them.
    book = price_book(context=context, product_ids=ids, with_every_rule=True)
    return [_offer_line(book, line) for line in lines]


def _offer_line(book: PriceBook, line: ProjectLine) -> OfferLine:
    price, item = book.price(line.product_id), book.loaded.goods.get(line.product_id)
    now = price.unit_price_at(line.quantity) if price else None
    return OfferLine(line, now, book.cost_of(item) if item else None)
