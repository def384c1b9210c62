"""All documents of the database, in batches."""

from collections.abc import Iterator, Sequence
from datetime import date

from search.documents.maker import DocumentMaker
from search.documents.slots import Slots
from search.fields import Document
from search.indexing.rows import row_batches


def documents_made(slots: Slots, day: date | None) -> Iterator[Sequence[Document]]:
    """Yield the documents of all rows, by the batch. Seven queries a batch."""
    maker = DocumentMaker(slots, day=day)
    for ids in row_batches():
        yield maker.documents(ids)
