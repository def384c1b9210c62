"""What 1C changed of a shipment's goods, against what the portal did meanwhile. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from b2b_apps.fulfilment.snapshots import Goods, Snapshot


@dataclass(frozen=True, slots=True)
class Merged:
    """``edits`` are goods that 1C changed, as they are there now, None of those it took out;
    ``conflicts`` those of them that the portal had changed otherwise, as it would have them.
    """

    edits: Mapping[str, Goods | None]
    conflicts: Mapping[str, Goods | None]

    @property
    def is_nothing(self) -> bool:
        return not self.edits


def merged(*, known: Snapshot, told: Snapshot, ours: Snapshot) -> Merged:
    """Return what of ``told`` differs from what 1C was ``known`` to have, and of that what differs
    from ``ours`` though we had changed it too: docs/algorithms/amending.md, "Changed in 1C".
    """
    edits: dict[str, Goods | None] = {}
    conflicts: dict[str, Goods | None] = {}
    for key in [*told, *(key for key in known if key not in told)]:
        now, was, mine = told.get(key), known.get(key), ours.get(key)
        if _is_same(now, was) or _is_same(now, mine):
            continue
        edits[key] = now
        if not _is_same(mine, was):
            conflicts[key] = mine
    return Merged(edits, conflicts)


def is_all_same(one: Snapshot, other: Snapshot) -> bool:
    """Whether two say the same of all goods."""
    return one.keys() == other.keys() and all(_is_same(one[key], other[key]) for key in one)


def _is_same(one: Goods | None, other: Goods | None) -> bool:
    return other is None if one is None else one.is_same(other)
