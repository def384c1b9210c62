"""Which goods a file named, kept beside the file: an unchanged object must cost no write."""

from collections.abc import Collection, Iterator, Sequence
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


def seen_files(*, connection: ExchangeConnection, since: datetime) -> list[Path]:
    """Return the lists of all files of sessions begun since then. One query."""
    files = ExchangeFile.objects.filter(
        session__connection=connection, session__started_at__gte=since
    )
    found = [
        session_folder(session_id) / FOLDER / f"{pk}.txt"
        for pk, session_id in files.order_by("pk").values_list("pk", "session_id")
    ]
    return [path for path in found if path.exists()]


def seen_names(paths: Sequence[Path]) -> Iterator[str]:
    """Yield the names in these lists, with repetitions."""
    for path in paths:
        with path.open() as source:
            yield from (line.rstrip("\n") for line in source)
