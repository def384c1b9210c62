"""CommerceML 2.03-3.1 as a stream of records; memory does not grow with the file.

What an element means is told by its name and its place, never by the file's name: namespaces
differ from client to client, and so do the roots. See docs/algorithms/exchange.md.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree
from lxml.etree import _Element

from b2b_apps.sync1c.commerceml import directories, documents, goods, parties
from b2b_apps.sync1c.commerceml.errors import (
    BadValueError,
    BrokenXmlError,
    CommerceMLError,
    DoctypeForbiddenError,
    EmptyFileError,
    NotCommerceMLError,
    TooDeepError,
    TooLargeError,
    Version1Error,
    WrongEncodingError,
)
from b2b_apps.sync1c.commerceml.fields import (
    attribute,
    local,
    text,
)
from b2b_apps.sync1c.commerceml.numbers import moment_of
from b2b_apps.sync1c.commerceml.records import BadRecord, DocumentRecord, HeaderRecord, Record

ROOTS = {"КоммерческаяИнформация", "Классификатор", "Контейнер", "Каталог", "ПакетПредложений",
         "ИзмененияПакетаПредложений", "Контрагенты", "Документ"}  # fmt: skip
MAX_DEPTH = 200
# The largest real object is an order of thousands of lines, each of some thirty elements.
MAX_ELEMENTS = 200_000
# From "<" to ">": an attribute costs some three hundred bytes of memory, twenty times its file's.
MAX_TAG_BYTES = 2 * 1024 * 1024
HEAD_BYTES = 65_536
EXCERPT = 1000
PARTS = {"Каталог", "ПакетПредложений", "ИзмененияПакетаПредложений", "Классификатор"}
ENCODING = re.compile(rb"encoding\s*=\s*[\"']([\w.-]+)")
NEEDS_NAME = {"group", "property", "product"}
# As long as a name in the table of names may be.
MAX_ID = 200

Reader = Callable[[_Element], Iterator[Record]]


def _one(make: Callable[[_Element], Record]) -> Reader:
    def records(element: _Element) -> Iterator[Record]:
        # Made when asked for, so that a bad value is met where it is reported.
        yield make(element)

    return records


_PROPERTY = ("property", _one(directories.prop))
_WAREHOUSE = ("warehouse", _one(directories.warehouse))
_COUNTERPARTY: tuple[str, Reader] = ("counterparty", parties.counterparties)
_DOCUMENT: tuple[str, Reader] = ("document", documents.document)
# Name of an element and of its parents, nearest first; "/" stands above the root.
OBJECTS: dict[tuple[str, ...], tuple[str, Reader]] = {
    ("Свойство", "Свойства", "Классификатор"): _PROPERTY,
    ("СвойствоНоменклатуры", "Свойства", "Классификатор"): _PROPERTY,
    ("ТипЦены", "ТипыЦен"): ("price_type", _one(directories.price_type)),
    ("Склад", "Склады", "Классификатор"): _WAREHOUSE,
    ("Склад", "Склады", "ПакетПредложений"): _WAREHOUSE,
    ("Склад", "Склады", "ИзмененияПакетаПредложений"): _WAREHOUSE,
    ("Склад", "Склады", "КоммерческаяИнформация"): _WAREHOUSE,
    ("ЕдиницаИзмерения", "ЕдиницыИзмерения"): ("unit", _one(directories.unit)),
    ("Организация", "Организации"): ("organization", _one(directories.organization)),
    ("Регион", "Регионы"): ("region", _one(directories.region)),
    ("Контрагент", "Контрагенты", "КоммерческаяИнформация"): _COUNTERPARTY,
    ("Контрагент", "Контрагенты", "Классификатор"): _COUNTERPARTY,
    ("Контрагент", "Контрагенты", "/"): _COUNTERPARTY,
    ("Товар", "Товары", "Каталог"): ("product", goods.product),
    ("Предложение", "Предложения"): ("offer", goods.offer),
    ("Документ", "КоммерческаяИнформация"): _DOCUMENT,
    ("Документ", "Контейнер"): _DOCUMENT,
    ("Документ", "Документы"): _DOCUMENT,
    ("Документ", "/"): _DOCUMENT,
}


def read(path: Path) -> Iterator[Record]:
    """Yield the records of a file in its order, parents of groups before their children.

    An object that can't be read is a BadRecord. Raises a CommerceMLError for a file that can't
    be read at all, or not to its end; what was yielded before stands.
    """
    with path.open("rb") as file:
        yield from _Stream(_declared_encoding(file)).records(file)


def _declared_encoding(file: BinaryIO) -> str:
    """Return the encoding that the file names; refuse one with a DOCTYPE before it is parsed."""
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if not head.strip():
        raise EmptyFileError
    if b"<!DOCTYPE" in head.replace(b"\0", b"").upper():
        raise DoctypeForbiddenError
    found = ENCODING.search(head[:200])
    return found[1].decode("ascii", "replace") if found else "UTF-8"


@dataclass
class _OpenGroup:
    """A Группа whose end has not been met yet."""

    element: _Element
    parent_id: str
    id: str = ""
    is_told: bool = False
    # Elements that were in memory when it began.
    kept: int = 0


class _TagGuard:
    """A file that refuses to be read on inside a tag (or a CDATA section) that does not end."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.length = 0
        self.line = 1

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        opened, closed = data.rfind(b"<"), data.rfind(b">")
        if opened > closed:
            self.length = len(data) - opened
        elif closed >= 0:
            self.length = 0
        elif self.length:
            self.length += len(data)
        if self.length > MAX_TAG_BYTES:
            raise TooLargeError(line=self.line)
        self.line += data.count(b"\n")
        return data


