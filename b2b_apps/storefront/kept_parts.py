"""Parts of pages that were drawn lately, by the values that they were drawn from.

A key is everything that the part shows, so nothing has to be dropped when a name or a price
changes: the part of the new value is another one. Whoever sees the same value sees the same part,
whoever does not has no key to it. Values of the database are read for every page all the same.
"""

from collections.abc import Callable, Hashable
from sys import getsizeof

# The rows of four hundred pages: where they are more than are kept, nothing is found again.
MOST_BYTES = 24_000_000
# A key with its values, beside the text.
KEY_BYTES = 600


class KeptParts:
    """A macro whose answers are kept, at most ``most_bytes`` of them.

    Its values have to be hashable, and in each place of one type: 1 and True are one key, a safe
    text and an unsafe one too.
    """

    def __init__(self, draw: Callable[..., str], most_bytes: int = MOST_BYTES) -> None:
        self._draw = draw
        self._half = most_bytes // 2
        # What was asked lately, and what was asked before: cheaper than to note each use in order.
        self._new: dict[Hashable, str] = {}
        self._old: dict[Hashable, str] = {}
        self._bytes = 0

    def __call__(self, *values: Hashable) -> str:
        found = self._new.get(values)
        if found is None:
            found = self._old.get(values)
            if found is None:
                found = self._draw(*values)
            self._keep(values, found)
        return found

    def __len__(self) -> int:
        return len(self._new | self._old)

    def _keep(self, values: Hashable, text: str) -> None:
        """Threads may lose one another's texts here, which are drawn again then."""
        self._bytes += getsizeof(text) + KEY_BYTES
        if self._bytes > self._half:
            self._old, self._new, self._bytes = self._new, {}, 0
        self._new[values] = text
