"""The queue of changes: what triggers have noted and no index holds yet.

A row is removed after the index has committed what it asks for, by its own key and not by a
range: keys are given before the commit, so a smaller one may come later.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from search.documents.asking import id_array
from search.models import Change

PRODUCT, FIGURES = Change.Kind.PRODUCT, Change.Kind.FIGURES

# What one row stands for many products for becomes a row per product, as old as it was.
EXPAND = """
WITH wide AS (
    DELETE FROM b2b_search_change WHERE NOT kind IN (1, 7) RETURNING kind, ref, created_at
), found (kind, product_id, created_at) AS (
    SELECT 1, pc.product_id, w.created_at FROM wide w
    JOIN catalogue_category top ON top.id = w.ref
    JOIN catalogue_category c ON c.path LIKE top.path || '%'
    JOIN catalogue_productcategory pc ON pc.category_id = c.id WHERE w.kind = 2
    UNION ALL
    SELECT 1, v.product_id, w.created_at FROM wide w
    JOIN catalogue_productattributevalue v ON v.value_option_id = w.ref WHERE w.kind = 3
    UNION ALL
    SELECT 1, p.id, w.created_at FROM wide w
    JOIN catalogue_product p ON p.vat_rate_id = w.ref WHERE w.kind = 4
    UNION ALL
    SELECT 7, pr.product_id, w.created_at FROM wide w
    JOIN pricing_price pr ON pr.price_list_id = w.ref WHERE w.kind = 5
    UNION ALL
    SELECT 1, v.product_id, w.created_at FROM wide w
    JOIN catalogue_productattributevalue v ON v.attribute_id = w.ref WHERE w.kind = 6
)
INSERT INTO b2b_search_change (kind, ref, created_at)
SELECT kind, product_id, min(created_at) FROM found GROUP BY kind, product_id
"""
WIDE = "SELECT EXISTS (SELECT FROM b2b_search_change WHERE NOT kind IN (1, 7))"
OLDEST = """
SELECT id, kind, ref FROM b2b_search_change WHERE kind IN (1, 7) AND id > %s ORDER BY id LIMIT %s
"""
REMOVE = "DELETE FROM b2b_search_change WHERE id = ANY(%s::bigint[])"
PUT = "INSERT INTO b2b_search_change (kind, ref) SELECT %s, unnest(%s::bigint[])"
AGE = "SELECT created_at FROM b2b_search_change ORDER BY id LIMIT 1"
COUNT = "SELECT count(*) FROM (SELECT FROM b2b_search_change LIMIT %s) x"
PARENTS = """
SELECT id, parent_id FROM catalogue_product
WHERE id = ANY(%s::bigint[]) AND parent_id IS NOT NULL
"""


class Batch(NamedTuple):
    """Rows of the queue, the ids whose documents they concern, and those of which they concern
    figures alone.
    """

    change_ids: list[int]
    row_ids: set[int]
    figure_ids: set[int]


def changes_take(limit: int, *, after: int = 0) -> Batch:
    """Return the oldest rows of the queue after a key; they stay there. Three queries, four if
    some stand for many products each.
    """
    with connection.cursor() as cursor:
        cursor.execute(WIDE)
        if cursor.fetchone()[0]:
            with transaction.atomic():
                cursor.execute(EXPAND)
        cursor.execute(OLDEST, [after, limit])
        found = cursor.fetchall()
        parents = {}
        if found:
            cursor.execute(PARENTS, [id_array({ref for _pk, _kind, ref in found})])
            parents = dict(cursor.fetchall())
    goods = {ref for _pk, kind, ref in found if kind == PRODUCT}
    # Both: a characteristic's row is its parent, and what was a row itself may be one no longer.
    row_ids = goods | {parents[pk] for pk in goods & parents.keys()}
    figure_ids = {parents.get(ref, ref) for _pk, kind, ref in found if kind == FIGURES}
    return Batch([pk for pk, _kind, _ref in found], row_ids, figure_ids - row_ids)


def changes_remove(change_ids: Iterable[int]) -> None:
    """Forget rows that an index has taken up. One query."""
    with connection.cursor() as cursor:
        cursor.execute(REMOVE, [id_array(change_ids)])


def changes_put(refs: Collection[int], kind: int = PRODUCT) -> None:
    """Ask for documents to be made anew. One query."""
    with connection.cursor() as cursor:
        cursor.execute(PUT, [int(kind), id_array(refs)])


def changes_clear() -> None:
    """Forget all that is committed by now: whoever reads afterwards reads it anyway. One query."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM b2b_search_change")


def oldest_change_at() -> datetime | None:
    """When the change was made that waits longest. One query."""
    found: Any = _one(AGE, [])
    return found[0] if found else None


def num_changes(limit: int) -> int:
    """How many rows wait, counted up to a limit. One query."""
    return int(_one(COUNT, [limit])[0])


def _one(statement: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()