class _Stream:
    """State of one pass: the names from the root down, groups under way, the container's order."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.names: list[str] = []
        self.groups: list[_OpenGroup] = []
        self.inside = 0
        # Elements kept in memory: of the groups under way and of the object in hand.
        self.kept = self.kept_outside = 0
        self.container_number = ""

    def records(self, file: BinaryIO) -> Iterator[Record]:
        context = etree.iterparse(
            _TagGuard(file), events=("start", "end"), resolve_entities=False, no_network=True,
            load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            for event, element in context:
                if event == "start":
                    yield from self.start(element)
                else:
                    yield from self.end(element)
        except etree.XMLSyntaxError as error:
            raise _error_of(error, self.encoding, context.error_log) from error

    def start(self, element: _Element) -> Iterator[Record]:
        name = local(element)
        if not self.names:
            self.check_root(element, name)
        self.names.append(name)
        if len(self.names) > MAX_DEPTH:
            raise TooDeepError(limit=MAX_DEPTH, line=element.sourceline or 0)
        self.kept += 1
        if self.inside or self.reader_of():
            if not self.inside:
                self.kept_outside = self.kept - 1
            self.inside += 1
        elif name == "Группа" and self.parent(1) == "Группы":
            parent_id = self.groups[-1].id if self.groups else ""
            self.groups.append(_OpenGroup(element, parent_id, kept=self.kept - 1))
        elif name == "Группы" and self.groups:
            # Name and id stand before the nested groups: tell the parent before its children.
            yield from self.tell_group()
        elif name == "Контейнер":
            self.container_number = ""
        elif name in PARTS or len(self.names) == 1:
            yield _header(element, name)

    def check_root(self, element: _Element, name: str) -> None:
        info = element.getroottree().docinfo
        if info.internalDTD is not None or info.externalDTD is not None:
            raise DoctypeForbiddenError
        if name not in ROOTS:
            raise NotCommerceMLError(root=name[:80])
        if attribute(element, "ВерсияСхемы").startswith("1."):
            raise Version1Error

    def end(self, element: _Element) -> Iterator[Record]:
        name = self.names[-1]
        if self.inside == 1:
            yield from self.object(element)
        elif self.inside:
            if self.is_oversized:
                _drop(element)
        elif name == "Группа" and self.groups:
            yield from self.tell_group()
            self.kept = self.groups.pop().kept
            _drop(element)
        elif attribute(element, "Идентификатор"):
            raise Version1Error
        elif not self.groups:
            _drop(element)
        elif self.kept > MAX_ELEMENTS:
            raise TooLargeError(line=element.sourceline or 0)
        if not self.inside and not self.groups:
            self.kept = 0
        self.names.pop()
        self.inside = max(0, self.inside - 1)

    @property
    def is_oversized(self) -> bool:
        """Whether the object in hand has more elements than any real one."""
        return self.kept - self.kept_outside > MAX_ELEMENTS

    def tell_group(self) -> Iterator[Record]:
        group = self.groups[-1]
        if not group.is_told:
            group.is_told = True
            record = directories.group(group.element, group.parent_id)
            group.id = record.external_id
            yield from _checked("group", group.element, iter([record]))

    def object(self, element: _Element) -> Iterator[Record]:
        found = self.reader_of()
        if found:
            kind, reader = found
            if self.is_oversized:
                # What was read of it is gone: a part of an object must not pass for the whole.
                yield BadRecord(
                    element.sourceline or 0, kind, "", "too_many", {"limit": MAX_ELEMENTS}
                )
            elif kind == "document":
                yield from _checked(kind, element, self.documents(element))
            else:
                yield from _checked(kind, element, reader(element))
        self.kept = self.kept_outside
        _drop(element)

    def documents(self, element: _Element) -> Iterator[Record]:
        for record in documents.document(element, self.container_number):
            is_first = self.parent(1) == "Контейнер" and not self.container_number
            if is_first and isinstance(record, DocumentRecord):
                self.container_number = record.number
            yield record

    def reader_of(self) -> tuple[str, Reader] | None:
        place = tuple(reversed(self.names[-3:]))
        if len(self.names) < 3:
            place = (*place, "/")
        return OBJECTS.get(place[:2]) or OBJECTS.get(place[:3])

    def parent(self, steps: int) -> str:
        """Return the name so many steps above the current element; "/" above the root."""
        place = len(self.names) - 1 - steps
        return self.names[place] if place >= 0 else "/"


def _checked(kind: str, element: _Element, records: Iterator[Record]) -> Iterator[Record]:
    """Pass records on; report an object without id or name, or with a number that is none."""
    external_id = text(element, "Ид")
    try:
        for record in records:
            if isinstance(record, BadRecord):
                yield _with_excerpt(record, element)
            elif code := _fault_of(kind, record):
                yield _bad(kind, element, code, limit=MAX_ID)
            else:
                yield record
    except BadValueError as error:
        report = goods.bad_value(element, kind, external_id, error)
        yield _with_excerpt(report, element)


def _fault_of(kind: str, record: Record) -> str:
    """Return the code of what a record lacks to be told from others, "" if nothing."""
    external_id = getattr(record, "external_id", "")
    if len(external_id) > MAX_ID:
        return "long_id"
    if kind == "document":
        return "" if external_id or getattr(record, "number", "") else "missing_number"
    if kind != "unit" and not external_id:
        return "missing_id"
    return "missing_name" if kind in NEEDS_NAME and not _is_named(record) else ""


def _is_named(record: Record) -> bool:
    # A deleted object may come with nothing but its id.
    return bool(getattr(record, "name", "") or getattr(record, "is_deleted", False))


def _bad(kind: str, element: _Element, code: str, **params: Any) -> BadRecord:
    record = BadRecord(element.sourceline or 0, kind, text(element, "Ид"), code, params)
    return _with_excerpt(record, element)


def _with_excerpt(record: BadRecord, element: _Element) -> BadRecord:
    if record.excerpt:
        return record
    excerpt = etree.tostring(element, encoding="unicode")[:EXCERPT]
    return BadRecord(
        record.line, record.kind, record.external_id, record.code, record.params, excerpt
    )


def _header(element: _Element, name: str) -> HeaderRecord:
    partial = attribute(element, "СодержитТолькоИзменения")
    return HeaderRecord(
        line=element.sourceline or 0,
        part=name,
        external_id=attribute(element, "Ид"),
        schema_version=attribute(element, "ВерсияСхемы"),
        generated_at=moment_of(attribute(element, "ДатаФормирования")),
        is_partial=partial.lower() == "true" if partial else None,
    )


def _drop(element: _Element) -> None:
    """Free an element that was read, and the siblings before it."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _error_of(error: etree.XMLSyntaxError, declared: str, log: Any) -> CommerceMLError:
    reason, line = (error.msg or "").lower(), error.lineno or 0
    if "no element found" in reason and len(log):
        # lxml says so of &nbsp; without a DTD. The log of the error is of all files, this is ours.
        reason, line = log[0].message.lower(), log[0].line
    if "excessive depth" in reason:
        return TooDeepError(limit=MAX_DEPTH, line=line)
    if "huge" in reason or "text node" in reason or "too long" in reason:
        return TooLargeError(line=line)
    if "encoding" in reason or "not proper utf-8" in reason or "input is not proper" in reason:
        return WrongEncodingError(encoding=declared, line=line)
    if "document is empty" in reason or "no element found" in reason:
        return EmptyFileError()
    return BrokenXmlError(line=line)
