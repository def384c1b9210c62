"""Work that is done while a search does something else: engines let other threads of Python run."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

T = TypeVar("T")


def beside(work: Callable[[], T]) -> Callable[[], T]:
    """Begin a piece of work, which asks no database; call what is returned for its result.

    Where no thread was free for it by then, or there is one core, it is done by who calls.
    """
    cores = os.cpu_count() or 1
    if cores < 2:
        return work
    begun = _threads(os.getpid(), cores).submit(work)

    def result() -> T:
        return work() if begun.cancel() else begun.result()

    return result


@cache
def _threads(_pid: int, number: int) -> ThreadPoolExecutor:
    """Threads of this process: a fork takes none along."""
    return ThreadPoolExecutor(number, thread_name_prefix="search-beside")
