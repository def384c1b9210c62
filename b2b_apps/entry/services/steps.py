"""Steps back: what was edited, removed or put into the basket, the last one first."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.entry.locks import list_locked
from b2b_apps.entry.models import EntryList, EntryRow
from b2b_apps.entry.selectors import rows_standing
from b2b_apps.entry.verdicts import JUDGED, facts_for, judge
from b2b_apps.purchasing.services import basket_take_back

MOST_STEPS = 20
# What of a row an edit may change; decimals are kept as texts.
EDITED = ("text", "article", "product_id", "how", "state", "reason", "typed", "asked", "details")
State = EntryRow.State


def step_keep(entry_list: EntryList, step: Mapping[str, Any]) -> None:
    """Keep a step; the list is saved. One query."""
    entry_list.steps = [*entry_list.steps, dict(step)][-MOST_STEPS:]
    entry_list.save(update_fields=["steps", "updated_at"])


def rows_plain(rows: Iterable[EntryRow]) -> list[dict[str, Any]]:
    """Rows as they are, to be kept in a step before they are edited."""
    return [
        {name: _plain(getattr(row, name)) for name in ("pk", *EDITED)} for row in rows
    ]  # fmt: skip


def _plain(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value


@transaction.atomic
def step_undo(*, context: TradeContext) -> Mapping[str, Any] | None:
    """Take the last step back; return it, or None if there is none.

    Locks the list, and the basket if that was written. What was put into the basket is taken out
    of it, no more than there is.
    """
    context.require(PLACE_ORDERS)
    entry_list = list_locked(context=context)
    if entry_list is None or not entry_list.steps:
        return None
    step: Mapping[str, Any] = entry_list.steps.pop()
    {"edited": _unedit, "removed": _put_back, "added": _take_back}[step["kind"]](
        entry_list, step, context
    )
    entry_list.save(update_fields=["steps", "updated_at"])
    return step


def _unedit(entry_list: EntryList, step: Mapping[str, Any], context: TradeContext) -> None:
    was = {kept["pk"]: kept for kept in step["rows"]}
    rows = list(rows_standing(entry_list).filter(pk__in=was).exclude(state=State.ADDED))
    for row in rows:
        for name in EDITED:
            setattr(row, name, was[row.pk][name])
        row.asked = Decimal(was[row.pk]["asked"]) if was[row.pk]["asked"] else None
        # Reckoned anew, if the row has a product.
        row.quantity = row.amount = row.weight = row.volume = None
    _judge_all(rows, context)


def _put_back(entry_list: EntryList, step: Mapping[str, Any], context: TradeContext) -> None:
    moment = datetime.fromisoformat(step["at"])
    EntryRow.objects.filter(entry_list=entry_list, removed_at=moment).update(removed_at=None)


def _take_back(entry_list: EntryList, step: Mapping[str, Any], context: TradeContext) -> None:
    quantities = {int(pk): Decimal(number) for pk, number in step["quantities"].items()}
    basket_take_back(context=context, quantities=quantities)
    moment = datetime.fromisoformat(step["at"])
    rows = list(EntryRow.objects.filter(entry_list=entry_list, added_at=moment))
    for row in rows:
        row.state, row.added_at = State.FOUND, None
    _judge_all(rows, context, "added_at")


def _judge_all(rows: list[EntryRow], context: TradeContext, *more: str) -> None:
    ids = {row.product_id for row in rows if row.product_id}
    facts = facts_for(context=context, product_ids=ids)
    for row in rows:
        judge(row, facts)
    fields = dict.fromkeys((*EDITED, *JUDGED, *more))
    EntryRow.objects.bulk_update(rows, list(fields), batch_size=2000)
