"""What is locked: the list, before a line of it is read. A basket is locked after it."""

from b2b_apps.core.context import TradeContext
from b2b_apps.saved.errors import ListMissingError
from b2b_apps.saved.models import SavedList
from b2b_apps.saved.selectors import lists_for


def list_locked(*, context: TradeContext, pk: int) -> SavedList:
    """Return a list that the person may see, locked till the transaction ends. One query.

    Raises ListMissingError.
    """
    found = lists_for(context).select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise ListMissingError
    return found
