"""What the pages of asked prices show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from b2b_apps.core.context import TradeContext
from b2b_apps.core.figures import quantity_text
from b2b_apps.core.money import round_sum
from b2b_apps.pricing.models import Project, ProjectLine
from b2b_apps.pricing.selectors import ProductPrice, prices_for
from b2b_apps.purchasing.goods import article_of
from b2b_apps.purchasing.pasted import pasted_rows
from b2b_apps.purchasing.quantities import MAX_QUANTITY
from b2b_apps.purchasing.selectors import basket_for, lines_of
from b2b_apps.storefront.shown_product import ShownProduct

Status = Project.Status


def asked_state(project: Project, *, today: date) -> tuple[str, str]:
    """How far a question is: kind of mark, words."""
    if project.status == Status.APPROVED:
        if project.valid_to and project.valid_to < today:
            return "off", _("over on %(day)s") % {"day": f"{project.valid_to:%d.%m.%Y}"}
        return "ok", _("price until %(day)s") % {"day": f"{project.valid_to:%d.%m.%Y}"}
    if project.status == Status.SIGNED and project.kind == Project.Kind.REQUEST:
        # A single price takes two signatures below our purchase price alone: not his to know.
        return "warn", _("waits for an answer")
    words = {
        Status.DRAFT: ("off", _("draft")),
        Status.ASKED: ("warn", _("waits for an answer")),
        Status.SIGNED: ("warn", _("waits for the second signature")),
        Status.DECLINED: ("bad", _("declined")),
        Status.WITHDRAWN: ("off", _("withdrawn")),
    }
    return words[Status(project.status)]


@dataclass(frozen=True, slots=True)
class AskedLine(ShownProduct):
    """A product of a question. ``price`` is what it costs today under its contract."""

    line: ProjectLine
    price: ProductPrice | None

    @property
    def product(self) -> Any:
        return self.line.product

    @property
    def unit_price(self) -> Decimal | None:
        return self.price.unit_price_at(self.line.quantity) if self.price else None

    @property
    def sum(self) -> Decimal | None:
        offered = self.line.offered
        return None if offered is None else round_sum(offered * self.line.quantity)


def asked_by(*, context: TradeContext) -> QuerySet[Project]:
    """Questions of the person's current company, the latest first, with ``num_lines``."""
    rows = Project.objects.filter(counterparty_id=context.counterparty_id)
    rows = rows.select_related("contract", "author").annotate(num_lines=Count("lines"))
    # Grouped rows lose the order of the model.
    return rows.order_by("-created_at", "-pk")


def lines_asked(*, context: TradeContext, project: Project) -> Sequence[AskedLine]:
    """Lines of a question with today's prices. Four queries.

    Prices are shown where it is the current contract that they are asked under.
    """
    rows = project.lines.select_related("product__base_unit", "product__parent__base_unit")
    lines = list(rows)
    prices: Mapping[int, ProductPrice] = {}
    if context.contract_id == project.contract_id:
        prices = prices_for(context=context, product_ids=[line.product_id for line in lines])
    return [AskedLine(line, prices.get(line.product_id)) for line in lines]


def basket_as_text(context: TradeContext) -> str:
    """The basket as rows to paste. Two queries."""
    lines = lines_of(basket_for(context))
    return "\n".join(
        f"{article_of(line.product)}\t{quantity_text(line.quantity)}" for line in lines
    )


def wished_from(text: str, *, context: TradeContext) -> tuple[dict[int, Decimal], list[str]]:
    """Quantities by product that a pasted text names, and the rows that name none."""
    wanted: dict[int, Decimal] = {}
    unknown: list[str] = []
    for row in pasted_rows(text, context=context):
        there = wanted.get(row.product_id or 0, Decimal(0))
        # Many rows of one product may come to more than can be kept.
        if row.product_id is None or row.code or there + row.quantity > MAX_QUANTITY:
            unknown.append(row.text)
        else:
            wanted[row.product_id] = there + row.quantity
    return wanted, unknown


def today() -> date:
    return timezone.localdate()
