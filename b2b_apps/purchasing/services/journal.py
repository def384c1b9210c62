"""The journal of a shared basket: who changed what."""

from collections.abc import Iterable, Mapping
from typing import Any

from b2b_apps.purchasing.goods import article_of
from b2b_apps.purchasing.models import BasketEntry
from b2b_apps.purchasing.services.changes import TakenLine


def journal_write(
    *,
    basket: Any | None,
    person_id: int,
    lines: Iterable[Any],
    removed: Iterable[Any],
    was: Mapping[int, TakenLine],
) -> None:
    """Note lines whose quantity a person has changed, and those that he took out. One query, none
    for a basket that nobody shares.
    """
    if basket is None or not basket.is_shared:
        return
    entries = [_entry(basket, person_id, line, line.quantity, None) for line in removed]
    for line in lines:
        before = was[line.product_id].quantity if line.product_id in was else None
        if before != line.quantity and line.changed_by_id == person_id:
            entries.append(_entry(basket, person_id, line, before, line.quantity))
    BasketEntry.objects.bulk_create(entries, batch_size=2000)


def _entry(basket: Any, person_id: int, line: Any, before: Any, after: Any) -> BasketEntry:
    return BasketEntry(
        basket=basket,
        person_id=person_id,
        article=article_of(line.product)[:255],
        title=str(line.product.get_title())[:255],
        was=before,
        now=after,
    )
