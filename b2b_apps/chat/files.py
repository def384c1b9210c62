"""Attaching files and taking them off again."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.chat.attached import MOST_FILES, NotAttachableError, ending_of, name_kept
from b2b_apps.chat.locks import basket_status_locked
from b2b_apps.chat.models import OrderFile, OrderMessage
from b2b_apps.purchasing.errors import BasketMissingError
from b2b_apps.purchasing.locks import OPEN

# What was never ordered goes after so long; the basket may be one of a slow approval.
KEEP = timedelta(days=90)


@transaction.atomic
def basket_files_attach(
    *, basket: Any, counterparty_id: int, user_id: int, files: Sequence[UploadedFile]
) -> int:
    """Attach files to what is about to be ordered: all of them or none; return how many.

    The basket's row is locked, so that several windows do not attach more than may be, and nothing
    comes to what another window has ordered meanwhile. Raises NotAttachableError, and
    BasketMissingError for that.
    """
    if basket_status_locked(basket_id=basket.pk) != OPEN:
        raise BasketMissingError
    known = OrderFile.objects.filter(basket=basket.pk, message__isnull=True).count()
    if known + len(files) > MOST_FILES:
        raise NotAttachableError("many")
    _write(files, counterparty_id=counterparty_id, basket=basket, user_id=user_id)
    return len(files)


def message_files_attach(*, message: OrderMessage, files: Sequence[UploadedFile]) -> None:
    """Attach files to a message, in its transaction. Raises NotAttachableError."""
    _write(
        files,
        counterparty_id=message.order.counterparty_id,
        order=message.order,
        message=message,
        user_id=message.author_id,
        is_staff=message.is_staff,
    )


def files_check(files: Sequence[UploadedFile]) -> None:
    """Refuse files that may not be attached together. Raises NotAttachableError."""
    if len(files) > MOST_FILES:
        raise NotAttachableError("many")
    for file in files:
        ending_of(file, name=name_kept(file.name or ""), size=file.size or 0)


def _write(files: Sequence[UploadedFile], **values: Any) -> None:
    files_check(files)
    for file in files:
        name = name_kept(file.name or "")
        row = OrderFile(
            name=name, ending=ending_of(file, name=name, size=file.size or 0), size=file.size or 0,
            **values,
        )  # fmt: skip
        file.seek(0)
        # What it is called on the disk is ours alone.
        row.file.save(row.uid.hex, file, save=False)
        row.save()


def basket_file_remove(*, uid: Any, basket_id: int, user_id: int) -> bool:
    """Take a file off what is not ordered yet; whether there was one of the person's own."""
    rows = OrderFile.objects.filter(uid=uid, user_id=user_id, basket=basket_id)
    row = rows.filter(order__isnull=True, message__isnull=True).first()
    if row is None:
        return False
    _delete(row)
    return True


def files_purge() -> int:
    """Delete files of what was never ordered; return how many."""
    old = Q(made_at__lt=timezone.now() - KEEP, order__isnull=True, message__isnull=True)
    num = 0
    with scopes_disabled():
        for row in OrderFile.objects.filter(old).exclude(basket__status="Submitted")[:1000]:
            _delete(row)
            num += 1
    return num


def _delete(row: OrderFile) -> None:
    file = row.file
    row.delete()
    transaction.on_commit(lambda: file.storage.delete(file.name))
