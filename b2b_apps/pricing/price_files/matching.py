"""Whose article it is. What is not exactly an article is offered, never taken for one."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.apps import apps
from django.db import connection

from b2b_apps.pricing.models import PriceImport, PriceImportRow

Kind = PriceImportRow.Kind
# Cyrillic letters as Latin ones; both kinds of O, and З, as figures.
LETTERS, LATIN = "АВЕЁКМНРСТУХЗОO", "ABEEKMHPCTYX300"
LOOKS = str.maketrans(LETTERS, LATIN)
MOST_OFFERS = 3
NEAR_SQL = f"""
SELECT id, near FROM (
    SELECT id, ltrim(regexp_replace(translate(upper(article), '{LETTERS}', '{LATIN}'),
        '[^[:alnum:]]', '', 'g'), '0') AS near
    FROM catalogue_product WHERE article <> ''
) goods WHERE near = ANY(%(wanted)s) ORDER BY id
"""  # noqa: S608 - only our own constants are put in, values are parameters


def products_match(rows: Sequence[PriceImportRow]) -> None:
    """Give rows the product that has their article, else their code in 1C. Two queries at most.

    An article of several products is nobody's: all of them are offered.
    """
    wanted = {row.article for row in rows if row.kind == Kind.UNKNOWN}
    found = _by("article", wanted)
    found |= _by("code_1c", wanted - found.keys())
    for row in rows:
        products = found.get(row.article, ())
        if row.kind != Kind.UNKNOWN:
            continue
        if len(products) == 1:
            row.kind, row.product_id = Kind.NEW, products[0]
        elif products:
            row.reason = "several"
            row.details = {**row.details, "offers": list(products[:MOST_OFFERS])}


def _by(field: str, texts: Collection[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    if texts:
        goods = apps.get_model("catalogue", "Product").objects
        rows = goods.filter(**{f"{field}__in": texts}).order_by("parent_id", "pk")
        for text, pk in rows.values_list(field, "pk"):
            found[text].append(pk)
    return dict(found)


def offers_find(imported: PriceImport) -> None:
    """Look for goods whose article only looks like an unknown one. Three queries at most.

    Letters that look alike, separators and zeros in front are set aside; one pass over the goods.
    """
    rows = list(imported.rows.filter(kind=Kind.UNKNOWN, reason=""))
    near = {row.pk: near_of(row.article) for row in rows}
    found = _near({text for text in near.values() if text})
    for row in rows:
        offers = found.get(near[row.pk], ())[:MOST_OFFERS]
        row.reason = "looks_like" if offers else "unknown"
        row.details = {**row.details, "offers": list(offers)} if offers else row.details
    PriceImportRow.objects.bulk_update(rows, ["reason", "details"], batch_size=1000)


def _near(wanted: Collection[str]) -> Mapping[str, Sequence[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(NEAR_SQL, {"wanted": list(wanted)})
            for pk, near in cursor.fetchall():
                found[near].append(pk)
    return found


def near_of(article: str) -> str:
    """The article without what the eye does not tell apart."""
    return re.sub(r"[\W_]", "", article.upper().translate(LOOKS)).lstrip("0")
