"""A few documents in memory, asked as the embedded engine is."""

from collections.abc import Iterable
from typing import Any

import tantivy

from search.engines.embedded import EmbeddedEngine
from search.engines.embedded_query import Compiler
from search.engines.embedded_schema import as_json, schema
from search.fields import Document

# The least that tantivy takes.
HEAP_BYTES = 15_000_000


class InMemory(EmbeddedEngine):
    """Only to be searched: it has no generations, and goes with its last user."""

    def __init__(self, documents: Iterable[Document]) -> None:
        made = schema()
        index = tantivy.Index(made)
        writer = index.writer(HEAP_BYTES, 1)
        for document in documents:
            writer.add_json(as_json(document).decode())
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._view = index.searcher(), Compiler(made)

    def _seen(self) -> tuple[Any, Compiler]:
        return self._view
