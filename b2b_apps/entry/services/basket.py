"""From the list into the basket: what can be, the rest stays with its reason."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.entry.locks import list_locked
from b2b_apps.entry.models import EntryRow
from b2b_apps.entry.selectors import GOING, rows_standing
from b2b_apps.entry.services.steps import step_keep
from b2b_apps.purchasing.services import BasketChange, TakenLine, basket_put_back

State = EntryRow.State


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a list: rows that are in the basket, rows that were refused."""

    num_rows: int
    num_refused: int
    change: BasketChange


@transaction.atomic
def list_to_basket(*, context: TradeContext) -> Added | None:
    """Put all rows that can be bought into the basket; None if there is none.

    Rows of one product are one line of the basket, their quantities added up. Refused rows stay in
    the list with the reason. Sent twice, it adds once: the first has taken the rows. Locks the
    list, then the basket; queries of ``basket_put_back`` and four, five where some are refused.
    Raises BasketFullError; then nothing has changed.
    """
    context.require(PLACE_ORDERS)
    entry_list = list_locked(context=context)
    if entry_list is None:
        return None
    rows = list(rows_standing(entry_list).filter(state__in=GOING, product__isnull=False))
    if not rows:
        return None
    change = basket_put_back(context=context, lines=_lines(rows))
    refused = {error.product_id: error.code for error in change.refused}
    moment = timezone.now()
    for row in rows:
        if code := refused.get(row.product_id or 0):
            row.state, row.reason = State.REFUSED, code
        else:
            row.state, row.added_at = State.ADDED, moment
    num_refused = sum(row.state == State.REFUSED for row in rows)
    _save(rows, has_refused=bool(num_refused))
    step_keep(
        entry_list,
        {
            "kind": "added", "at": moment.isoformat(), "n": len(rows) - num_refused,
            "quantities": {str(pk): f"{number:f}" for pk, number in change.added.items()},
        },
    )  # fmt: skip
    return Added(len(rows) - num_refused, num_refused, change)


def _lines(rows: list[EntryRow]) -> list[TakenLine]:
    quantities: dict[int, Decimal] = {}
    comments: dict[int, str] = {}
    for row in rows:
        product_id = row.product_id or 0
        quantities[product_id] = quantities.get(product_id, Decimal(0)) + (row.quantity or 0)
        comments[product_id] = comments.get(product_id) or row.comment
    return [TakenLine(pk, number, comments[pk]) for pk, number in quantities.items()]


def _save(rows: list[EntryRow], *, has_refused: bool) -> None:
    added = [row for row in rows if row.state == State.ADDED]
    if added:
        ids = [row.pk for row in added]
        EntryRow.objects.filter(pk__in=ids).update(state=State.ADDED, added_at=added[0].added_at)
    if has_refused:
        others = [row for row in rows if row.state == State.REFUSED]
        EntryRow.objects.bulk_update(others, ["state", "reason"], batch_size=2000)
