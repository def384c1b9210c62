"""Rows of a treebeard tree, appended by the hundred: paths are counted up, not asked for."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import connection as database
from django.db.models import F, Max
from treebeard.numconv import NumConv

# One writer at a time: two would count the same path up.
TREE_LOCK = 0x7EE


def tree_lock() -> None:
    """Keep other writers of the tree out until the transaction ends."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])


class Grower:
    """Gives new nodes their places. Needs the tree's lock; ``finish`` writes child counts."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.numbers = NumConv(model.alphabet)
        self._last: dict[str, int] = {}
        self._grown: Counter[str] = Counter()

    def place(self, node: Any, parent_path: str) -> None:
        """Make an unsaved ``node`` the last child of the node at ``parent_path`` ("" is a root)."""
        if parent_path not in self._last:
            self._last[parent_path] = self._last_step(parent_path)
        self._last[parent_path] += 1
        step = self.numbers.int2str(self._last[parent_path])
        node.path = parent_path + step.rjust(self.model.steplen, self.model.alphabet[0])
        node.depth = len(node.path) // self.model.steplen
        if parent_path:
            self._grown[parent_path] += 1

    def _last_step(self, parent_path: str) -> int:
        depth = len(parent_path) // self.model.steplen + 1
        siblings = self.model.objects.filter(depth=depth, path__startswith=parent_path)
        last = siblings.aggregate(last=Max("path"))["last"]
        return self.numbers.str2int(last[-self.model.steplen :]) if last else 0

    def finish(self, fresh: Mapping[str, Any]) -> None:
        """Add the new children to their parents; ``fresh`` are unsaved nodes by path."""
        for path, number in self._grown.items():
            if path in fresh:
                fresh[path].numchild = number
            else:
                self.model.objects.filter(path=path).update(numchild=F("numchild") + number)
