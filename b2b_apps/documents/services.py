"""Making documents: from an order to a stored PDF."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.crypto import get_random_string
from django_scopes import scopes_disabled

from b2b_apps.core.outbox import outbox_put
from b2b_apps.documents.errors import DocumentNotFailedError
from b2b_apps.documents.invoice import invoice_pdf
from b2b_apps.documents.models import Document
from b2b_apps.documents.order_invoice import invoice_data_of

TOPIC = "invoice_make"


def invoice_make(*, document_id: int) -> None:
    """Render the invoice of an order and store it; a document that is ready stays as it is.

    Takes seconds: call it in a worker, outside a transaction. Two at once only make one file in
    vain. Six queries.
    """
    with scopes_disabled():
        document = Document.objects.select_related(
            "order__organization", "order__counterparty", "order__contract", "order__user"
        ).get(pk=document_id)
        if document.state == Document.State.READY:
            return
        pdf = invoice_pdf(invoice_data_of(document))
        document.file.save(f"{document.uid}.pdf", ContentFile(pdf), save=False)
        document.size, document.state = len(pdf), Document.State.READY
        document.save(update_fields=["file", "size", "state"])


def document_fail(*, document_id: int) -> None:
    """Note that the document could not be made, however often it was tried. One query."""
    with scopes_disabled():
        Document.objects.filter(pk=document_id, state=Document.State.PENDING).update(
            state=Document.State.FAILED
        )


@transaction.atomic
def document_retry(*, document: Document) -> None:
    """Have a failed document made once more. Raises DocumentNotFailedError."""
    is_taken = Document.objects.filter(pk=document.pk, state=Document.State.FAILED).update(
        state=Document.State.PENDING
    )
    if not is_taken:
        raise DocumentNotFailedError
    # A new key: the effect asked for first was tried and given up.
    key = f"{TOPIC}:{document.pk}:{get_random_string(8)}"
    outbox_put(topic=TOPIC, key=key, payload={"document_id": document.pk})
