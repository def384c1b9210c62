"""Lines typed or pasted as text: an article, space or tab, a quantity."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.apps import apps
from django.db.models import Q

from b2b_apps.purchasing.quantities import QuantityError, parse_quantity

MAX_PASTED = 2000
SEPARATORS = ("\t", ";", " ")


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One line of the text. ``quantity`` is None if it is not a number that may be ordered."""

    text: str
    article: str
    quantity: Decimal | None


def pasted_lines(text: str) -> Sequence[PastedLine]:
    """Return the lines of a pasted text, at most ``MAX_PASTED``, blank ones left out.

    A line without a quantity means one (which the pack then raises).
    """
    found = [line.strip() for line in text.splitlines()]
    return [_line(line) for line in found if line][:MAX_PASTED]


def _line(text: str) -> PastedLine:
    for separator in SEPARATORS:
        article, found, quantity = text.rpartition(separator)
        if found and article.strip():
            try:
                return PastedLine(text, article.strip(" \t;"), parse_quantity(quantity))
            except QuantityError:
                if separator != " ":
                    return PastedLine(text, article.strip(), None)
    return PastedLine(text, text, Decimal(1))


def products_by_article(articles: Sequence[str]) -> dict[str, int]:
    """Return product ids by article as it was written, any case, or by barcode. One query.

    An article that several products share is left out: which one is meant is not ours to guess.
    """
    # Spelt out instead of lower() in SQL: the index on articles is one of plain values.
    wanted = {form for a in articles for form in (a, a.upper(), a.lower())}
    rows = (
        apps.get_model("catalogue", "Product")
        .objects.filter(is_public=True)
        .exclude(structure="parent")
        .filter(Q(article__in=wanted) | Q(barcode__in=wanted))
        .values_list("pk", "article", "barcode")
    )
    ids: dict[str, set[int]] = {}
    for pk, *names in rows:
        for name in filter(None, names):
            ids.setdefault(name.lower(), set()).add(pk)
    known = {name: found.pop() for name, found in ids.items() if len(found) == 1}
    return {article: known[article.lower()] for article in articles if article.lower() in known}
