"""What is sent by who is no longer signed in: kept in his session until he has signed in again.

Only what puts goods into the basket, and what was filled in at the checkout, is kept; of all else
he is told that it was not done.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from b2b_apps.core.addresses import client_address
from b2b_apps.core.guesses import GuessRefusedError, Limits, guess_begin
from b2b_apps.core.redirects import page_before
from b2b_apps.core.row_ids import row_id
from b2b_apps.storefront.stale import FIELD, HEADER

KEY = "signed_out"
MOST_CELLS, LONGEST_CELL, LONGEST_TEXT = 200, 32, 100_000
# Whoever sends a form without being signed in gets a row of the sessions by it.
LIMITS = Limits(pair=60, name=10**9, address=60)
TEXTS = {"basket:add_by_article": "lines", "entry:check": "text"}
CHECKOUT = "checkout:index"
MOST_FIELDS, LONGEST_FIELD = 100, 2000
# Signed for a session that is over, or of no use without it.
TOKENS = frozenset({"csrfmiddlewaretoken", FIELD, "offer", "choice", "delivery"})


class Typed(NamedTuple):
    """Quantities as they were typed: product, text, unit; or a list, and where it was typed; or
    ``fields`` of the checkout.
    """

    contract_id: int | None
    cells: Sequence[tuple[int, str, str]]
    text: str
    where: str
    fields: Mapping[str, str]


def sign_in_first(request: Any) -> HttpResponse:
    """Send to the sign-in a form of who is not signed in, and keep what can be done afterwards.

    Two queries and those of a new session if something is kept.
    """
    is_kept = _keep(request)
    if is_kept and request.resolver_match.view_name == CHECKOUT:
        said = _(
            "Your session has ended, and nothing was ordered. Sign in: what you filled in stays."
        )
    elif is_kept:
        said = _("Your session has ended. Sign in: what you typed goes into your basket.")
    else:
        said = _("Your session has ended, and nothing was done. Sign in and do it once more.")
    messages.warning(request, said)
    answer = redirect_to_login(page_before(request), resolve_url("customer:login"))
    if request.htmx:
        # The sign-in page needs the whole window.
        return HttpResponse(status=204, headers={"HX-Redirect": answer["Location"]})
    return answer


def taken(request: Any) -> Typed | None:
    """Return and forget what was kept."""
    found = request.session.pop(KEY, None) if KEY in request.session else None
    if found is None:
        return None
    cells = [(pk, text, unit) for pk, text, unit in found["cells"]]
    return Typed(row_id(found["contract"]), cells, found["text"], found["where"], found["fields"])


def _keep(request: Any) -> bool:
    where = request.resolver_match.view_name
    text = request.POST.get(TEXTS.get(where, ""), "")
    cells = _cells(where, request.POST)
    fields = _fields(request.POST) if where == CHECKOUT else {}
    if not (cells or text.strip() or fields) or len(text) > LONGEST_TEXT:
        return False
    try:
        guess_begin(kind="signed-out", name="", address=client_address(request), limits=LIMITS)
    except GuessRefusedError:
        return False
    under = request.POST.get(FIELD, "") or request.headers.get(HEADER, "")
    before = request.session.get(KEY, {})
    known = before.get("cells", []) if before.get("contract") == under.partition(".")[0] else []
    request.session[KEY] = {
        "contract": under.partition(".")[0],
        "cells": [*known, *cells][-MOST_CELLS:],
        "text": text or before.get("text", ""),
        "where": where if text else before.get("where", ""),
        "fields": fields or before.get("fields", {}),
    }
    return True


def _fields(post: Mapping[str, str]) -> dict[str, str]:
    named = [(name, text) for name, text in post.items() if text and name not in TOKENS]
    return {name[:80]: text[:LONGEST_FIELD] for name, text in named[:MOST_FIELDS]}


def _cells(where: str, fields: Mapping[str, str]) -> list[tuple[int, str, str]]:
    """Quantities of products; a field never filled means one pack."""
    named: dict[str, tuple[str, str]] = {}
    if where == "basket:set":
        named[fields.get("product", "")] = (fields.get("quantity", ""), fields.get("unit", ""))
    elif where == "basket:set_many":
        named = {n[2:]: (text, "") for n, text in fields.items() if n[:2] == "p-" and text.strip()}
    return [
        (pk, text.strip()[:LONGEST_CELL], unit[:LONGEST_CELL])
        for name, (text, unit) in named.items()
        if (pk := row_id(name)) is not None
    ][:MOST_CELLS]
