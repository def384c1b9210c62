"""The portal's own processes: started together, stopped together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from django.conf import settings

from b2b_apps.core.queues import QUICK, SLOW

STOP_SECONDS = 15
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


class Restart:
    """When a child that has ended is to be started again."""

    def __init__(self) -> None:
        self.pause = FIRST_PAUSE
        self.started_at: float | None = None
        self.due_at: float | None = None

    def plan(self, now: float) -> float:
        """Return the pause from now on: twice the last, the first after a long life."""
        if self.started_at is not None:
            lived_long = now - self.started_at > LONGEST_PAUSE
            self.pause = FIRST_PAUSE if lived_long else min(self.pause * 2, LONGEST_PAUSE)
        self.due_at = now + self.pause
        return self.pause

    def started(self, now: float) -> None:
        """Note that the child runs again."""
        self.started_at, self.due_at = now, None


class ProcessGroup:
    """Children that live as long as this process. Use as a context manager."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = {**os.environ, **environment}
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self._arguments: dict[str, tuple[str, ...]] = {}
        self._restarts: dict[str, Restart] = {}

    def start(self, name: str, *arguments: str) -> None:
        """Start ``python <arguments>`` in a session of its own, so that Ctrl-C reaches us only."""
        self._arguments[name] = arguments
        self.children[name] = subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, *arguments], env=self.environment, start_new_session=True
        )

    def start_workers(self) -> list[str]:
        """Start what works off the outbox; return the names of the processes."""
        found = workers()
        for name, arguments in found.items():
            self.start(name, *arguments)
        return list(found)

    def run(self, *arguments: str) -> int:
        """Run ``python <arguments>`` to its end and return its exit code."""
        return subprocess.call([sys.executable, *arguments], env=self.environment)  # noqa: S603

    def ended(self, name: str) -> int:
        """Wait for the end of a child and return its exit code."""
        return self.children[name].wait()

    def wait(self, needed: Sequence[str], kept: Sequence[str] = ()) -> str:
        """Sleep until one of the ``needed`` children ends; return its name.

        A ``kept`` child that ends is started again, after a pause that grows while it keeps
        dying: the web goes on serving meanwhile.
        """
        while True:
            for name in needed:
                if self.children[name].poll() is not None:
                    return name
            for name in kept:
                if self.children[name].poll() is not None:
                    self._keep(name)
            time.sleep(0.3)

    def _keep(self, name: str) -> None:
        child, now = self.children[name], time.monotonic()
        restart = self._restarts.setdefault(name, Restart())
        if restart.due_at is None:
            pause = restart.plan(now)
            sys.stderr.write(
                f"The {name} process ended ({child.returncode}); again in {pause:.0f} s.\n"
            )
        elif now >= restart.due_at:
            restart.started(now)
            self.start(name, *self._arguments[name])

    def __enter__(self) -> "ProcessGroup":
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        return self

    def __exit__(self, *_: object) -> None:
        # Asked again while they stop, it would leave the rest of them running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for child in self.children.values():
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)


def web_arguments(*, port: int, host: str = "127.0.0.1", workers: int = 2) -> list[str]:
    """Return what to hand to Python to serve the portal by granian."""
    return [
        "-m", "granian", "--interface", "asginl", "--host", host, "--port", str(port),
        "--workers", str(workers), "--no-ws", "--backlog", "2048", "--backpressure", "1024",
        "--http1-header-read-timeout", "10000", "--respawn-failed-workers",
        "--log-level", "warning", "b2b_apps.config.asgi:application",
    ]  # fmt: skip


def workers() -> Mapping[str, list[str]]:
    """Return the processes that work off the outbox, by name: what to hand to Python for each.

    Without a broker one does all. With one there is a worker per queue, so that imports keep
    no invoice waiting; the clock is in the first.
    """
    if not settings.CELERY_BROKER_URL:
        return {"worker": ["-m", "django", "work"]}
    return {
        "worker": _celery(QUICK, "--beat"),
        "worker-slow": _celery(SLOW),
    }


def _celery(queue: str, *more: str) -> list[str]:
    return [
        # The warning about root is for servers; production runs under a user of its own.
        "-W", "ignore", "-m", "celery", "--quiet", "-A", "b2b_apps.config", "worker",
        "-Q", queue, "-n", f"{queue}@%h", "--pool", "threads", "--concurrency", "2",
        "--loglevel", "warning", "--without-gossip", "--without-mingle", *more,
    ]  # fmt: skip
