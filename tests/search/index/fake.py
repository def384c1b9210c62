"""An engine in memory: what the index does to an engine, without one."""

from collections.abc import Iterable, Sequence
from typing import Any

from search.engines.base import Answer, EngineAwayError, Hit


class FakeEngine:
    """Keeps documents as they are; ``away`` makes every call fail, ``fails_after`` a write."""

    kind = "fake"

    def __init__(self) -> None:
        self.stored: dict[str, dict[int, dict[str, Any]]] = {}
        self.pending: dict[str, dict[int, dict[str, Any] | None]] = {}
        self.alias: str | None = None
        self.away = False
        self.fails_after: int | None = None
        self.on_write = lambda generation: None

    def _asked(self) -> None:
        if self.away:
            raise EngineAwayError("no route")

    def search(self, bodies: Sequence[Any]) -> Sequence[Answer]:
        self._asked()
        if self.alias not in self.stored:
            raise EngineAwayError("no index")
        return [self._answer(body) for body in bodies]

    def _answer(self, body: Any) -> Answer:
        found = list(self.stored[self.alias].values())
        for name, limits in body["query"].get("range", {}).items():
            found = [
                d for d in found
                if d[name] > limits.get("gt", -1) and d[name] >= limits.get("gte", -1)
                and d[name] <= limits.get("lte", 2**63)
            ]  # fmt: skip
        order = next(iter(body.get("sort", [{"id": "asc"}])[0]))
        found.sort(key=lambda d: d[order])
        return Answer(len(found), [Hit(d["id"], d[order]) for d in found[: body["size"]]])

    def create(self, generation: str) -> None:
        self._asked()
        self.stored[generation], self.pending[generation] = {}, {}

    def write(self, generation: str, documents: Iterable[Any]) -> int:
        self._asked()
        found = {d["id"]: dict(d) for d in documents}
        if self.fails_after is not None:
            self.fails_after -= len(found)
            if self.fails_after < 0:
                raise EngineAwayError("gone in the middle")
        self.on_write(generation)
        self.pending[generation] |= found
        return len(found)

    def delete(self, generation: str, ids: Iterable[int]) -> None:
        self._asked()
        self.pending[generation] |= dict.fromkeys(ids)

    def commit(self, generation: str) -> None:
        self._asked()
        for pk, document in self.pending[generation].items():
            if document is None:
                self.stored[generation].pop(pk, None)
            else:
                self.stored[generation][pk] = document
        self.pending[generation] = {}

    def go_live(self, generation: str) -> None:
        self._asked()
        self.alias = generation

    def live(self) -> str | None:
        self._asked()
        return self.alias

    def generations(self) -> Sequence[str]:
        self._asked()
        return sorted(self.stored)

    def drop(self, generation: str) -> None:
        self._asked()
        self.stored.pop(generation, None)
        if self.alias == generation:
            self.alias = None

    def count(self, generation: str) -> int:
        self._asked()
        if generation not in self.stored:
            raise EngineAwayError("no index")
        return len(self.stored[generation])

    @property
    def documents(self) -> dict[int, dict[str, Any]]:
        """What searches see, by id."""
        return self.stored[self.alias]
