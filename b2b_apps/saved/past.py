"""A line as it was: of a template, or of an order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from b2b_apps.assortment.selectors import visible_ids
from b2b_apps.core.context import TradeContext
from b2b_apps.saved.models import SavedLine

ORDER_FIELDS = (
    "pk", "product_id", "quantity", "article", "title", "unit_name", "comment",
    "unit_price_excl_tax", "unit_price_incl_tax",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PastLine:
    """What was wanted, in base units, and what a unit cost then: ``was`` is (without VAT, with
    VAT), None where it is not known or not of this contract. Of goods that the context does not
    see (``is_hidden``) nothing but the quantity is told.
    """

    id: int
    product_id: int | None
    quantity: Decimal
    article: str = ""
    title: str = ""
    unit: str = ""
    comment: str = ""
    was: tuple[Decimal, Decimal] | None = None
    is_hidden: bool = False


def past_of_list(lines: Iterable[SavedLine], *, contract_id: int | None, context: TradeContext
                 ) -> Sequence[PastLine]:  # fmt: skip
    """Lines of a template; prices of another contract or currency are left out, and so is what
    goods are that a colleague sees under his contract and this context does not. No query where it
    sees everything, else two at most.
    """
    rows = list(lines)
    ids = {line.product_id for line in rows if line.product_id}
    hidden = ids - set(visible_ids(context, ids))
    is_same = contract_id == context.contract_id
    return [
        _hidden(line) if line.product_id in hidden else _line(line, context, is_same=is_same)
        for line in rows
    ]


def _hidden(line: SavedLine) -> PastLine:
    title = _("Not to be seen under this contract")
    return PastLine(line.pk, None, line.quantity, title=title, is_hidden=True)


def _line(line: SavedLine, context: TradeContext, *, is_same: bool) -> PastLine:
    is_known = is_same and line.currency == context.currency
    return PastLine(
        line.pk,
        line.product_id,
        line.quantity,
        line.article,
        line.title,
        line.unit,
        line.comment,
        _prices(line.was_excl, line.was_incl) if is_known else None,
    )


def past_of_order(order: Any, *, context: TradeContext) -> Sequence[PastLine]:
    """Lines of an order, one for a product: what left in several shipments is added up. One query.

    Prices of an order in another currency are left out.
    """
    is_same = order.currency == context.currency
    found: dict[Any, PastLine] = {}
    rows = order.lines.order_by("position", "pk").values_list(*ORDER_FIELDS)
    for pk, product_id, quantity, article, title, unit, comment, excl, incl in rows:
        key = product_id or f"gone-{pk}"
        was = _prices(excl, incl) if is_same else None
        line = PastLine(pk, product_id, quantity, article, title, unit, comment, was)
        found[key] = _joined(found[key], line) if key in found else line
    return list(found.values())


def _joined(first: PastLine, line: PastLine) -> PastLine:
    return replace(
        first,
        quantity=first.quantity + line.quantity,
        comment=first.comment or line.comment,
        was=first.was or line.was,
    )


def _prices(excl: Decimal | None, incl: Decimal | None) -> tuple[Decimal, Decimal] | None:
    return None if excl is None or incl is None else (excl, incl)
