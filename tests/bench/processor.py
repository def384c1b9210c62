"""What a running portal takes of the processors, read from /proc."""

import os
from pathlib import Path

from django.conf import settings

TICK = os.sysconf("SC_CLK_TCK")


class Processor:
    """Seconds of the portal and of its PostgreSQL between two moments."""

    def __init__(self, portal_pid: int) -> None:
        pid_file = Path(settings.DATA_DIR) / "postgres/postmaster.pid"
        self._roots = {
            "portal": portal_pid,
            "PostgreSQL": int(pid_file.read_text().split()[0]),
        }
        self.start()

    def start(self) -> None:
        """Count from now on."""
        self._before = self._seconds()

    def spent(self) -> dict[str, float]:
        """Seconds since ``start``, by name, with children that have ended meanwhile: connections
        are given up after a minute.
        """
        return {name: now - self._before[name] for name, now in self._seconds().items()}

    def _seconds(self) -> dict[str, float]:
        parents: dict[int, int] = {}
        seconds: dict[int, float] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            pid = int(stat.parent.name)
            parents[pid] = int(fields[1])
            # Those of ended children stand after one's own.
            num = 4 if pid in self._roots.values() else 2
            seconds[pid] = sum(map(int, fields[11 : 11 + num])) / TICK
        return {
            name: sum(s for pid, s in seconds.items() if root in {pid, parents[pid]})
            for name, root in self._roots.items()
        }
