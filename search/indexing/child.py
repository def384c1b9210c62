"""``python -m search.indexing.child``: makes documents, in a process of its own.

It reads a task and then ids of products, batch after batch, and answers each with the documents,
packed; it ends when nobody writes to it any more. No app of Django is loaded, only its settings
and connection: that takes a quarter of the time.
"""

import gc
import os
import pickle
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import IO, Any, NamedTuple

from django.db import connection

from search.documents.maker import DocumentMaker
from search.live import Slots


class Task(NamedTuple):
    """What all batches share. ``pack`` writes documents as the engine takes them."""

    database: Mapping[str, Any]
    slots: Slots
    day: date | None
    pack: Callable[[Iterable[Any]], Any]


def main() -> None:
    """Work till the end of what is asked; an error is an answer too."""
    # Django warns of queries before its apps are loaded.
    warnings.simplefilter("ignore", RuntimeWarning)
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever prints shall not print into them.
    os.dup2(2, 1)
    task = told(sys.stdin.buffer)
    connection.settings_dict.update(task.database)
    maker = DocumentMaker(task.slots, day=task.day)
    # It lives for a minute and makes no cycles; walks through all that it keeps took a tenth.
    gc.freeze()
    gc.disable()
    while (ids := told(sys.stdin.buffer)) is not None:
        try:
            answer = task.pack(maker.made(maker.found(ids)))
        except Exception as error:  # noqa: BLE001 - raised again by who asks
            answer = error
        tell(answers, answer)


def tell(pipe: IO[bytes], what: object) -> None:
    """Write what ``told`` reads."""
    pickle.dump(what, pipe, pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def told(pipe: IO[bytes]) -> Any:
    """What was written next by our own process; None at the end."""
    try:
        return pickle.load(pipe)  # noqa: S301 - of our own process
    except EOFError:
        return None


if __name__ == "__main__":
    main()
