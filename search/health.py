"""Whether the engine answers: pages ask here before they ask it.

An engine that is away is found out once, by whoever meets it; from then on a thread of the
process asks after it, and pages go on without it at no cost until it answers.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from django.db import connection
from django.utils import timezone

from search.engines.base import EngineAwayError

logger = logging.getLogger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0


class Health:
    """What this process knows of the engine."""

    def __init__(self, probe: Callable[[], object]) -> None:
        self._probe = probe
        self._lock = threading.Lock()
        self._since: datetime | None = None

    @property
    def away_since(self) -> datetime | None:
        """Since when the engine has not answered, None if it does."""
        return self._since

    @property
    def is_away(self) -> bool:
        return self._since is not None

    def note_away(self, error: EngineAwayError) -> None:
        """Remember that the engine did not answer, and begin to ask after it."""
        with self._lock:
            if self._since is not None:
                return
            self._since = timezone.now()
        logger.warning("The search engine is away: %s", error)
        threading.Thread(target=self._ask_after, name="search-health", daemon=True).start()

    def _ask_after(self) -> None:
        pause = FIRST_PAUSE
        while True:
            time.sleep(pause)
            try:
                self._probe()
            except EngineAwayError:
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception:
                logger.exception("The search engine can't be asked")
                pause = LONGEST_PAUSE
            else:
                break
            finally:
                # That of this thread: nobody else would.
                connection.close()
        self._since = None
        logger.info("The search engine is back.")
