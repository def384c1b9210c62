"""A stored file that staff have imported again: what came since is newer and stays.

Names carry the moment when 1C last said something new of them (``seen_at``). What was said after
the file was first imported must not be undone by it, so such records, or the parts of an offer
that were overtaken, are left out. What the second import writes is dated like the first.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from b2b_apps.core.models import ExternalId
from b2b_apps.sync1c.commerceml import records as r
from b2b_apps.sync1c.importing.products import clean_name
from b2b_apps.sync1c.importing.run import ImportRun, shape_of

# Parts of an offer by the kind that its hash is kept under; empty, the offer is silent on them.
PARTS: dict[str, dict[str, Any]] = {
    "offer": {"name": "", "characteristics": (), "is_deleted": False},
    "prices": {"prices": None},
    "stock": {"balances": None, "quantity": None},
    "receipts": {"receipts": None},
}
# What speaks in more than one way has a hash for each (importing/run.py).
SHAPED = (r.PropertyRecord, r.PriceTypeRecord, r.WarehouseRecord, r.OrganizationRecord,
          r.RegionRecord)  # fmt: skip


def not_overtaken(run: ImportRun, kind: str, batch: Sequence[Any]) -> list[Any]:
    """Return the records of a batch without what was said anew since. One query."""
    if run.again_after is None or isinstance(batch[0], r.UnitRecord):
        return list(batch)
    kinds = PARTS if isinstance(batch[0], r.OfferRecord) else {_kind_of(kind, b) for b in batch}
    newer = _newer(run, kinds, {_name_of(record) for record in batch})
    if isinstance(batch[0], r.OfferRecord):
        return [_parts_left(record, newer) for record in batch]
    return [b for b in batch if (_kind_of(kind, b), _name_of(b)) not in newer]


def _newer(run: ImportRun, kinds: Collection[str], names: Collection[str]) -> set[tuple[str, str]]:
    rows = ExternalId.objects.filter(
        source=run.source, kind__in=list(kinds), external_id__in=list(names),
        seen_at__gt=run.again_after,
    )  # fmt: skip
    # Without a hash it is a placeholder: the object itself did not come.
    return set(rows.exclude(content_hash=b"").values_list("kind", "external_id"))


def _parts_left(record: r.OfferRecord, newer: set[tuple[str, str]]) -> r.OfferRecord:
    name = _name_of(record)
    silent: dict[str, Any] = {}
    for kind, columns in PARTS.items():
        if (kind, name) in newer:
            silent |= columns
    return replace(record, **silent) if silent else record


def _kind_of(kind: str, record: Any) -> str:
    return shape_of(kind, record) if isinstance(record, SHAPED) else kind


def _name_of(record: Any) -> str:
    if isinstance(record, r.DocumentRecord):
        return record.name_of_document
    return clean_name(record.external_id)
