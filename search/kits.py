"""How many rows have each attribute. Rows of a kind have the same attributes, some forty of them: a
row's kit stands for all of its attributes, so one number of a row is counted and not forty.
"""

from collections.abc import Mapping, Sequence

from search.bodies.facets import attributes_body, counts_in, kits_body
from search.engines.base import Answer, Asked, Body
from search.keeping import kept

MOST_KNOWN = 100_000
# The attributes of kits, which never change: a kit is a number made of them.
_known: dict[int, Sequence[int]] = {}


def coverage_of(engine: Asked, base: Body, overview: Answer) -> dict[int, int]:
    """Return how many rows of a base have each attribute. No request, but one where kits are met
    for the first time or are too many.
    """
    kits: Mapping[int, int] = counts_in(overview.aggs, "kit")
    if not overview.aggs["kit"]["sum_other_doc_count"] and _learn(engine, kits):
        found: dict[int, int] = {}
        for kit, num in kits.items():
            for attribute_id in _known[kit]:
                found[attribute_id] = found.get(attribute_id, 0) + num
        return found
    answer = kept.answer(engine, attributes_body(base))
    return {int(pk): num for pk, num in counts_in(answer.aggs, "attrs").items()}


def _learn(engine: Asked, kits: Mapping[int, int]) -> bool:
    """Ask for the attributes of kits that were not met before; whether all are known now."""
    unknown = [kit for kit in kits if kit not in _known]
    if unknown:
        if len(_known) > MOST_KNOWN:
            _known.clear()
            unknown = list(kits)
        (answer,) = engine.search([kits_body(unknown)])
        for bucket in answer.aggs["kit"]["buckets"]:
            _known[int(bucket["key"])] = sorted(counts_in(bucket, "attrs"))
    return all(kit in _known for kit in kits)
