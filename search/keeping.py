"""What is kept as long as the index is the same: answers of the engine, and which rows meet the
conditions of price rules.

A key says generation, commit and the whole request, scope included: two persons share an answer
only if they asked the very same of the same rows. No request that is kept here has anything of a
person or a contract in it; names, prices and stock never come from here.
"""

import hashlib
import marshal
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from search.bodies.filters import ALL, only_counted
from search.engines.base import Answer, Asked, Body, Hit, Numbers

# Of all answers together, and of the bits of rows.
MOST_ANSWER_BYTES = 24_000_000
# Rows that meet a condition take a bit for each id that there is.
MOST_BYTES = 32_000_000
MOST_ROWS = 2**31
# Of so few rows it is quicker to ask than to find out for all that there are; the first time.
FEW_ROWS = 300
# So many rows of new parts are asked of by their ids in any case; of more, one in so many of all:
# of each of them it takes as long as to read so many ids.
FEW_NEW = 100
DEAR = 500
# The key of an answer, and what it costs to have it in a table.
KEY_BYTES = 250
Bits = NDArray[np.uint8]
_MASKS = np.left_shift(1, np.arange(8)).astype(np.uint8)


@runtime_checkable
class Seeing(Protocol):
    """An engine that can tell cheaply whether anything has changed."""

    def view(self) -> Hashable:
        """What searches see now: another after every commit and switch, and of every index."""


@runtime_checkable
class Telling(Protocol):
    """An engine that tells at once which of several clauses hold of a document."""

    def holding(
        self, query: Body, clauses: Sequence[Body], *, limit: int
    ) -> Sequence[Sequence[int]]:
        """Ids of the documents of which each clause holds, among the first by id that a query
        finds.
        """


@runtime_checkable
class Parted(Protocol):
    """An engine whose documents stand in parts, of which a commit changes some."""

    def parts(self) -> Mapping[str, int]:
        """What documents stand in, and how many each part was made of: a part never changes but
        for documents that are taken out.
        """

    def ids_in(self, parts: Collection[str]) -> Numbers:
        """Ids of the documents of some parts, of those that were taken out too."""


class Kept:
    """The last answers of one view of the index, the least used given up first.

    They are kept written down: read again they cost a few microseconds, as objects eight times
    the memory.
    """

    def __init__(self, most_bytes: int = MOST_ANSWER_BYTES) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._view: Hashable = None
        self._bytes = 0
        self._answers: OrderedDict[bytes, bytes] = OrderedDict()

    def answers(self, engine: Asked, bodies: Sequence[Body]) -> Sequence[Answer]:
        """Answer requests, from what is kept if the index is the same. One request for those that
        are not kept, or none.
        """
        if not isinstance(engine, Seeing):
            return engine.search(bodies)
        view = engine.view()
        keys = [_key(body) for body in bodies]
        found = self._known(view, keys)
        if missing := [place for place, answer in enumerate(found) if answer is None]:
            new = engine.search([bodies[place] for place in missing])
            for place, answer in zip(missing, new, strict=True):
                found[place] = answer
            # A commit in between would be kept under what was seen before it.
            if engine.view() == view:
                self._keep(view, {keys[p]: answer for p, answer in zip(missing, new, strict=True)})
        return [answer for answer in found if answer is not None]

    def answer(self, engine: Asked, body: Body) -> Answer:
        """Answer one request; see ``answers``."""
        return self.answers(engine, [body])[0]

    def known(self, engine: Asked, bodies: Sequence[Body]) -> Sequence[Answer] | None:
        """The answers if all are kept, else None. No request."""
        if not isinstance(engine, Seeing):
            return None
        found = [a for a in self._known(engine.view(), list(map(_key, bodies))) if a is not None]
        return found if len(found) == len(bodies) else None

    def asking(self, engine: Asked) -> "KeptAsk":
        """What asks an engine and keeps its answers."""
        return KeptAsk(self, engine)

    def forget(self) -> None:
        """Give all answers up, as a commit does."""
        with self._lock:
            self._forget(None)

    def _forget(self, view: Hashable) -> None:
        self._view, self._bytes = view, 0
        self._answers.clear()

    def _known(self, view: Hashable, keys: Sequence[bytes]) -> list[Answer | None]:
        with self._lock:
            if self._view != view:
                self._forget(view)
            found = [self._answers.get(key) for key in keys]
            for key, known in zip(keys, found, strict=True):
                if known is not None:
                    self._answers.move_to_end(key)
        return [None if known is None else _read(known) for known in found]

    def _keep(self, view: Hashable, new: dict[bytes, Answer]) -> None:
        written = {key: _written(answer) for key, answer in new.items()}
        with self._lock:
            if self._view != view:
                return
            for key, answer in written.items():
                if key not in self._answers:
                    self._answers[key] = answer
                    self._bytes += len(answer) + KEY_BYTES
            while self._bytes > self._most:
                self._bytes -= len(self._answers.popitem(last=False)[1]) + KEY_BYTES


