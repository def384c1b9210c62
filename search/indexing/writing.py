"""Writes the documents of rows into a generation."""

from collections.abc import Iterable, Iterator, Sequence

from search.documents.maker import DocumentMaker
from search.engines.base import Engine, Packing
from search.fields import Document
from search.indexing.children import packed_made
from search.indexing.making import documents_made


def rows_write(
    *,
    engine: Engine,
    generation: str,
    maker: DocumentMaker,
    batches: Iterable[Sequence[int]],
    num_children: int,
) -> Iterator[Sequence[int]]:
    """Write the documents of those of the ids that are rows, without a commit; yield the ids that
    were written, by the batch. ``num_children`` processes make them, if the engine can take them.

    Raises ChildProcessError if one of these dies.
    """
    if num_children and isinstance(engine, Packing):
        for packed in packed_made(maker.slots, maker.day, engine.pack, batches, num=num_children):
            engine.write_packed(generation, packed)
            yield packed.ids
        return
    for documents in documents_made(maker, batches):
        ids: list[int] = []
        engine.write(generation, _noted(documents, ids))
        yield ids


def _noted(documents: Iterable[Document], ids: list[int]) -> Iterator[Document]:
    for document in documents:
        ids.append(document["id"])
        yield document
