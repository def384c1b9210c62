"""Where to go next: only ever to a page of ours."""

from urllib.parse import urlsplit, urlunsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

# Django refuses longer addresses of a redirect (MAX_URL_REDIRECT_LENGTH).
LONGEST = 2000


def way_back(request: HttpRequest, default: str = "/") -> str:
    """Return the address in the field ``next`` if it is ours, else ``default``.

    A path from the root only: anything else would be taken for the name of a URL by Django's
    ``redirect``, or for a place beside the page that was asked for.
    """
    target = request.POST.get("next") or request.GET.get("next", "")
    is_ours = target.startswith("/") and url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours and len(target) <= LONGEST else default


def page_before(request: HttpRequest, default: str = "/") -> str:
    """Return the page of ours from which a form was sent: what its field ``next`` says, else what
    the browser says; else ``default``.
    """
    if target := way_back(request, ""):
        return target
    told = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    parts = urlsplit(told)
    found = urlunsplit(("", "", parts.path, parts.query, ""))
    is_ours = parts.netloc == request.get_host() and found.startswith("/")
    return found if is_ours and len(found) <= LONGEST else default
