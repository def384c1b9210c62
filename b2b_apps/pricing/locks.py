"""What of pricing is locked, in pk order."""

from collections.abc import Collection

from b2b_apps.pricing.models import PriceList


def price_lists_lock(*, price_list_ids: Collection[int]) -> None:
    """Lock price lists until the transaction ends: who writes prices of a list has its lock.

    One order for all writers, so two of them queue up and cannot deadlock. Readers, and writers
    of rows that refer to the list, do not wait. One query.
    """
    rows = PriceList.objects.select_for_update(no_key=True).filter(pk__in=price_list_ids)
    list(rows.order_by("pk").values_list("pk", flat=True))
