"""State of one import: counts, problems, and what was already looked up."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.utils import timezone

from b2b_apps.core.models import ExternalId
from b2b_apps.sync1c.models import ExchangeConnection, ExchangeFile, ExchangeProblem

COUNTS = ("read", "created", "changed", "unchanged", "failed")
MAX_PROBLEMS = 10_000
# Raised when records come to mean other rows than before: then everything counts as changed.
VERSION = 1
# The hash of a name whose object came, where the hashes of what it says are kept apart.
CAME = b"came"
LINE = re.compile(r"\bline=\d+(, )?")


class Known(NamedTuple):
    """What a source's name stands for, and the hash of what it last sent under it."""

    object_id: int
    content_hash: bytes


class Result(NamedTuple):
    """What became of an object: its row, its hash, and whether all it refers to was known."""

    object_id: int
    digest: bytes
    is_complete: bool = True


@dataclass
class Tally:
    """What one batch did; merged into the run once the batch is committed."""

    counts: dict[str, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: dict.fromkeys(COUNTS, 0))
    )
    problems: list[ExchangeProblem] = field(default_factory=list)

    def add(self, kind: str, what: str, number: int = 1) -> None:
        self.counts[kind][what] += number


@dataclass
class ImportRun:
    """One file being imported for one connection."""

    file: ExchangeFile
    connection: ExchangeConnection
    folder: Path
    started_at: datetime = field(default_factory=timezone.now)
    tally: Tally = field(default_factory=Tally)
    total: Tally = field(default_factory=Tally)
    num_problems: int = 0
    # Price lists and warehouses that the current package of offers declares.
    package: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    # Looked up once per file: price lists, warehouses, attributes …, by a name of the owner's.
    memory: dict[str, dict[Any, Any]] = field(default_factory=lambda: defaultdict(dict))

    # Files in MEDIA_ROOT that a picture no longer refers to; see picture_files.py.
    loose_pictures: set[str] = field(default_factory=set)
    # Goods that were written and have no VAT rate: what they are called, by name.
    without_vat: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.again_after is not None:
            self.started_at = self.again_after

    @property
    def again_after(self) -> datetime | None:
        """When the file was first imported, if it is now imported again; see again.py."""
        return self.file.again_after

    @property
    def seen(self) -> Path:
        """The list of goods that this file named."""
        return self.folder / ".seen" / f"{self.file.pk}.txt"

    @property
    def source(self) -> str:
        return self.connection.source

    def known(self, kind: str, external_ids: Collection[str]) -> dict[str, Known]:
        """Return what these names stand for; unknown ones are missing. One query."""
        rows = ExternalId.objects.filter(
            source=self.source, kind=kind, external_id__in=set(external_ids)
        ).values_list("external_id", "object_id", "content_hash")
        return {name: Known(pk, bytes(digest)) for name, pk, digest in rows}

    def remember(self, kind: str, names: Mapping[str, Known]) -> None:
        """Write names with their hashes, new and changed ones alike. One query."""
        rows = [
            ExternalId(
                source=self.source,
                kind=kind,
                external_id=name,
                object_id=known.object_id,
                content_hash=known.content_hash,
                seen_at=self.started_at,
            )
            for name, known in names.items()
        ]
        upsert(ExternalId, rows, ["object_id", "content_hash", "seen_at"],
               by=["source", "kind", "external_id"])  # fmt: skip

    def settle(self, kind: str, results: Mapping[str, Result], known: Mapping[str, Known]) -> None:
        """Note hashes of objects that were written, and count them.

        What refers to things that did not come yet gets another hash than the one it is compared
        by: sent again it is tried again, and if nothing is new about it nothing is written.
        """
        fresh = {}
        for name, result in results.items():
            stored = result.digest if result.is_complete else digest_of(result.digest, "half")
            old = known.get(name)
            if old == Known(result.object_id, stored):
                self.tally.add(kind, "unchanged")
                continue
            self.tally.add(kind, "changed" if old else "created")
            fresh[name] = Known(result.object_id, stored)
        if fresh:
            self.remember(kind, fresh)

    def problem(  # noqa: PLR0913 - the columns of a problem
        self,
        code: str,
        text: str,
        *,
        kind: str = "",
        record: Any = None,
        external_id: str = "",
        level: str = ExchangeProblem.Level.ERROR,
    ) -> None:
        """Note what could not be taken over as it stands."""
        self.tally.problems.append(
            ExchangeProblem(
                file=self.file,
                level=level,
                code=code,
                kind=kind,
                external_id=(external_id or getattr(record, "external_id", "") or "")[:200],
                line=getattr(record, "line", 0) or 0,
                text=text,
                excerpt=excerpt_of(record),
            )
        )

    def warn(self, code: str, text: str, **about: Any) -> None:
        self.problem(code, text, level=ExchangeProblem.Level.WARNING, **about)

    def commit(self) -> None:
        """Take the batch's counts and problems over; call once its rows are committed."""
        for kind, counts in self.tally.counts.items():
            for what, number in counts.items():
                self.total.add(kind, what, number)
        room = max(0, MAX_PROBLEMS - self.num_problems)
        ExchangeProblem.objects.bulk_create(self.tally.problems[:room])
        self.num_problems += len(self.tally.problems)
        self.tally = Tally()

    def forget(self) -> None:
        """Drop what a rolled-back batch counted and looked up."""
        self.tally = Tally()
        self.memory.clear()


def digest_of(*parts: Any) -> bytes:
    """Return the 16-byte content hash of a record without its place in the file."""
    text = LINE.sub("", repr((VERSION, *parts)))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def shape_of(kind: str, record: Any) -> str:
    """Return the kind of name under which a hash of such a record is kept: by what it says.

    Files differ in what they say of one thing; each way of saying it is compared with itself.
    """
    said = " ".join(f.name for f in fields(record) if getattr(record, f.name) is not None)
    return f"{kind}/{hashlib.blake2b(said.encode(), digest_size=4).hexdigest()}"


def excerpt_of(record: Any, size: int = 400) -> str:
    return repr(record)[:size] if record is not None else ""


def upsert(model: Any, rows: Iterable[Any], fields: list[str], by: list[str] | None = None) -> None:
    """Insert rows, or overwrite ``fields`` of those whose key is there. One query per thousand."""
    model._default_manager.bulk_create(
        list(rows),
        update_conflicts=True,
        unique_fields=by or [model._meta.pk.name],
        update_fields=fields,
        batch_size=1000,
    )
