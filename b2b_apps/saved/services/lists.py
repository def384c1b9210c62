"""A list from its making to the archive."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from b2b_apps.companies.models import Consignee
from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.sheet import SheetLine
from b2b_apps.saved.errors import (
    ListFullError,
    ListMissingError,
    ListNotYoursError,
    NothingToKeepError,
)
from b2b_apps.saved.locks import list_locked
from b2b_apps.saved.models import SavedEntry, SavedLine, SavedList
from b2b_apps.saved.past import PastLine, past_of_order
from b2b_apps.saved.selectors import lines_of, list_for, may_rule

MOST_LINES = 10_000
MOST_LISTS = 1_000
Kind = SavedEntry.Kind


@dataclass(frozen=True, slots=True)
class Named:
    """What a person says of a list."""

    name: str
    site: str = ""
    consignee_id: int | None = None
    is_shared: bool = False


@transaction.atomic
def list_from_basket(*, context: TradeContext, named: Named) -> SavedList:
    """Keep the basket that the person works in as a list; the basket stays as it is.

    Ten queries, whatever its length. Raises NothingToKeepError, ListFullError, ListMissingError
    for a consignee of another company, PermissionMissingError.
    """
    context.require(PLACE_ORDERS)
    sheet = basket_sheet(context=context, basket=basket_for(context))
    lines = [_line_of(context, line) for line in sheet.lines]
    return _made(context, named, lines)


@transaction.atomic
def list_from_order(*, context: TradeContext, order: Any, named: Named) -> SavedList:
    """Keep an order of this company as a list. Five queries. Raises as ``list_from_basket``.

    ``order`` must be one that the person may see.
    """
    context.require(PLACE_ORDERS)
    if order.counterparty_id != context.counterparty_id:
        raise ListMissingError
    past = past_of_order(order, context=context)
    is_same = order.contract_id == context.contract_id
    return _made(context, named, [_line_of_past(context, line, is_same) for line in past])


@transaction.atomic
def list_copy(*, context: TradeContext, pk: int) -> SavedList:
    """Make a list of the person's own like another one. Six queries. Raises ListMissingError."""
    context.require(PLACE_ORDERS)
    found = list_for(context=context, pk=pk)
    if found is None:
        raise ListMissingError
    name = _("%(name)s, a copy") % {"name": found.name}
    named = Named(name[:120], found.site, found.consignee_id)
    # Prices of another contract are of no use to who may not buy under it.
    is_same = found.contract_id == context.contract_id
    lines = lines_of(found)
    for line in lines:
        line.pk = None
        if not is_same:
            line.was_excl = line.was_incl = None
    return _made(context, named, lines)


@transaction.atomic
def list_rename(*, context: TradeContext, pk: int, named: Named) -> SavedList:
    """Say of a list anew what it is called, where it is for and who sees it. Locks the list.

    Four queries. Raises ListMissingError, NothingToKeepError, and ListNotYoursError where who may
    not rule it would share it or keep it.
    """
    context.require(PLACE_ORDERS)
    found = list_locked(context=context, pk=pk)
    if named.is_shared != found.is_shared and not may_rule(context, found):
        raise ListNotYoursError
    was = _place(found)
    was_shared = found.is_shared
    _name(context, found, named)
    _touch(context, found)
    found.save()
    entries = []
    if _place(found) != was:
        entries.append(entry(context, found, Kind.RENAMED, was=was, now=_place(found)))
    if found.is_shared != was_shared:
        entries.append(entry(context, found, Kind.SHARED if found.is_shared else Kind.KEPT))
    SavedEntry.objects.bulk_create(entries)
    return found


@transaction.atomic
def list_archive(*, context: TradeContext, pk: int) -> SavedList:
    """Put a list away; it stays to be read. Locks it.

    Raises ListMissingError, ListNotYoursError.
    """
    return _put(context, pk, is_away=True)


@transaction.atomic
def list_restore(*, context: TradeContext, pk: int) -> SavedList:
    """Take a list out of the archive. Locks it. Raises ListMissingError, ListNotYoursError."""
    return _put(context, pk, is_away=False)


def _put(context: TradeContext, pk: int, *, is_away: bool) -> SavedList:
    context.require(PLACE_ORDERS)
    found = list_locked(context=context, pk=pk)
    if not may_rule(context, found):
        raise ListNotYoursError
    if bool(found.archived_at) != is_away:
        found.archived_at = timezone.now() if is_away else None
        found.save(update_fields=["archived_at"])
        entry(context, found, Kind.ARCHIVED if is_away else Kind.RESTORED).save()
    return found


def _made(context: TradeContext, named: Named, lines: Iterable[SavedLine]) -> SavedList:
    lines = list(lines)
    if not lines:
        raise NothingToKeepError
    own = SavedList.objects.filter(owner_id=context.user_id)
    if len(lines) > MOST_LINES or own.count() >= MOST_LISTS:
        raise ListFullError
    made = SavedList(
        counterparty_id=context.counterparty_id,
        contract_id=context.contract_id,
        owner_id=context.user_id,
        num_lines=len(lines),
    )
    _name(context, made, named)
    _touch(context, made)
    made.save()
    for place, line in enumerate(lines, start=1):
        line.saved_list, line.position = made, place
    SavedLine.objects.bulk_create(lines, batch_size=2000)
    entry(context, made, Kind.MADE, now=str(len(lines))).save()
    return made


def _name(context: TradeContext, found: SavedList, named: Named) -> None:
    name = " ".join(named.name.split())[:120]
    if not name:
        raise NothingToKeepError
    found.name, found.is_shared = name, named.is_shared
    found.site = " ".join(named.site.split())[:200]
    found.consignee = None
    if named.consignee_id is not None:
        own = Consignee.objects.filter(counterparty_id=context.counterparty_id)
        found.consignee = own.filter(pk=named.consignee_id).first()
        if found.consignee is None:
            raise ListMissingError


def _touch(context: TradeContext, found: SavedList) -> None:
    found.changed_at, found.changed_by_id = timezone.now(), context.user_id


def _place(found: SavedList) -> str:
    """Name and site, as the journal tells them."""
    where = found.site or (found.consignee.name if found.consignee else "")
    return f"{found.name} · {where}"[:200] if where else found.name


def entry(  # noqa: PLR0913 - what an entry says
    context: TradeContext, found: SavedList, kind: str, *, about: str = "", was: str = "",
    now: str = "",
) -> SavedEntry:  # fmt: skip
    """An entry of a list's journal, not written yet."""
    return SavedEntry(
        saved_list=found, person_id=context.user_id, kind=kind, about=about[:255], was=was, now=now
    )


def _line_of(context: TradeContext, line: SheetLine) -> SavedLine:
    prices = line.price.unit_prices_at(line.quantity) if line.price else (None, None)
    return SavedLine(
        product=line.product,
        article=line.article[:255],
        title=str(line.product.get_title())[:255],
        unit=(line.unit.short_name if line.unit else "")[:50],
        quantity=line.quantity,
        comment=line.comment[:255],
        currency=context.currency,
        was_excl=prices[0],
        was_incl=prices[1],
    )


def _line_of_past(context: TradeContext, line: PastLine, is_same: bool) -> SavedLine:
    was = line.was if is_same and line.was else (None, None)
    return SavedLine(
        product_id=line.product_id,
        article=line.article[:255],
        title=line.title[:255],
        unit=line.unit[:50],
        quantity=line.quantity,
        comment=line.comment[:255],
        currency=context.currency,
        was_excl=was[0],
        was_incl=was[1],
    )
