"""One URL for everything: who speaks, what he wants, and an answer that 1C can read."""

import logging
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django_scopes import scopes_disabled

from b2b_apps.core.addresses import client_address
from b2b_apps.sync1c.exchange import catalog, sale
from b2b_apps.sync1c.exchange.answers import failure
from b2b_apps.sync1c.exchange.call import Call, Mode
from b2b_apps.sync1c.exchange.credentials import RefusedError, connection_for
from b2b_apps.sync1c.exchange.sessions import session_for
from b2b_apps.sync1c.texts import say

logger = logging.getLogger(__name__)
KINDS: dict[str, dict[str, Mode]] = {
    "catalog": catalog.MODES,
    "reference": catalog.MODES,
    "sale": sale.MODES,
}
REFUSED = {"": "no_type", "get_catalog": "no_catalog_out"}


@csrf_exempt
def exchange(request: HttpRequest) -> HttpResponse:
    """Answer a request of 1C: status 200 whatever happens, for 1C reads nothing but the body."""
    with translation.override("ru"), scopes_disabled():
        try:
            return _answer(request)
        except RefusedError as error:
            return failure(str(error))
        except Exception:
            number = secrets.token_hex(4)
            logger.exception("Exchange request %s failed", number)
            return failure(say("internal_error", number=number))


def _answer(request: HttpRequest) -> HttpResponse:
    connection = connection_for(
        header=request.META.get("HTTP_AUTHORIZATION", ""),
        address=client_address(request),
    )
    query = _query(request)
    kind, mode = query.get("type", ""), query.get("mode", "")
    if kind not in KINDS:
        return failure(say(REFUSED.get(kind, "unknown_type"), name=kind[:40]))
    if mode not in KINDS[kind]:
        return failure(say("unknown_mode", name=mode[:40]))
    session = None
    if mode not in {"checkauth", "info"}:
        session = session_for(request, connection=connection, kind=kind)
        if session is None:
            return failure(say("no_session"))
    return KINDS[kind][mode](Call(request, query, connection, kind, session))


def _query(request: HttpRequest) -> Any:
    """Return the query string; names in windows-1251 are understood too."""
    query = request.GET
    if any("\ufffd" in value for value in query.values()):
        return QueryDict(request.META.get("QUERY_STRING", ""), encoding="cp1251")
    return query
