"""Files of pictures that no product refers to any more: deleted, but never under an importer.

Goods with equal pictures share a file, and an import finds a file before it writes the row that
refers to it. So imports hold a lock in common for their batch, and a sweep holds it alone.
"""

import time
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection as database
from django.db import transaction

FOLDER = "goods"
PICTURES_LOCK = 0x1C1
BATCH = 500
DAY = 24 * 3600


def picture_files_share() -> None:
    """Keep sweeps away until the transaction ends; call before a file is looked for."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [PICTURES_LOCK])


@transaction.atomic
def picture_files_sweep(names: Collection[str]) -> int:
    """Delete those of these files that nothing refers to; return how many.

    Does nothing while an import is at its pictures: the nightly sweep finds them. Two queries.
    """
    ours = {name for name in names if name.startswith(f"{FOLDER}/")}
    if not ours:
        return 0
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [PICTURES_LOCK])
        (is_mine,) = cursor.fetchone()
    if not is_mine:
        return 0
    images = apps.get_model("catalogue", "ProductImage").objects
    used = images.filter(original__in=ours).values_list("original", flat=True)
    loose = ours - set(used)
    for name in loose:
        (Path(settings.MEDIA_ROOT) / name).unlink(missing_ok=True)
    return len(loose)


def picture_files_sweep_all() -> int:
    """Sweep all files of pictures that are a day old; return how many went."""
    found = _old_files(time.time() - DAY)
    num = 0
    while batch := list(islice(found, BATCH)):
        num += picture_files_sweep(batch)
    return num


def _old_files(before: float) -> Iterator[str]:
    root = Path(settings.MEDIA_ROOT)
    for path in (root / FOLDER).glob("*/*"):
        if path.is_file() and path.stat().st_mtime < before:
            yield path.relative_to(root).as_posix()
