"""Questions about documents."""

from collections.abc import Sequence

from b2b_apps.documents.models import Document


def invoice_of(documents: Sequence[Document]) -> Document | None:
    """The invoice to pay by among an order's documents: after a change it was made anew."""
    invoices = [d for d in documents if d.kind == Document.Kind.INVOICE]
    return invoices[-1] if invoices else None
