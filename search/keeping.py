"""Overviews of the widest searches, root and sections, kept as long as the index is the same.

A key says generation, commit and the whole request, scope included; no request that is kept here
has anything of a person in it.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Protocol, runtime_checkable

from search.engines.base import Answer, Body, Engine

MOST_KEPT = 64


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


kept = Kept()
