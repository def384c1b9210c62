"""Which goods a file named, kept beside the file: an unchanged object must cost no write."""

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from b2b_apps.sync1c.exchange.sessions import session_folder
from b2b_apps.sync1c.models import ExchangeConnection, ExchangeFile

FOLDER = ".seen"


def seen_start(file: ExchangeFile) -> Path:
    """Return an empty list for a file that is about to be imported."""
    path = session_folder(file.session_id) / FOLDER / f"{file.pk}.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    return path


def seen_add(path: Path, external_ids: Collection[str]) -> None:
    with path.open("a") as target:
        target.writelines(f"{name}\n" for name in external_ids)


def seen_since(*, connection: ExchangeConnection, since: datetime) -> Iterator[str]:
    """Yield names of goods that files received since then have named, with repetitions."""
    files = ExchangeFile.objects.filter(
        session__connection=connection, session__started_at__gte=since
    )
    for file in files.order_by("pk"):
        path = session_folder(file.session_id) / FOLDER / f"{file.pk}.txt"
        if path.exists():
            with path.open() as source:
                yield from (line.rstrip("\n") for line in source)
