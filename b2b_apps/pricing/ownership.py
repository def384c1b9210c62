"""Which price lists come from 1C, and what of them is left to the staff."""

from collections.abc import Collection
from datetime import date

from b2b_apps.core.models import ExternalId
from b2b_apps.pricing.models import PriceList

# Under this kind the exchange keeps the names of price lists.
KIND = "price_type"


def lists_of_1c(*, price_list_ids: Collection[int] | None = None) -> set[int]:
    """Return those of the lists (of all) that 1C sends. One query."""
    rows = ExternalId.objects.filter(kind=KIND)
    if price_list_ids is not None:
        rows = rows.filter(object_id__in=price_list_ids)
    return set(rows.values_list("object_id", flat=True))


def may_write(*, price_list: PriceList, is_of_1c: bool, valid_from: date | None) -> bool:
    """Whether staff may set the price: 1C knows no prices that begin on a date and leaves them.

    Prices of a project change with the project, whoever began them; those that 1C named live are
    accepted or gone.
    """
    if price_list.kind in {PriceList.Kind.PROJECT, PriceList.Kind.REFINED}:
        return False
    return valid_from is not None or not is_of_1c
