"""Rows of a file beside the prices that stand: what is new, changed, the same, given twice."""

from django.db import connection

from b2b_apps.pricing.models import PriceImport

KEY = "product_id, minimum_quantity, pack_factor, valid_from"

# A row that stood as repeated may be alone again, once another was given another product.
FREE = """
UPDATE pricing_priceimportrow SET kind = 'new', reason = '', details = details - 'rows'
WHERE imported_id = %(import)s AND kind = 'bad' AND reason = 'repeated'
"""
TWICE = f"""
UPDATE pricing_priceimportrow r
SET kind = 'bad', reason = 'repeated', details = r.details || jsonb_build_object('rows', twice.rows)
FROM (
    SELECT {KEY}, jsonb_agg(number ORDER BY number) AS rows
    FROM pricing_priceimportrow
    WHERE imported_id = %(import)s AND kind IN ('new', 'changed', 'same')
    GROUP BY {KEY} HAVING count(*) > 1
) twice
WHERE r.imported_id = %(import)s AND r.kind IN ('new', 'changed', 'same')
    AND r.product_id = twice.product_id AND r.minimum_quantity = twice.minimum_quantity
    AND r.pack_factor = twice.pack_factor AND r.valid_from IS NOT DISTINCT FROM twice.valid_from
"""  # noqa: S608 - only our own constants are put in, values are parameters

STANDING = """
UPDATE pricing_priceimportrow r
SET old_amount = s.amount, old_valid_to = s.valid_to, kind = s.kind, valid_to = s.till,
    shift = CASE WHEN s.amount > 0
        THEN least(round((r.amount - s.amount) * 100 / s.amount, 1), 99999999999) END
FROM (
    SELECT a.id, p.amount, p.valid_to,
        CASE WHEN %(ends)s THEN a.valid_to ELSE p.valid_to END AS till,
        CASE WHEN p.id IS NULL THEN 'new'
             WHEN p.amount = a.amount AND (NOT %(ends)s OR p.valid_to IS NOT DISTINCT FROM
                a.valid_to) THEN 'same'
             ELSE 'changed' END AS kind
    FROM pricing_priceimportrow a
    LEFT JOIN pricing_price p
        ON p.price_list_id = %(list)s AND p.product_id = a.product_id
        AND p.minimum_quantity = a.minimum_quantity AND p.pack_factor = a.pack_factor
        AND p.valid_from IS NOT DISTINCT FROM a.valid_from
    WHERE a.imported_id = %(import)s AND a.kind IN ('new', 'changed', 'same')
) s
WHERE r.id = s.id AND (r.kind <> s.kind OR r.old_amount IS DISTINCT FROM s.amount
    OR r.old_valid_to IS DISTINCT FROM s.valid_to OR r.valid_to IS DISTINCT FROM s.till)
"""


def rows_compare(imported: PriceImport) -> int:
    """Compare an import's rows with each other and with the list; return how many changed by it.

    Three statements, whatever the number of rows. A file that has no column of ends leaves them
    as they stand.
    """
    values = {
        "import": imported.pk,
        "list": imported.price_list_id,
        "ends": bool(imported.details.get("has_ends")),
    }
    with connection.cursor() as cursor:
        cursor.execute(FREE, values)
        cursor.execute(TWICE, values)
        cursor.execute(STANDING, values)
        return int(cursor.rowcount)


def rows_count(imported: PriceImport) -> dict[str, int]:
    """Return how many rows are which, how many shift by over 20 %, how many were rounded."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, count(*), count(*) FILTER (WHERE abs(shift) > 20),"
            " count(*) FILTER (WHERE details ? 'rounded') FROM pricing_priceimportrow"
            " WHERE imported_id = %s GROUP BY kind",
            [imported.pk],
        )
        found = cursor.fetchall()
    counts = {kind: number for kind, number, _far, _rounded in found}
    counts["far"] = sum(far for kind, _n, far, _rounded in found if kind in {"new", "changed"})
    counts["rounded"] = sum(rounded for *_rest, rounded in found)
    return counts
