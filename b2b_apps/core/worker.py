"""The worker of a portal without a broker: PostgreSQL wakes it up, a clock runs the rest.

The outbox and the queued imports are rows, so a queue beside them would only carry the word
"look". ``NOTIFY`` carries it; what it loses, the sweep finds. Any number of workers may run.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from celery import current_app
from celery.schedules import maybe_schedule
from django.conf import settings
from django.db import close_old_connections, connection

from b2b_apps.core.outbox import WAKE_CHANNEL, outbox_deliver
from b2b_apps.core.queues import QUICK, SLOW

logger = logging.getLogger(__name__)
DELIVERERS = {QUICK: 2, SLOW: 2}
SWEEP_SECONDS = 5.0
LONGEST_NAP = 60.0
PAUSE_AFTER_ERROR = 2.0
LOCK_CLASS = 0xC10C
# A start counts as a day of absence: what was due at night is done now. Tasks are idempotent.
ABSENCE = timedelta(days=1)


class Worker:
    """Threads that deliver the outbox and one thread per entry of the clock.

    An entry never runs twice at once, neither here nor in another worker, and a long one
    delays no other. ``run`` returns when ``stopping`` is set; what does not finish in time is
    taken up after its lease.
    """

    def __init__(self, schedule: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.schedule = settings.CELERY_BEAT_SCHEDULE if schedule is None else schedule
        self.stopping = threading.Event()
        self.nudges = [
            (queue, threading.Event())
            for queue, number in DELIVERERS.items()
            for _ in range(number)
        ]

    def run(self, *, patience: float = 10.0) -> bool:
        """Work until ``stopping`` is set; False if a thread of ours died."""
        threads = [self._thread("listen", self._listen)]
        threads += [
            self._thread(f"deliver-{queue}", self._deliver, queue, nudge)
            for queue, nudge in self.nudges
        ]
        threads += [self._thread(name, self._tick, e) for name, e in self.schedule.items()]
        whole = True
        while whole and not self.stopping.wait(0.5):
            whole = all(thread.is_alive() for thread in threads)
        self.stopping.set()
        self._nudge()
        for thread in threads:
            thread.join(patience)
        return whole

    def _thread(self, name: str, target: Callable[..., None], *args: Any) -> threading.Thread:
        thread = threading.Thread(target=target, args=args, name=f"worker-{name}", daemon=True)
        thread.start()
        return thread

    def _nudge(self) -> None:
        for _queue, nudge in self.nudges:
            nudge.set()

    def _listen(self) -> None:
        """Hand every NOTIFY on; after an interruption too, for some may have been missed."""
        while not self.stopping.is_set():
            try:
                with connection.cursor() as cursor:
                    cursor.execute(f"LISTEN {WAKE_CHANNEL}")
                self._nudge()
                while not self.stopping.is_set():
                    for _notice in connection.connection.notifies(timeout=1.0, stop_after=1):
                        self._nudge()
            except Exception:
                logger.warning("The worker hears nothing; the sweep delivers.", exc_info=True)
                self.stopping.wait(PAUSE_AFTER_ERROR)
            finally:
                connection.close()

    def _deliver(self, queue: str, nudge: threading.Event) -> None:
        while not self.stopping.is_set():
            nudge.clear()
            if not self._guarded("outbox", lambda: outbox_deliver(queue=queue)):
                nudge.wait(SWEEP_SECONDS)
        connection.close()

    def _tick(self, entry: Mapping[str, Any]) -> None:
        """Run one entry of the clock when it is due."""
        app = current_app
        schedule, task = maybe_schedule(entry["schedule"], app=app), app.tasks[entry["task"]]
        last_run = app.now() - ABSENCE
        while not self.stopping.is_set():
            is_due, seconds = schedule.is_due(last_run)
            if is_due:
                last_run = app.now()
                self._guarded(entry["task"], lambda: _alone(entry, task))
            self.stopping.wait(min(seconds, LONGEST_NAP))
        connection.close()

    def _guarded(self, what: str, work: Callable[[], Any]) -> Any:
        """Do ``work``; an error is logged and waited out, for the next round to try again."""
        try:
            close_old_connections()
            return work()
        except Exception:
            logger.exception("The worker failed at %s", what)
            self.stopping.wait(PAUSE_AFTER_ERROR)
        return None


def _alone(entry: Mapping[str, Any], task: Callable[..., Any]) -> None:
    """Run ``task`` unless another worker does so right now: a session lock by its name."""
    with connection.cursor() as cursor:
        lock = [LOCK_CLASS, entry["task"]]
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", lock)
        if not cursor.fetchone()[0]:
            return
        try:
            task(*entry.get("args", ()), **entry.get("kwargs", {}))
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", lock)
