"""What inventory locks: stock records in pk order, before anything of them is read or written."""

from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from django.db import connection


class LockedRecord(NamedTuple):
    """A balance that nobody else writes till the transaction ends."""

    id: int
    on_hand: Decimal
    held: Decimal

    @property
    def free(self) -> Decimal:
        return max(Decimal(0), self.on_hand - self.held)


# The first half of an advisory lock's name: a reserve by hand, then the counterparty.
RESERVES = 0x5E5E
SQL = """
SELECT id, coalesce(num_in_stock, 0), coalesce(num_allocated, 0)
FROM partner_stockrecord WHERE {column} = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE
"""


def stock_records_locked(*, stock_record_ids: Collection[int]) -> dict[int, LockedRecord]:
    """Lock balances till the transaction ends and return them as they are now. One query.

    Everyone who writes ``num_in_stock`` or ``num_allocated`` comes here first, so all queue up in
    the order of primary keys and nobody can wait in a circle. NO KEY: rows that refer to a
    balance (lines, holds) take a key-share lock on it when their transaction commits, and a full
    FOR UPDATE would wait for those, and they for it.
    """
    return _locked("id", stock_record_ids)


def product_stock_locked(*, product_ids: Collection[int]) -> dict[int, LockedRecord]:
    """Lock all balances of products, in all warehouses; for the importer. One query."""
    return _locked("product_id", product_ids)


def company_reserves_lock(*, counterparty_id: int) -> None:
    """Let only one transaction at a time reserve by hand for a company, or limits would not hold.

    Taken before balances. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [RESERVES, counterparty_id])


def _locked(column: str, ids: Collection[int]) -> dict[int, LockedRecord]:
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(column=column), {"ids": sorted(ids)})
        return {row[0]: LockedRecord(*row) for row in cursor.fetchall()}
