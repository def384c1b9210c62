"""The rows of the database that have documents."""

from collections.abc import Iterator

from django.db import connection

# Three to five thousand make the statements' overhead small and a batch's memory too.
BATCH = 3000
IS_ROW = """p.parent_id IS NULL AND p.is_public AND (p.structure <> 'parent' OR EXISTS (
    SELECT FROM catalogue_product c WHERE c.parent_id = p.id AND c.is_public))"""
NEXT = f"""
SELECT p.id FROM catalogue_product p WHERE p.id > %s AND {IS_ROW} ORDER BY p.id LIMIT %s
"""  # noqa: S608 - only our own fragment is put in
COUNT = f"SELECT count(*) FROM catalogue_product p WHERE {IS_ROW}"  # noqa: S608 - as above


def row_batches(size: int = BATCH) -> Iterator[list[int]]:
    """Ids of all rows, ascending. One query per batch."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(NEXT, [last, size])
            ids = [pk for (pk,) in cursor.fetchall()]
        if not ids:
            return
        last = ids[-1]
        yield ids


def num_rows() -> int:
    """How many rows have documents. One query."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        return int(cursor.fetchone()[0])
