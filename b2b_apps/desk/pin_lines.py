"""The products pinned to a text as lines of a form: read from what was posted, moved, added."""

from collections.abc import Sequence

from django.apps import apps
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from b2b_apps.desk.boards import clean_text
from search.bodies.pinned import MOST_PINS


def ids_posted(posted: QueryDict) -> list[int]:
    """The products of a form, each once, in order, with what ``do`` asks: up:N, down:N, drop:N."""
    texts = [text for text in posted.getlist("product") if _is_key(text)]
    ids = list(dict.fromkeys(int(text) for text in texts))[:MOST_PINS]
    act, _colon, at = posted.get("do", "").partition(":")
    place = int(at) if _is_key(at) else -1
    if not 0 <= place < len(ids):
        return ids
    if act == "drop":
        del ids[place]
    other = place + {"up": -1, "down": 1}.get(act, 0)
    if act in {"up", "down"} and 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
    return ids


def added(ids: list[int], typed: str) -> str:
    """Add the product of an article or code; return what is wrong, nothing if it was added.

    A characteristic stands for its product, which is what listings show. Two queries at most.
    """
    text = clean_text(typed)
    if not text:
        return ""
    if len(ids) >= MOST_PINS:
        return _("No more than %(n)d products for a text.") % {"n": MOST_PINS}
    rows = apps.get_model("catalogue", "Product").objects.filter(
        Q(article__iexact=text) | Q(code_1c__iexact=text) | Q(barcode=text)
    )
    found = rows.order_by("parent_id", "pk").values_list("pk", "parent_id")[:1]
    for pk, parent_id in found:
        if (parent_id or pk) in ids:
            return _("It stands there already.")
        ids.append(parent_id or pk)
        return ""
    return _("There is no product with this article or code.")


def known(ids: Sequence[int], goods: dict[int, object]) -> list[int]:
    """Those that are still there."""
    return [pk for pk in ids if pk in goods]


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18
