"""What Elasticsearch and OpenSearch keep of a document: mappings and settings of an index."""

from typing import Any

from elasticsearch_dsl import Index, Keyword, Long, Mapping, Text

from search.engines.language import DEEPEST, MOST_VALUES
from search.fields import FIELDS, Kind

BM25: dict[str, Any] = {"type": "BM25", "k1": 1.2, "b": 0.75}


def index_of(name: str, *, is_lucene_bm25: bool) -> Index:
    """Return an index to create.

    ``is_lucene_bm25``: the server's BM25 leaves out the factor k1 + 1, as OpenSearch does from 3
    on, and keeps the older one by another name. Weights are set beside scores, so it matters.
    """
    index = Index(name)
    index.settings(
        number_of_shards=1,
        auto_expand_replicas="0-1",
        # What was written is seen after a commit, and costs nothing before.
        refresh_interval="-1",
        max_result_window=DEEPEST,
        max_terms_count=MOST_VALUES,
        similarity={"terms": {**BM25, "type": "LegacyBM25"} if is_lucene_bm25 else BM25},
    )
    index.mapping(_mapping())
    return index


def _mapping() -> Mapping:
    """Nothing typed into a document makes a field; documents are never read back."""
    mapping = Mapping()
    mapping.meta("dynamic", "strict")
    mapping.meta("_source", enabled=False)
    for name, kind in FIELDS.items():
        mapping.field(name, _field(kind))
    return mapping


def _field(kind: Kind) -> Any:
    if kind == Kind.TERMS:
        # Terms come finished: each value is one, whatever signs it has. A field of keywords
        # would do, but OpenSearch 3 does not score those.
        return Text(analyzer="keyword", index_options="freqs", similarity="terms")
    if kind == Kind.KEYWORD:
        return Keyword(similarity="boolean")
    if kind == Kind.ORDER:
        return Keyword(index=False)
    return Long(index=kind != Kind.COUNTED)
