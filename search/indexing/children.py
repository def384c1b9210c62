"""Documents of many rows made by processes of their own: one interpreter keeps one core busy."""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import date
from queue import SimpleQueue

from django.db import connection

from search.engines.base import Packed
from search.fields import Document
from search.indexing.child import Task, tell, told
from search.live import Slots

# A child takes a second of the processor to start and learns all values anew: 10,000 changes took
# the processors twice as long as in a worker that knows them, and no less time.
FEW_ROWS = 20_000
MOST_CHILDREN = 4
# Batches for each child: one that it makes and one that waits.
AHEAD = 2


def children_for(num_rows: int) -> int:
    """How many processes are worth while to make the documents of so many rows; 0: none.

    None inside of a transaction either, which they could not see into.
    """
    cores = os.cpu_count() or 1
    if cores < 2 or num_rows < FEW_ROWS or connection.in_atomic_block:
        return 0
    return min(cores, MOST_CHILDREN)


def packed_made(
    slots: Slots,
    day: date | None,
    pack: Callable[[Iterable[Document]], Packed],
    batches: Iterable[Sequence[int]],
    *,
    num: int,
) -> Iterator[Packed]:
    """Yield the documents of the rows among the ids, packed, by the batch, in order.

    Eight queries a batch in a child. Raises what a child raises, ChildProcessError if one dies.
    """
    task = Task({"NAME": connection.settings_dict["NAME"]}, slots, day, pack)
    with ExitStack() as stack:
        free: SimpleQueue[_Child] = SimpleQueue()
        for _n in range(num):
            free.put(stack.enter_context(_Child(task)))

        def made(ids: Sequence[int]) -> Packed:
            child = free.get()
            try:
                return child.made(ids)
            finally:
                free.put(child)

        # Left before the children are, for its threads read from them.
        asking = stack.enter_context(ThreadPoolExecutor(num, thread_name_prefix="search-rows"))
        asked: deque[Future[Packed]] = deque()
        for ids in batches:
            asked.append(asking.submit(made, ids))
            if len(asked) == AHEAD * num:
                yield asked.popleft().result()
        while asked:
            yield asked.popleft().result()


class _Child:
    """A process that makes documents till it is left."""

    def __init__(self, task: Task) -> None:
        # Not forked: what other threads of this process hold locked would stay so there.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "search.indexing.child"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )  # fmt: skip
        assert self._process.stdin and self._process.stdout  # noqa: S101, PT018 - asked for
        self._asked, self._answers = self._process.stdin, self._process.stdout
        tell(self._asked, task)

    def made(self, ids: Sequence[int]) -> Packed:
        with suppress(BrokenPipeError):
            tell(self._asked, ids)
        answer = told(self._answers)
        if isinstance(answer, Packed):
            return answer
        raise answer or ChildProcessError("a process that makes documents has died")

    def __enter__(self) -> "_Child":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._answers.close()
        with suppress(BrokenPipeError):
            self._asked.close()
