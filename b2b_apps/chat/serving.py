"""What pages of buyers and of staff share of messages with files: posting, refusing, serving."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from b2b_apps.chat.attached import ACCEPT, MOST_BYTES, MOST_FILES, TYPES, NotAttachableError
from b2b_apps.chat.models import LONGEST, OrderFile
from b2b_apps.chat.services import message_post
from b2b_apps.core.texts import text_typed

TYPED = "chat_typed"


def message_said(request: Any, order: Any, *, is_staff: bool) -> None:
    """Post what a form says; what is refused is told, and its text stands in the form again."""
    text = request.POST.get("text", "")
    try:
        message_post(
            order=order,
            user=request.user,
            is_staff=is_staff,
            text=text,
            files=request.FILES.getlist("files"),
        )
    except NotAttachableError as error:
        request.session[TYPED] = [order.pk, text_typed(text, LONGEST)]
        messages.error(request, not_attached_words(error))


def message_form(request: Any, order: Any, file_view: str) -> dict[str, Any]:
    """What the form of a message needs: a text that was refused once, kinds of files."""
    order_id, text = request.session.get(TYPED) or (None, "")
    if order_id == order.pk:
        del request.session[TYPED]
    return {
        "typed": text if order_id == order.pk else "",
        "attachable": ACCEPT,
        "file_view": file_view,
    }


def file_answer(row: OrderFile | None) -> FileResponse:
    """The file, always to be saved and never shown as a page of ours. Raises Http404."""
    if row is None:
        raise Http404
    try:
        file = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(file, as_attachment=True, filename=row.name, content_type=TYPES[row.ending])


def not_attached_words(error: NotAttachableError) -> str:
    """Why files were not attached, and what to do. None of those sent together was."""
    values = {"name": error.name, "mb": MOST_BYTES // 1024 // 1024, "n": MOST_FILES}
    words = {
        "empty": _("“%(name)s” is empty."),
        "large": _("“%(name)s” is larger than %(mb)d MB: make it smaller."),
        "ending": _(
            "“%(name)s” is of no kind that is taken: PDF, pictures, sheets, texts or DWG, please."
        ),
        "content": _("The content of “%(name)s” is not what its name says: save it anew."),
        "many": _("Not more than %(n)d files: take some off or send them in a message."),
    }
    return words[error.code] % values
