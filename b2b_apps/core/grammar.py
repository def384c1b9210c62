"""Requests that no page of ours can have sent are refused in plain words before they are read.

PostgreSQL keeps no NUL in a text, Python knows codecs that are no text encodings, and a body costs
memory: each would else be an error of the server deep inside a view.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from b2b_apps.core.bodies import body_limit
from b2b_apps.core.uploads import UnexpectedFileError

NUL = "\0"
CHARSETS = frozenset({"utf-8", "utf8", "windows-1251", "cp1251", "us-ascii"})


class RequestGrammarMiddleware:
    """413 for a body above the limit of its address, 400 for an odd encoding or a NUL."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _announced(request) > body_limit(request.path_info):
            return refusal(413, _("What was sent is too large for this page."))
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in CHARSETS:
            return refusal(400, _("The encoding of the request is not known here. Use UTF-8."))
        query = request.META.get("QUERY_STRING", "")
        if has_nul((request.path_info, query, *request.COOKIES.values())) or "%00" in query:
            return nul_refusal()
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Look at the form too; what speaks without a form (1C) reads its body itself."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return None
        try:
            form = request.POST
        except UnexpectedFileError:
            return refusal(400, _("No file is expected here."))
        except UnreadablePostError:
            return refusal(400, _("The request broke off."))
        names_and_values = (text for name, values in form.lists() for text in (name, *values))
        return nul_refusal() if has_nul(names_and_values) else None


def _announced(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def has_nul(texts: Iterable[Any]) -> bool:
    """Whether any of ``texts`` holds a NUL character."""
    return any(NUL in text for text in texts if isinstance(text, str))


def nul_refusal() -> HttpResponse:
    return refusal(400, _("The request holds a character with code zero. Type the text anew."))


def refusal(status: int, reason: str) -> HttpResponse:
    """Return a page that needs neither a person nor the database."""
    page = render_to_string("400.html", {"code": status, "reason": reason})
    return HttpResponse(page, status=status)
