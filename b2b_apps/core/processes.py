"""The portal's own processes: started together, stopped together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

STOP_SECONDS = 15


class ProcessGroup:
    """Children that live as long as this process. Use as a context manager."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = {**os.environ, **environment}
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str) -> None:
        """Start ``python <arguments>`` in a session of its own, so that Ctrl-C reaches us only."""
        self.children[name] = subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, *arguments], env=self.environment, start_new_session=True
        )

    def run(self, *arguments: str) -> int:
        """Run ``python <arguments>`` to its end and return its exit code."""
        return subprocess.call([sys.executable, *arguments], env=self.environment)  # noqa: S603

    def wait(self, needed: Sequence[str]) -> str:
        """Sleep until one of the ``needed`` children ends; return its name."""
        while True:
            for name in needed:
                if self.children[name].poll() is not None:
                    return name
            time.sleep(0.3)

    def __enter__(self) -> "ProcessGroup":
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
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
        "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--no-ws",
        "--log-level", "warning", "b2b_apps.config.wsgi:application",
    ]  # fmt: skip


def worker_arguments() -> list[str]:
    """Return what to hand to Python to work off the outbox, with the clock inside."""
    return [
        # The warning about root is for servers; production runs under a user of its own.
        "-W", "ignore", "-m", "celery", "--quiet", "-A", "b2b_apps.config", "worker", "--beat",
        "--pool", "threads", "--concurrency", "2", "--loglevel", "warning",
        "--without-gossip", "--without-mingle",
    ]  # fmt: skip
