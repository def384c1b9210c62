"""What fast entry locks: the list, before a row of it is read. A basket is locked after it."""

from django.db import IntegrityError, transaction

from b2b_apps.core.context import TradeContext
from b2b_apps.entry.models import EntryList


def list_locked(*, context: TradeContext, may_create: bool = False) -> EntryList | None:
    """Return the person's list under the current contract, locked till the transaction ends.

    One query, two more for a new list.
    """
    lists = EntryList.objects
    key = {"user_id": context.user_id, "contract_id": context.contract_id}
    while True:
        found = lists.select_for_update(of=("self",)).filter(**key).first()
        if found is not None or not may_create:
            return found
        try:
            with transaction.atomic():
                return EntryList.objects.create(**key)
        except IntegrityError:
            continue