@dataclass(frozen=True, slots=True)
class KeptAsk:
    """Asks an engine for what is not kept."""

    kept: Kept
    engine: Asked

    def __call__(self, bodies: Sequence[Body]) -> Sequence[Answer]:
        return self.kept.answers(self.engine, bodies)

    def known(self, bodies: Sequence[Body]) -> Sequence[Answer] | None:
        """The answers if all are kept, else None. No request."""
        return self.kept.known(self.engine, bodies)


def _key(body: Body) -> bytes:
    """A request in a few bytes. The same request is always put together in the same order."""
    return hashlib.blake2b(marshal.dumps(body, 2), digest_size=16).digest()


def _written(answer: Answer) -> bytes:
    hits = [(hit.id, hit.key) for hit in answer.hits]
    return marshal.dumps((answer.total, hits, answer.aggs))


def _read(text: bytes) -> Answer:
    total, hits, aggs = marshal.loads(text)  # noqa: S302 - written by this process
    return Answer(total, [Hit(pk, key) for pk, key in hits], aggs)


class Held(NamedTuple):
    """The rows that met a clause in a view of the index, which had these parts."""

    view: Hashable
    parts: Collection[str]
    bits: Bits


class KeptRows:
    """Which rows meet clauses, a bit each; the least used are given up first. After a commit only
    rows of new parts of the index are asked of, where these are few.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._held: OrderedDict[bytes, Held] = OrderedDict()
        self._asked: tuple[Hashable, set[bytes]] = None, set()
        # Of the parts that were asked for last.
        self._ids: tuple[frozenset[str], Numbers] = frozenset(), np.array([], np.int64)

    def among(
        self,
        engine: Asked,
        ids: NDArray[np.int64],
        *,
        within: Body,
        asked: Callable[[], Sequence[Body]],
    ) -> "Among":
        """Tells of which rows, all that ``within`` finds, clauses hold; ``asked`` makes those of
        which it will be asked, where that saves requests.
        """
        return Among(self, engine, ids, within, asked)

    def bits_of(self, engine: Asked, view: Hashable, clause: Body, *, num: int) -> Bits | None:
        """The rows that meet a clause; None where it is the first time that it is asked, and of so
        few rows that it is quicker to ask of these. Three requests at most, or none.
        """
        key = _key(clause)
        with self._lock:
            held = self._held.get(key)
            if held is not None:
                self._held.move_to_end(key)
                if held.view == view:
                    return held.bits
        parts = engine.parts() if isinstance(engine, Parted) else {}
        bits = self._renewed(engine, held, parts, clause) if held and parts else None
        if bits is None:
            if num <= FEW_ROWS and self._is_new(view, key):
                return None
            bits = _meeting(engine, clause)
        # A commit in between would be kept under what was seen before it.
        if isinstance(engine, Seeing) and engine.view() == view:
            self._keep(key, Held(view, frozenset(parts), bits))
        return bits

    def _renewed(
        self, engine: Asked, held: Held, parts: Mapping[str, int], clause: Body
    ) -> Bits | None:
        """The rows that meet a clause, where few are in other parts than before; else None."""
        new = frozenset(parts.keys() - held.parts)
        num_new = sum(parts[one] for one in new)
        if num_new > max(FEW_NEW, 8 * len(held.bits) // DEAR):
            return None
        known, ids = self._ids
        if known != new and isinstance(engine, Parted):
            ids = engine.ids_in(new)
            self._ids = new, ids
        asked = {"bool": {"filter": [clause, {"terms": {"id": ids.tolist()}}]}}
        meeting = engine.columns(asked, ["id"], limit=num_new)[0] if len(ids) else ids
        more = max(0, int(ids.max(initial=0)) // 8 + 2 - len(held.bits))
        bits = np.pad(held.bits, (0, more), mode="edge")
        np.bitwise_and.at(bits, ids >> 3, ~_MASKS[ids & 7])
        np.bitwise_or.at(bits, meeting >> 3, _MASKS[meeting & 7])
        return bits

    def _is_new(self, view: Hashable, key: bytes) -> bool:
        """Whether a clause was not asked of few rows before, since the last commit."""
        with self._lock:
            if self._asked[0] != view:
                self._asked = view, set()
            asked = self._asked[1]
            is_new = key not in asked
            asked.add(key)
            return is_new

    def _keep(self, key: bytes, held: Held) -> None:
        with self._lock:
            self._held[key] = held
            while sum(one.bits.nbytes for one in self._held.values()) > self._most:
                self._held.popitem(last=False)


class Among:
    """Some rows, and where each has its bit. An engine that does not tell whether anything has
    changed is asked of them each time: at once of all that it will be asked of.
    """

    def __init__(
        self,
        kept_rows: KeptRows,
        engine: Asked,
        ids: NDArray[np.int64],
        within: Body,
        asked: Callable[[], Sequence[Body]],
    ) -> None:
        self._kept, self._engine, self._ids, self._within = kept_rows, engine, ids, within
        self._view = engine.view() if isinstance(engine, Seeing) else None
        self._told = {} if self._view else self._told_at_once(asked)
        self._place = ids >> 3
        self._mask = _MASKS[ids & 7]

    def holds(self, clause: Body) -> NDArray[np.bool_]:
        """Of which of the rows a clause holds. One request, or none."""
        if not len(self._ids):
            return np.zeros(0, bool)
        if self._view is None:
            told = self._told.get(_key(clause))
            return self._asked(self._within, clause) if told is None else told
        bits = self._kept.bits_of(self._engine, self._view, clause, num=len(self._ids))
        if bits is None:
            return self._asked({"terms": {"id": self._ids.tolist()}}, clause)
        # The last byte stands for all that are beyond.
        found: NDArray[np.bool_] = bits.take(self._place, mode="clip") & self._mask != 0
        return found

    def _told_at_once(
        self, asked: Callable[[], Sequence[Body]]
    ) -> Mapping[bytes, NDArray[np.bool_]]:
        """Of which of the rows each clause holds. As many requests as ``holding`` makes."""
        if not len(self._ids) or not isinstance(self._engine, Telling):
            return {}
        by_key = {_key(clause): clause for clause in asked()}
        found = self._engine.holding(self._within, list(by_key.values()), limit=len(self._ids))
        return {
            key: np.isin(self._ids, np.array(ids, np.int64))
            for key, ids in zip(by_key, found, strict=True)
        }

    def _asked(self, rows: Body, clause: Body) -> NDArray[np.bool_]:
        asked = {"bool": {"filter": [rows, clause]}}
        found = self._engine.ids(asked, limit=len(self._ids) + 1)
        return np.isin(self._ids, np.array(found, np.int64))


def _meeting(engine: Asked, clause: Body) -> Bits:
    """The rows that meet a clause, as those that do not where these are fewer: to read the ids of
    a whole index takes longer than all else. Ids that no row has may be among them.
    """
    (answer,) = engine.search([only_counted(clause)])
    is_most = 2 * answer.total > kept.answer(engine, only_counted(ALL)).total
    asked = {"bool": {"must_not": [clause]}} if is_most else clause
    found = _as_bits(engine.columns(asked, ["id"], limit=MOST_ROWS)[0])
    return ~found if is_most else found


def _as_bits(ids: NDArray[np.int64]) -> Bits:
    """A bit for each id, and an empty byte at the end."""
    flags = np.zeros((int(ids.max()) // 8 + 2) * 8 if len(ids) else 8, bool)
    flags[ids] = True
    return np.packbits(flags, bitorder="little")


kept = Kept()
kept_rows = KeptRows()
