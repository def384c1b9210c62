"""Many articles at once: a pasted list, a file, an order by codes."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from django.db import connection

from b2b_apps.assortment.selectors import visible_ids
from b2b_apps.core.context import TradeContext
from search.analysis.codes import code_keys, either_term
from search.current import live_index
from search.engines.base import Engine, EngineAwayError

# A product's id, and its codes as they are written.
Written = tuple[int, Sequence[str]]
# Codes in one request to the engine, three keys each.
MOST_AT_ONCE = 5_000

# What the engine found, and what is written exactly so: the index may be a moment behind.
# Each by an index of its own: an OR of them reads the whole table. An array of what they give and
# no join: where many codes are asked the planner would rather walk half of the table in order.
SQL = """
WITH named AS MATERIALIZED (
    SELECT unnest(%(ids)s::bigint[]) AS id
    UNION SELECT id FROM catalogue_product WHERE parent_id = ANY(%(ids)s::bigint[])
    UNION SELECT id FROM catalogue_product WHERE article = ANY(%(codes)s::text[])
    UNION SELECT id FROM catalogue_product WHERE barcode = ANY(%(codes)s::text[])
)
SELECT p.id, p.article, p.barcode, p.code_1c
FROM catalogue_product p LEFT JOIN catalogue_product heading ON heading.id = p.parent_id
WHERE p.id = ANY(ARRAY(SELECT id FROM named)) AND p.structure <> 'parent' AND p.is_public
    AND heading.is_public IS NOT FALSE ORDER BY p.id
"""


def codes_found(
    codes: Collection[str], *, context: TradeContext | None = None, engine: Engine | None = None
) -> dict[str, list[int]]:
    """Return, for every code typed, ids of the products that have it; [] if none has.

    Articles, barcodes and codes of 1C in any case, alphabet and separators. Where a code as it
    looks or sounds is somebody's, others that only might be meant are left out. One request to
    the engine and one query per 5,000 codes. While the engine is away, codes are found as they
    are written. Ids are of products that can be ordered and that the ``context`` sees, which takes
    one query more where it does not see all: a product that it does not see stands in nobody's way,
    so nothing tells that there is one. Without a context, of all.
    """
    answer: dict[str, list[int]] = {}
    typed = list(dict.fromkeys(codes))
    for start in range(0, len(typed), MOST_AT_ONCE):
        some = typed[start : start + MOST_AT_ONCE]
        by_key = _products_by_key(_seen(list(_written(some, _rows(some, engine))), context))
        answer.update((code, _ids(code, by_key)) for code in some)
    return answer


def _rows(codes: Sequence[str], engine: Engine | None) -> Sequence[int]:
    """Ids of the rows of listings that have the codes, by the engine; none while it is away."""
    keys = [key for code in codes for key in _keys(code)]
    if not keys:
        return []
    try:
        asked = engine or live_index().engine
        return asked.ids({"terms": {"codes": keys}}, limit=4 * MOST_AT_ONCE)
    except EngineAwayError:
        return []


def _keys(code: str) -> list[str]:
    keys = code_keys(code)
    return [*keys, either_term(code)] if keys else []


def _written(codes: Sequence[str], ids: Sequence[int]) -> Iterator[Written]:
    with connection.cursor() as cursor:
        cursor.execute(SQL, {"ids": list(ids), "codes": [code.strip() for code in codes]})
        for pk, *values in cursor.fetchall():
            yield pk, [value for value in values if value]


def _seen(rows: Sequence[Written], context: TradeContext | None) -> Sequence[Written]:
    """Those that the context sees, told before anybody asks whose code is the exact one."""
    if context is None:
        return rows
    seen = frozenset(visible_ids(context, [pk for pk, _values in rows]))
    return [row for row in rows if row[0] in seen]


def _products_by_key(rows: Sequence[Written]) -> Mapping[str, list[int]]:
    by_key: dict[str, list[int]] = {}
    for pk, values in rows:
        for key in dict.fromkeys(key for value in values for key in _keys(value)):
            by_key.setdefault(key, []).append(pk)
    return by_key


def _ids(code: str, by_key: Mapping[str, list[int]]) -> list[int]:
    exact = [pk for key in code_keys(code) for pk in by_key.get(key, ())]
    return list(dict.fromkeys(exact or by_key.get(either_term(code), [])))
