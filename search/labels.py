"""Which labels rows wear."""

from collections.abc import Mapping, Sequence

from b2b_apps.core.context import TradeContext, WornLabel
from search.bodies.scope import label_clauses
from search.live import LiveIndex


def labels_worn(
    *, context: TradeContext, index: LiveIndex, row_ids: Sequence[int]
) -> Mapping[int, Sequence[WornLabel]]:
    """Return the labels of those of the rows that wear any, in the order of the labels.

    No query; one request, none where there are no labels. Raises EngineAwayError.
    """
    if not context.labels or not row_ids:
        return {}
    asked = {"terms": {"id": list(row_ids)}}
    answers = index.engine.search(
        [
            {"query": {"bool": {"filter": [asked, clause]}}, "size": len(row_ids)}
            for clause in label_clauses(context).values()
        ]
    )
    found: dict[int, list[WornLabel]] = {}
    for label, answer in zip(context.labels, answers, strict=True):
        for hit in answer.hits:
            found.setdefault(hit.id, []).append(label)
    return found
