"""A breaker: a server that does not answer is not waited for by the next pages."""

import threading
import time

from search.engines.base import EngineAwayError

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 30.0


class Breaker:
    """Open for a second after a failure, twice as long after each further one, to half a minute.

    When the time is over one request is let through to try; the others still fail at once.
    """

    def __init__(self, server: str) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._seconds = 0.0
        self._until = 0.0

    def enter(self) -> None:
        """Raise EngineAwayError at once while the server is not to be asked."""
        with self._lock:
            if not self._seconds:
                return
            now = time.monotonic()
            if now < self._until:
                raise EngineAwayError(f"{self._server} did not answer; it will be asked again soon")
            # Nobody else tries while this request does.
            self._until = now + FIRST_SECONDS

    def succeeded(self) -> None:
        """Close: the server answers."""
        self._seconds = 0.0

    def failed(self) -> None:
        """Open, or stay open for longer."""
        with self._lock:
            self._seconds = min(max(2 * self._seconds, FIRST_SECONDS), LONGEST_SECONDS)
            self._until = time.monotonic() + self._seconds
