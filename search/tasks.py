"""Entry points of the clock."""

import logging
import time
from collections.abc import Callable

from celery import shared_task

from search.engines.base import Engine, EngineAwayError
from search.engines.choice import engine
from search.indexing.tick import index_maintain, index_refresh
from search.querylog.services import queries_tidy

logger = logging.getLogger(__name__)
SAID_EVERY = 60.0
_said_at = [-SAID_EVERY]


@shared_task(name="search.refresh", ignore_result=True)
def refresh() -> None:
    """Take up changed goods, prices and stock: every second."""
    _guarded(lambda asked: index_refresh(engine=asked))


@shared_task(name="search.maintain", ignore_result=True)
def maintain() -> None:
    """Build the index where there is none that fits: first start, lost, other slots, asked for."""
    _guarded(lambda asked: index_maintain(engine=asked))


def _guarded(work: Callable[[Engine], object]) -> None:
    """Do it; with the engine away the queue keeps what is to be done, and one line a minute says
    so.
    """
    try:
        work(engine())
    except EngineAwayError as error:
        if time.monotonic() - _said_at[0] >= SAID_EVERY:
            _said_at[0] = time.monotonic()
            logger.warning("The search engine is away, changes wait: %s", error)


@shared_task(name="search.tidy", ignore_result=True)
def tidy() -> None:
    """Delete old searches from their log: every night."""
    queries_tidy()
