"""Documents are served to their owner only; to anyone else they do not exist."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from b2b_apps.companies.roles import SEE_ORDERS, SEE_PRICES
from b2b_apps.documents.errors import DocumentNotFailedError
from b2b_apps.documents.models import Document
from b2b_apps.documents.services import document_retry


@require_safe
@login_required
def document_file(request: Any, uid: UUID) -> HttpResponseBase:
    """The PDF; while it is being made, or could not be, a page that says so."""
    document = _own(request, uid)
    if document.state != Document.State.READY:
        return render(request, "b2b/documents/pending.html", {"document": document}, status=202)
    name = f"{document.kind}-{document.number}.pdf".replace("/", "-")
    return FileResponse(
        document.file.open("rb"),
        content_type="application/pdf",
        filename=name,
        as_attachment="download" in request.GET,
    )


@require_safe
@login_required
def document_status(request: Any, uid: UUID) -> HttpResponse:
    """A partial with the link, or a word that it is being made; asks again by itself."""
    return render(request, "b2b/documents/_status.html", {"document": _own(request, uid)})


@require_POST
@login_required
def retry(request: Any, uid: UUID) -> HttpResponse:
    """Have a failed document made once more."""
    document = _own(request, uid)
    try:
        document_retry(document=document)
    except DocumentNotFailedError:
        document.refresh_from_db()
    else:
        document.state = Document.State.PENDING
    if request.htmx:
        return render(request, "b2b/documents/_status.html", {"document": document})
    return redirect("storefront:order", number=document.order.number)


def _own(request: Any, uid: UUID) -> Document:
    """Return a document of a company where the person may see it, or raise Http404."""
    reader = request.reader
    # A document states sums, so a role that sees no prices has no documents.
    companies = reader.companies_with(SEE_ORDERS, SEE_PRICES) if reader else ()
    rows = Document.objects.filter(uid=uid, order__counterparty_id__in=companies)
    document: Document | None = rows.select_related("order").first()
    if document is None:
        raise Http404
    return document
