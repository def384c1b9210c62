"""Pictures of goods: read by Pillow, written anew under a name of ours, or not at all."""

import hashlib
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from PIL import Image, ImageOps

from b2b_apps.sync1c.exchange.filenames import BadFilenameError, confined, normalise
from b2b_apps.sync1c.importing.picture_files import FOLDER, picture_files_share
from b2b_apps.sync1c.importing.run import ImportRun
from b2b_apps.sync1c.texts import say

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}
MAX_PIXELS = 40_000_000
MAX_BYTES = 40 * 1024 * 1024


class Wanted(NamedTuple):
    """A picture of a product as the file lists it; the first one is the main one."""

    product_id: int
    name: str
    order: int


def pictures_import(run: ImportRun, wanted: Sequence[Wanted], product_ids: set[int]) -> None:
    """Bring pictures of these products in line with the lists.

    A picture that is listed but was not sent again keeps its old file; one that is listed no
    more is removed. ``caption`` holds 1C's path: it is what tells pictures apart.
    """
    if wanted:
        picture_files_share()
    image = apps.get_model("catalogue", "ProductImage")
    rows = image.objects.filter(product_id__in=product_ids)
    old = {(row.product_id, row.caption): row for row in rows}
    listed = {(w.product_id, w.name[:200]): w for w in wanted}
    fresh = []
    for key, picture in listed.items():
        stored = _stored(run, picture)
        row = old.get(key)
        if row is None and stored:
            fresh.append(
                image(
                    product_id=key[0], caption=key[1], original=stored, display_order=picture.order
                )
            )
        elif row is not None and (
            (stored and stored != row.original.name) or row.display_order != picture.order
        ):
            if stored and stored != row.original.name:
                run.loose_pictures.add(row.original.name)
            row.original, row.display_order = stored or row.original.name, picture.order
            image.objects.filter(pk=row.pk).update(
                original=row.original.name, display_order=row.display_order
            )
    image.objects.bulk_create(fresh)
    removed = [row for key, row in old.items() if key not in listed]
    run.loose_pictures.update(row.original.name for row in removed)
    gone = image.objects.filter(pk__in=[row.pk for row in removed])
    # Not delete(): Oscar would take the file along, and goods with equal pictures share it.
    gone._raw_delete(gone.db)
    run.tally.add("picture", "created", len(fresh))


def _stored(run: ImportRun, wanted: Wanted) -> str:
    """Return the name in MEDIA_ROOT of a picture that came with this exchange, else ""."""
    try:
        source = confined(run.folder, normalise(wanted.name))
        if not source.is_file():
            return ""
        return picture_store(source)
    except BadFilenameError:
        reason = say("bad_name")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        reason = str(error)
    run.warn(
        "bad_picture",
        say("bad_picture", name=wanted.name[:120], reason=reason[:200]),
        kind="picture",
    )
    return ""


def picture_store(source: Path) -> str:
    """Write a picture anew below MEDIA_ROOT and return its name; the same bytes, the same name.

    Only pixels are kept: whatever else the file carried stays behind. Raises OSError, ValueError
    or DecompressionBombError for what is no picture of ours.
    """
    if source.stat().st_size > MAX_BYTES:
        raise ValueError("larger than 40 MB")
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:32]
    folder = Path(settings.MEDIA_ROOT) / FOLDER / digest[:2]
    if found := next(folder.glob(f"{digest}.*"), None):
        return found.relative_to(settings.MEDIA_ROOT).as_posix()
    folder.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(source, formats=list(FORMATS)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValueError("more than 40 megapixels")
            target = folder / f"{digest}.{FORMATS[picture.format or 'JPEG']}"
            _write(picture, target)
    return target.relative_to(settings.MEDIA_ROOT).as_posix()


def _write(picture: Image.Image, target: Path) -> None:
    kind = picture.format
    upright: Any = ImageOps.exif_transpose(picture)
    if kind == "JPEG":
        upright = upright.convert("RGB")
    clean = upright.copy()
    clean.info = {k: v for k, v in upright.info.items() if k == "transparency"}
    temporary = target.with_suffix(".part")
    clean.save(temporary, format=kind, **({"quality": 90} if kind in {"JPEG", "WEBP"} else {}))
    temporary.rename(target)
