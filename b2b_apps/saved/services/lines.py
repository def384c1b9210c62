"""Lines of a list: how many, of which product; taken out and put back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.core.figures import quantity_text
from b2b_apps.entry.goods import goods_by_id
from b2b_apps.purchasing.goods import article_of, unit_of
from b2b_apps.saved.errors import ListMissingError
from b2b_apps.saved.locks import list_locked
from b2b_apps.saved.models import SavedEntry, SavedLine, SavedList
from b2b_apps.saved.selectors import lines_standing
from b2b_apps.saved.services.lists import entry

Kind = SavedEntry.Kind


@dataclass(frozen=True, slots=True)
class LineEdit:
    """What a person changes of a line; what is None stays. The quantity is in base units."""

    quantity: Decimal | None = None
    product_id: int | None = None


@transaction.atomic
def lines_edit(*, context: TradeContext, pk: int, edits: Mapping[int, LineEdit]) -> SavedList:
    """Change lines of a list by id, and note who changed what. Locks the list.

    Six queries at most, whatever the number of lines. Raises ListMissingError, for a line that is
    not of the list or a product that the person does not see too; then nothing has changed.
    """
    context.require(PLACE_ORDERS)
    found = list_locked(context=context, pk=pk)
    lines = {x.pk: x for x in lines_standing().filter(saved_list=found, pk__in=list(edits))}
    chosen = {edit.product_id for edit in edits.values() if edit.product_id is not None}
    goods = goods_by_id(context=context, product_ids=chosen)
    if edits.keys() - lines.keys() or chosen - goods.keys():
        raise ListMissingError
    entries = []
    for line_id, edit in edits.items():
        line = lines[line_id]
        if edit.product_id is not None and edit.product_id != line.product_id:
            was = line.article
            _replace(line, goods[edit.product_id])
            entries.append(entry(context, found, Kind.REPLACED, about=line.title, was=was[:200],
                                 now=line.article[:200]))  # fmt: skip
        if edit.quantity is not None and edit.quantity != line.quantity and edit.quantity > 0:
            texts = quantity_text(line.quantity), quantity_text(edit.quantity)
            line.quantity = edit.quantity
            entries.append(entry(context, found, Kind.QUANTITY, about=line.article, was=texts[0],
                                 now=texts[1]))  # fmt: skip
    if entries:
        fields = ["quantity", "product", "article", "title", "unit", "was_excl", "was_incl"]
        SavedLine.objects.bulk_update(lines.values(), fields, batch_size=1000)
        _changed(context, found, entries)
    return found


@transaction.atomic
def lines_remove(*, context: TradeContext, pk: int, line_ids: Collection[int]) -> list[int]:
    """Take lines out of a list; return those that were there. They can be put back. Locks it.

    Raises ListMissingError.
    """
    context.require(PLACE_ORDERS)
    found = list_locked(context=context, pk=pk)
    lines = list(lines_standing().filter(saved_list=found, pk__in=list(line_ids)))
    if not lines:
        raise ListMissingError
    ids = [line.pk for line in lines]
    SavedLine.objects.filter(pk__in=ids).update(removed_at=timezone.now())
    _changed(context, found, [_told(context, found, Kind.REMOVED, line) for line in lines])
    return ids


@transaction.atomic
def line_restore(*, context: TradeContext, pk: int, line_id: int) -> int:
    """Put a line back that was taken out, with all that were taken out with it; return how many.

    Locks the list. Raises ListMissingError.
    """
    context.require(PLACE_ORDERS)
    found = list_locked(context=context, pk=pk)
    gone = SavedLine.objects.filter(saved_list=found, removed_at__isnull=False)
    line = gone.filter(pk=line_id).first()
    if line is None:
        raise ListMissingError
    lines = list(gone.filter(removed_at=line.removed_at))
    gone.filter(pk__in=[line.pk for line in lines]).update(removed_at=None)
    _changed(context, found, [_told(context, found, Kind.RETURNED, line) for line in lines])
    return len(lines)


def _replace(line: SavedLine, product: Any) -> None:
    unit = unit_of(product)
    line.product, line.article = product, article_of(product)[:255]
    line.title = str(product.get_title())[:255]
    line.unit = unit.short_name[:50] if unit else ""
    line.was_excl = line.was_incl = None


def _told(context: TradeContext, found: SavedList, kind: str, line: SavedLine) -> SavedEntry:
    about = line.article or line.title
    return entry(context, found, kind, about=about, was=quantity_text(line.quantity))


def _changed(context: TradeContext, found: SavedList, entries: list[SavedEntry]) -> None:
    SavedEntry.objects.bulk_create(entries, batch_size=2000)
    found.num_lines = lines_standing().filter(saved_list=found).count()
    found.changed_at, found.changed_by_id = timezone.now(), context.user_id
    found.save(update_fields=["num_lines", "changed_at", "changed_by"])
