"""Header, bar and footer of a buyer's pages, each drawn once for what it shows.

What differs with every request (tokens, the address, the typed text) is put where marks were left
for it. Nobody can write a mark: they are made when the process starts.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markupsafe import Markup, escape

from b2b_apps.storefront.cells import part_html
from b2b_apps.storefront.kept_parts import KeptParts

PARTS = frozenset({"shell/header", "shell/bottombar", "shell/footer"})
# A field of each request, or a text of it.
MARKS = {name: secrets.token_hex(16) for name in ("csrf", "under", "path", "search_query")}


def shell_html(name: str, values: Mapping[str, Any]) -> SafeString:
    """One of PARTS with the values of a page."""
    trade, person = values.get("trade"), values.get("person")
    html = _kept(
        get_language(),
        name,
        trade.shown if trade else None,
        person.shown if person else None,
        str(values.get("section") or ""),
    )
    for field, mark in MARKS.items():
        html = html.replace(mark, escape(values.get(field) or ""))
    return mark_safe(html)  # noqa: S308 - what is put in is escaped


def _drawn(_language: str | None, name: str, trade: Any, person: Any, section: str) -> str:
    values = {"trade": trade, "person": person, "section": section}
    marks = {field: Markup(mark) for field, mark in MARKS.items()}  # noqa: S704 - ours
    return str.__str__(part_html(name, values | marks))


_kept = KeptParts(_drawn)
