"""How many rows have each attribute. Rows of a kind have the same attributes, some forty of them: a
row's kit stands for all of its attributes, so one number of a row is counted and not forty.
"""

from collections.abc import Mapping

import numpy as np

from search.bodies.facets import attributes_body, counts_in, kits_body
from search.engines.base import Answer, Asked, Body, Numbers
from search.keeping import kept

MOST_KNOWN = 100_000
# The attributes of kits, which never change: a kit is a number made of them.
_known: dict[int, Numbers] = {}


def coverage_of(engine: Asked, base: Body, overview: Answer) -> dict[int, int]:
    """Return how many rows of a base have each attribute. No request, but one where kits are met
    for the first time or are too many.
    """
    kits: Mapping[int, int] = counts_in(overview.aggs, "kit")
    if not overview.aggs["kit"]["sum_other_doc_count"] and _learn(engine, kits):
        return _summed(kits)
    answer = kept.answer(engine, attributes_body(base))
    return {int(pk): num for pk, num in counts_in(answer.aggs, "attrs").items()}


def _summed(kits: Mapping[int, int]) -> dict[int, int]:
    """Rows of kits, added up by attribute."""
    if not kits:
        return {}
    attributes = [_known[kit] for kit in kits]
    rows = np.repeat(np.fromiter(kits.values(), np.int64), list(map(len, attributes)))
    ids, places = np.unique(np.concatenate(attributes), return_inverse=True)
    nums = np.bincount(places, rows).astype(np.int64)
    return dict(zip(ids.tolist(), nums.tolist(), strict=True))


def _learn(engine: Asked, kits: Mapping[int, int]) -> bool:
    """Ask for the attributes of kits that were not met before; whether all are known now."""
    unknown = [kit for kit in kits if kit not in _known]
    if unknown:
        if len(_known) > MOST_KNOWN:
            _known.clear()
            unknown = list(kits)
        (answer,) = engine.search([kits_body(unknown)])
        for bucket in answer.aggs["kit"]["buckets"]:
            attributes = sorted(counts_in(bucket, "attrs"))
            _known[int(bucket["key"])] = np.array(attributes, np.int64)
    return all(kit in _known for kit in kits)
