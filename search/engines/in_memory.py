"""A few documents in memory, asked as the embedded engine is."""

from collections.abc import Iterable

import tantivy

from search.engines.embedded_query import Compiler
from search.engines.embedded_schema import as_json, schema
from search.engines.embedded_view import View
from search.fields import Document

# The least that tantivy takes.
HEAP_BYTES = 15_000_000


def in_memory(documents: Iterable[Document]) -> View:
    """Return what is only searched: it has no generations, and goes with its last user."""
    made = schema()
    index = tantivy.Index(made)
    writer = index.writer(HEAP_BYTES, 1)
    for document in documents:
        writer.add_json(as_json(document).decode())
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return View(index.searcher(), Compiler(made), object(), {})
