"""What tantivy keeps of a document, and documents as it takes them."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
import tantivy

from search.engines.base import Packed, Still
from search.engines.documents import BY_ATTRIBUTE, COLUMN_OF, MOST_KEPT, checked
from search.fields import FIELDS, FIGURES, Document, Kind

# Values by attribute, a column for each, in the place of ``av``: the values of ten attributes
# are counted 13 times as fast as from one column of all values.
COLUMNS = "av_columns"
# A document without its figures, as JSON.
STILL = "still"
# Goes up when the same fields are kept in another way.
FORMAT = "4"
NO_STEP = r"\."
# Three times as fast as the standard library's, on texts by the dozen.
_encode = msgspec.json.Encoder().encode


def schema() -> tantivy.Schema:
    """Return the schema; every field is one value or many. Stored is only what is left of a
    document without its figures.

    Terms come finished, so a value is a term whatever signs it has. Numbers are signed:
    a delete by term of an unsigned field does nothing.
    """
    builder = tantivy.SchemaBuilder()
    for name, kind in FIELDS.items():
        if name == BY_ATTRIBUTE:
            continue
        if kind == Kind.TERMS:
            builder.add_text_field(name, tokenizer_name="raw", index_option="freq")
        elif kind in {Kind.KEYWORD, Kind.ORDER}:
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
        else:
            builder.add_integer_field(name, indexed=kind == Kind.LONG, fast=True)
    builder.add_json_field(COLUMNS, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field(STILL, stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def without_terms(meta: Mapping[str, Any]) -> Mapping[str, Any]:
    """What tantivy notes of a new index, without terms of orders and of what is stored: its Python
    can't ask for that.
    """
    for field in meta["schema"]:
        if field["name"] == STILL or FIELDS.get(field["name"]) == Kind.ORDER:
            field["options"]["indexing"] = None
    return meta


def fingerprint() -> str:
    """Return what an index must have been made with to be read now."""
    made_with = [tantivy.__version__, FORMAT, *(f"{n}:{k}" for n, k in FIELDS.items())]
    return hashlib.sha256("\n".join(made_with).encode()).hexdigest()[:16]


def as_json(document: Document) -> bytes:
    """Return a document as tantivy reads it. Raises EngineRefusedError, ValueError, TypeError.

    Of which kind values are tantivy looks at itself; what it refuses is ``checked`` by the writer.
    """
    return _encode(_row(document))


def as_kept_json(document: Document) -> bytes:
    """Return the same with what ``still_of`` reads."""
    row = _row(document)
    figures = {name: row.pop(name) for name in list(row) if name in FIGURES}
    still = _encode(row)
    return still[:-1] + b"," + _encode({**figures, STILL: still.decode()})[1:]


def as_refigured_json(still: Still, figures: Document) -> str:
    """Return the document of what is still so and of new figures."""
    stored = _encode({**figures, STILL: still.written}).decode()
    return f"{still.written[:-1]},{stored[1:]}"


def still_of(written: str) -> Still:
    """Read what is stored of a document."""
    found = _still.decode(written)
    return Still(found.goods_hash, found.skus, written)


class _StillRead(msgspec.Struct):
    goods_hash: int = 0
    skus: list[int] = []


_still = msgspec.json.Decoder(_StillRead)


def _row(document: Document) -> dict[str, Any]:
    if not document.keys() <= FIELDS.keys() or type(document.get("id")) is not int:
        document = checked(document)
    row: dict[str, Any] = {**document}
    if BY_ATTRIBUTE in row:
        row[COLUMNS] = _columns(row.pop(BY_ATTRIBUTE))
    return row


def as_lines(documents: Iterable[Document]) -> Packed:
    """Return documents as ``write_packed`` takes them: of fields of their kinds, as ours are.

    Raises EngineRefusedError.
    """
    ids, lines = [], []
    for document in documents:
        try:
            lines.append(as_kept_json(document))
        except (ValueError, TypeError, OverflowError):
            lines.append(as_kept_json(checked(document)))
        ids.append(document["id"])
    return Packed(ids, b"\n".join(lines))


class _Written(dict[str, tuple[str, bytes]]):
    """The attribute of a value, and both as JSON has them, by ``attribute=value``."""

    def __missing__(self, value: str) -> tuple[str, bytes]:
        attribute, rest = COLUMN_OF[value]
        if len(self) >= MOST_KEPT:
            self.clear()
        found = self[value] = attribute, _encode(attribute) + b":" + _encode(rest)
        return found


_WRITTEN = _Written()


def _columns(values: Collection[str]) -> Any:
    """Values by attribute; one alone is no list, which is less to read."""
    written = dict(map(_WRITTEN.__getitem__, values))
    if len(written) == len(values):
        return msgspec.Raw(b"{" + b",".join(written.values()) + b"}")
    columns: dict[str, Any] = {}
    for attribute, value in map(COLUMN_OF.__getitem__, values):
        if attribute not in columns:
            columns[attribute] = value
        elif isinstance(columns[attribute], list):
            columns[attribute].append(value)
        else:
            columns[attribute] = [columns[attribute], value]
    return columns


def by_column(values: Iterable[str]) -> dict[str, list[str]]:
    """Values by attribute. They keep ``=``: without it a date would become a time stamp."""
    columns: dict[str, list[str]] = {}
    for value in values:
        attribute, sign, rest = value.partition("=")
        if sign:
            columns.setdefault(attribute, []).append(sign + rest)
    return columns


def column(attribute: str) -> str:
    """The path of an attribute's column."""
    return f"{COLUMNS}.{attribute.replace('.', NO_STEP)}"
