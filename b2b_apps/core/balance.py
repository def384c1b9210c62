"""How much each process of the web server has in hand, seen by all of them.

The kernel gives a new connection to any of them, and a browser keeps it for minutes: all eight
buyers of a quiet morning may sit on one of two processes, and wait for one another while a
processor idles. So a process that has more in hand than another asks after an answer to be
connected to anew.
"""

import fcntl
import mmap
import os
from contextlib import suppress
from pathlib import Path

PROCESSES = 64
WIDTH = 8
UNUSED = 0


class Balance:
    """Requests in hand by process, in a file that the children of one server share.

    Each number is written by its own process alone. Not for several threads.
    """

    def __init__(self, folder: Path, server: int) -> None:
        """``server`` is the process whose children share."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _forget_the_gone(folder)
        # Open as long as the process: its lock says that the place is taken.
        self._file = os.open(folder / str(server), os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._file, PROCESSES * WIDTH)
        memory = mmap.mmap(self._file, PROCESSES * WIDTH)
        # One more than is in hand, UNUSED where no process is.
        self._numbers = memoryview(memory).cast("q")
        self._mine = self._place()
        self._numbers[self._mine] = 1

    def took(self) -> None:
        """A request has come."""
        self._numbers[self._mine] += 1

    def gave(self) -> None:
        """It is answered."""
        self._numbers[self._mine] -= 1

    @property
    def has_more(self) -> bool:
        """Whether another process would have no more in hand than this one, if it had one of its
        requests.
        """
        least = min(number for number in self._numbers if number != UNUSED)
        return self._numbers[self._mine] > least + 1

    def _place(self) -> int:
        for place in range(PROCESSES):
            with suppress(BlockingIOError):
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, WIDTH, place * WIDTH)
                return place
        raise RuntimeError(f"more than {PROCESSES} processes of one server")


def _forget_the_gone(folder: Path) -> None:
    """Delete what servers left that have ended."""
    for path in folder.iterdir():
        if path.name.isdigit() and not Path("/proc", path.name).exists():
            path.unlink(missing_ok=True)
