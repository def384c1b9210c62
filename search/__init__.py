"""Search: documents, engines, queries, index. The algorithm: docs/algorithms/search.md."""
