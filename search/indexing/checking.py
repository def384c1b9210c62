"""Compares the index with the database, document by document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from search.documents.maker import DocumentMaker
from search.engines.base import Engine, Hit
from search.indexing.queue import changes_put
from search.indexing.rows import row_batches
from search.models import Generation

# An answer of an engine has no more hits.
BATCH = 5000
LAST = 2**62


@dataclass(slots=True)
class CheckReport:
    """How many rows there are, and which documents are missing, superfluous or differ."""

    num_rows: int = 0
    num_documents: int = 0
    missing: list[int] = field(default_factory=list)
    superfluous: list[int] = field(default_factory=list)
    differing: list[int] = field(default_factory=list)

    @property
    def wrong(self) -> list[int]:
        return [*self.missing, *self.superfluous, *self.differing]


def index_check(*, engine: Engine, generation: Generation, repairs: bool) -> CheckReport:
    """Compare the live generation with the database, in batches; ``repairs`` queues what is wrong.

    What changes while it runs, or waits in the queue, may look wrong; to make it anew once more
    does no harm. Memory does not grow with the catalogue, but with what is wrong.
    """
    report = CheckReport()
    maker = DocumentMaker(generation.layout)
    after = 0
    for ids in row_batches(BATCH):
        made = {document["id"]: document["hash"] for document in maker.documents(ids)}
        _compare(report, made, stored_hashes(engine, after, ids[-1]))
        after = ids[-1]
    _compare(report, {}, stored_hashes(engine, after, LAST))
    if repairs and report.wrong:
        changes_put(report.wrong)
    return report


def stored_hashes(engine: Engine, after: int, last: int) -> Mapping[int, int]:
    """Hashes of the documents with ids above ``after`` up to ``last``, by id."""
    found: dict[int, int] = {}
    while True:
        ids = [hit.id for hit in _asked(engine, {"gt": after, "lte": last}, "id")]
        if not ids:
            return found
        # Once more, sorted by the hash: a hit brings what it was sorted by.
        hits = _asked(engine, {"gte": ids[0], "lte": ids[-1]}, "hash")
        found |= {hit.id: int(hit.key or 0) for hit in hits}
        if len(ids) < BATCH:
            return found
        after = ids[-1]


def _asked(engine: Engine, ids: Mapping[str, int], order: str) -> Sequence[Hit]:
    body = {"query": {"range": {"id": dict(ids)}}, "sort": [{order: "asc"}], "size": BATCH}
    return engine.search([body])[0].hits


def _compare(report: CheckReport, made: Mapping[int, int], stored: Mapping[int, int]) -> None:
    report.num_rows += len(made)
    report.num_documents += len(stored)
    report.missing += sorted(made.keys() - stored.keys())
    report.superfluous += sorted(stored.keys() - made.keys())
    report.differing += sorted(pk for pk in made.keys() & stored.keys() if made[pk] != stored[pk])
