"""Handlers of the outbox: documents are made by a worker."""

from datetime import timedelta
from typing import Any

from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import MAX_ATTEMPTS, outbox_handler
from b2b_apps.documents.services import TOPIC, document_fail, invoice_make

# An invoice of two thousand lines takes under a minute; a dead worker's is made again soon.
LEASE = timedelta(minutes=2)


@outbox_handler(TOPIC, lease=LEASE)
def make_invoice(payload: dict[str, Any]) -> None:
    """Make an invoice; after the last failed try the buyer is told, and may ask again."""
    document_id = int(payload["document_id"])
    try:
        invoice_make(document_id=document_id)
    except Exception:
        if _is_last_try(document_id):
            document_fail(document_id=document_id)
        raise


def _is_last_try(document_id: int) -> bool:
    messages = OutboxMessage.objects.filter(
        topic=TOPIC, payload__document_id=document_id, state=OutboxMessage.State.WAITING
    )
    return not messages.filter(attempts__lt=MAX_ATTEMPTS).exists()
