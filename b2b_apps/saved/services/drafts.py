"""Orders put aside at the checkout and taken up again."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.locks import OPEN, basket_locked, open_basket_locked
from b2b_apps.saved.errors import ListFullError, ListMissingError, NothingToKeepError
from b2b_apps.saved.models import OrderDraft
from b2b_apps.saved.selectors import ASIDE, drafts_of

MOST_DRAFTS = 100


@transaction.atomic
def draft_make(*, context: TradeContext, name: str, choices: Mapping[str, str]) -> OrderDraft:
    """Put the person's own basket under this contract aside, with what was filled in. The next
    basket begins empty.

    Locks the basket; five queries, whatever its length. Raises NothingToKeepError for an empty
    basket or a colleague's, ListFullError, PermissionMissingError.
    """
    context.require(PLACE_ORDERS)
    basket = open_basket_locked(context=context, may_create=False)
    if context.basket_owner_id is not None or basket is None:
        raise NothingToKeepError
    if not basket.lines.exists():
        raise NothingToKeepError
    if drafts_of(user_id=context.user_id, contract_ids=[context.contract_id]).count() > MOST_DRAFTS:
        raise ListFullError
    return _aside(basket, name, choices)


def draft_take(*, context: TradeContext, pk: int) -> tuple[dict[str, str], OrderDraft | None]:
    """Make a draft of this contract the open basket again. Return what had been filled in, and
    the draft that the basket has become which lay there, if it was not empty.

    Locks the open basket, then the draft's; eight queries at most. Where none was open to be locked
    and one is by the end, it is done anew with that one. Raises ListMissingError,
    PermissionMissingError; then nothing has changed.
    """
    context.require(PLACE_ORDERS)
    if context.basket_owner_id is not None:
        raise ListMissingError
    for _others in range(MOST_DRAFTS):
        try:
            return _taken(context, pk)
        except IntegrityError:
            continue
    raise ListMissingError


@transaction.atomic
def _taken(context: TradeContext, pk: int) -> tuple[dict[str, str], OrderDraft | None]:
    lying = open_basket_locked(context=context, may_create=False)
    draft = drafts_of(user_id=context.user_id, contract_ids=[context.contract_id]).filter(pk=pk)
    found = draft.filter(removed_at__isnull=True).first()
    if found is None:
        raise ListMissingError
    basket = basket_locked(basket_id=found.basket_id, user_id=context.user_id)
    if basket is None or basket.status != ASIDE:
        raise ListMissingError
    other = None
    if lying is not None and lying.lines.exists():
        other = _aside(lying, "", {})
    elif lying is not None:
        lying.delete()
    basket.status = OPEN
    basket.save(update_fields=["status"])
    choices: dict[str, str] = found.choices
    found.delete()
    return choices, other


@transaction.atomic
def draft_remove(*, context: TradeContext, pk: int, is_back: bool = False) -> OrderDraft:
    """Put a draft away, or take it back. Two queries. Raises ListMissingError."""
    context.require(PLACE_ORDERS)
    rows = drafts_of(user_id=context.user_id, contract_ids=[context.contract_id])
    found = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise ListMissingError
    found.removed_at = None if is_back else timezone.now()
    found.save(update_fields=["removed_at"])
    return found


def _aside(basket: Any, name: str, choices: Mapping[str, str]) -> OrderDraft:
    basket.status = ASIDE
    basket.save(update_fields=["status"])
    day = date_format(timezone.localtime(), "j E, H:i")
    name = " ".join(name.split())[:120] or _("Put aside on %(day)s") % {"day": day}
    return OrderDraft.objects.create(basket=basket, name=name, choices=dict(choices))
