"""What is kept as long as the index is the same: overviews of the widest searches, root and
sections, and which rows meet the conditions of price rules.

A key says generation, commit and the whole request, scope included; no request that is kept here
has anything of a person in it.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from search.engines.base import Answer, Body, Engine

MOST_KEPT = 64
# Rows that meet a condition take a bit for each id that there is.
MOST_BYTES = 32_000_000
MOST_ROWS = 2**31
# Of so few rows it is quicker to ask than to find out for all that there are; the first time.
FEW_ROWS = 300
Key = tuple[Hashable, ...]


@runtime_checkable
class Seeing(Protocol):
    """An engine that can tell cheaply whether anything has changed."""

    def view(self) -> Hashable:
        """What searches see now: another value after every commit and switch."""


class Kept:
    """The last answers, the least used given up first."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()

    def answer(self, engine: Engine, body: Body) -> Answer:
        """Answer a request, from what is kept if the index is the same. One request, or none."""
        if not isinstance(engine, Seeing):
            return engine.search([body])[0]
        key = (id(engine), engine.view(), json.dumps(body, sort_keys=True))
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
                return found
        (found,) = engine.search([body])
        # A commit in between would be kept under what was seen before it.
        if engine.view() == key[1]:
            with self._lock:
                self._answers[key] = found
                while len(self._answers) > self._most:
                    self._answers.popitem(last=False)
        return found


class KeptRows:
    """Which rows meet clauses, a bit each; the least used are given up first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._bits: OrderedDict[Key, NDArray[np.uint8]] = OrderedDict()
        self._asked: set[Key] = set()

    def holds(
        self, engine: Engine, clause: Body, ids: NDArray[np.int64], *, within: Body
    ) -> NDArray[np.bool_]:
        """Of which rows, all of ``within``, a clause holds. One request, or none.

        Of an engine that does not tell whether anything has changed only ``within`` is asked.
        """
        if not isinstance(engine, Seeing):
            return _among(engine, within, clause, ids)
        key = (id(engine), engine.view(), json.dumps(clause, sort_keys=True))
        bits = self._bits_of(key)
        if bits is None and len(ids) <= FEW_ROWS and self._is_new(key):
            return _among(engine, {"terms": {"id": ids.tolist()}}, clause, ids)
        if bits is None:
            bits = self._kept(key, engine.columns(clause, ["id"], limit=MOST_ROWS)[0])
        place = ids >> 3
        known = place < len(bits)
        found = np.zeros(len(ids), bool)
        found[known] = (bits[place[known]] >> (ids[known] & 7)) & 1
        return found

    def _is_new(self, key: Key) -> bool:
        """Whether a clause was not asked of few rows before, since the last commit."""
        with self._lock:
            if self._asked and next(iter(self._asked))[:2] != key[:2]:
                self._asked.clear()
            is_new = key not in self._asked
            self._asked.add(key)
            return is_new

    def _bits_of(self, key: Key) -> NDArray[np.uint8] | None:
        with self._lock:
            found = self._bits.get(key)
            if found is not None:
                self._bits.move_to_end(key)
            return found

    def _kept(self, key: Key, ids: NDArray[np.int64]) -> NDArray[np.uint8]:
        flags = np.zeros(int(ids.max()) + 1 if len(ids) else 0, bool)
        flags[ids] = True
        bits = np.packbits(flags, bitorder="little")
        with self._lock:
            if self._bits and next(iter(self._bits))[:2] != key[:2]:
                self._bits.clear()
            self._bits[key] = bits
            while sum(one.nbytes for one in self._bits.values()) > self._most:
                self._bits.popitem(last=False)
        return bits


def _among(engine: Engine, rows: Body, clause: Body, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    asked = {"bool": {"filter": [rows, clause]}}
    return np.isin(ids, np.array(engine.ids(asked, limit=len(ids) + 1), np.int64))


kept = Kept()
kept_rows = KeptRows()
