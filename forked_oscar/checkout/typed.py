"""What was typed into the checkout, kept in the person's session until the order is placed.

A switch of the contract shows another basket and other consignees; what the person typed is his
and comes back, what only stood there as a suggestion does not.
"""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

KEY = "checkout_typed"
SHIPMENT_FIELD = re.compile(
    r"(date|method|window|point|find|to_name|to_phone|to_address)-[\d-]{1,60}"
)
TEXTS = frozenset({
    "consignee", "other_address", "contact_person", "contact_phone", "customer_number", "comment",
})  # fmt: skip
MAX_FIELDS = 200
MAX_LENGTH = 2000


def keep(request: Any, form: forms.Form) -> None:
    """Remember the fields of a sent form that differ from what the form suggests."""
    typed = {
        name: text[:MAX_LENGTH]
        for name, text in list(request.POST.items())[:MAX_FIELDS]
        if _is_typed(form, name, text)
    }
    if typed != kept(request):
        request.session[KEY] = typed


def keep_all(request: Any) -> None:
    """Remember what stands in a form that was sent for another of its buttons."""
    keep_fields(request, request.POST)


def keep_fields(request: Any, fields: Mapping[str, str]) -> None:
    """Remember what stands in the fields of a form."""
    found = {
        name: text[:MAX_LENGTH]
        for name, text in list(fields.items())[:MAX_FIELDS]
        if name in TEXTS or SHIPMENT_FIELD.fullmatch(name)
    }
    if found:
        request.session[KEY] = {**kept(request), **found}


def kept(request: Any) -> dict[str, str]:
    """Return what was typed, by the name of the field."""
    found: dict[str, str] = request.session.get(KEY, {})
    return found


def forget(request: Any) -> None:
    """Drop what was typed: it has become an order."""
    request.session.pop(KEY, None)


def _is_typed(form: forms.Form, name: str, text: str) -> bool:
    field = form.fields.get(name)
    if field is None:
        # A shipment of the basket that was left: its warehouse may be in the next one too.
        return bool(SHIPMENT_FIELD.fullmatch(name))
    return text != str(field.initial or "")
