"""A sheet that is to be split: with what rules of shipments say, and how near warehouses are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.apps import apps

from b2b_apps.core.context import TradeContext
from b2b_apps.fulfilment.ruling import Rulings, rulings_for
from b2b_apps.purchasing.sheet import Sheet


def sheet_ruled(
    *, context: TradeContext, sheet: Sheet, warehouses: Iterable[Any] | None = None
) -> Sheet:
    """Return the sheet with both; ``warehouses`` are those of the context, if they are read.

    One query where no rule is the buyer's, else as ``fulfilment.ruling.rulings_for`` says; one
    more for warehouses that are not given, none at all where nothing can leave.
    """
    ids = {line.product.pk for line in sheet.counted}
    if not ids:
        return sheet
    rulings = rulings_for(context=context, product_ids=ids)
    return sheet_ruled_by(sheet, rulings, warehouses=warehouses)


def sheet_ruled_by(
    sheet: Sheet, rulings: Rulings, *, warehouses: Iterable[Any] | None = None
) -> Sheet:
    """The same by rulings that are known. One query at most."""
    if warehouses is None:
        warehouses = apps.get_model("partner", "Partner").objects.filter(pk__in=sheet.warehouse_ids)
    regions = {warehouse.pk: warehouse.region_id for warehouse in warehouses}
    return replace(sheet, rulings=rulings, rings=_rings(sheet.warehouse_ids, regions))


def _rings(warehouse_ids: Sequence[int], regions: Mapping[int, int | None]) -> Mapping[int, int]:
    """How near warehouses are by their regions, the regions in the order of their first
    warehouses; each without a region is as far as one of its own.
    """
    keys = [regions.get(pk) or f"warehouse {pk}" for pk in warehouse_ids]
    places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    return {pk: places[key] for pk, key in zip(warehouse_ids, keys, strict=True)}
