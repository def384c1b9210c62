"""Prices by the million: staged, compared, written where they differ, with their history.

The algorithm, its locks and its figures: docs/algorithms/loading.md.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from b2b_apps.pricing import price_load_sql as sql
from b2b_apps.pricing.locks import price_lists_lock
from b2b_apps.pricing.models import Price, PriceList

NOTHING = Decimal(0)
NULL = r"\N"
BLOCK = 4000
# From here on statistics and memory for sorting pay for themselves.
MANY = 20_000
WORK_MEMORY = "128MB"
# Prices of several lists lie in the same pages: an index of one list would visit each of them
# once for every list. With the cost of a page far away as PostgreSQL has it by itself, the
# comparison reads them once, whatever the server's disks are said to be like.
FAR_PAGE = "4"


class PriceRow(NamedTuple):
    """A price as it shall be; all but ``amount`` and ``valid_to`` is its key.

    Amounts are of one base unit, not negative, with four decimals at most.
    """

    price_list_id: int
    product_id: int
    amount: Decimal
    minimum_quantity: Decimal = NOTHING
    pack_factor: Decimal = NOTHING
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class LoadReport:
    """How many rows were which; ``repeated`` were given again further down, and that one won."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    repeated: int = 0


class Replaced(NamedTuple):
    """Where a price that was not given goes away: in these lists, of these products (all).

    ``undated`` keeps prices that begin on a date: 1C knows nothing of them. ``refined`` ends what
    1C named live for these products: it has spoken again.
    """

    price_list_ids: Collection[int]
    product_ids: Collection[int] | None = None
    undated: bool = False
    refined: bool = False


@transaction.atomic
def prices_load(  # noqa: PLR0913 - what is loaded, and what the history says of it
    *,
    rows: Iterable[PriceRow],
    source: str,
    user_id: int | None = None,
    replaces_lists: Collection[int] = (),
    replaces: Replaced | None = None,
    moment: datetime | None = None,
) -> LoadReport:
    """Bring prices in line with ``rows``: make new ones, change what differs, leave the rest.

    In ``replaces_lists`` every price that was not given is removed; ``replaces`` says so of a
    narrower part. What changes leaves a row of PriceChange. Rows are read once, as a stream; of
    one key the last wins. The history says ``moment``, now if none is given. Fifteen statements
    at most, whatever the number of rows.

    Locks the price lists in pk order until the transaction ends: loads of one list queue up.
    Raises IntegrityError for a list or product that is not there or an amount below nothing.
    """
    scope = replaces or Replaced(replaces_lists)
    refined = refined_lists_of(scope.product_ids) if scope.refined else set()
    with connection.cursor() as cursor:
        cursor.execute(sql.STAGING)
        staged = _stage(cursor, rows)
        repeated = 0 if staged.is_sorted else _count(cursor, sql.REPEATED)
        price_lists_lock(price_list_ids={*staged.price_list_ids, *scope.price_list_ids, *refined})
        history = {"source": source, "user": user_id, "now": moment or timezone.now()}
        new = changed = 0
        if staged.number and _count(cursor, sql.COMPARE, {"lists": sorted(staged.price_list_ids)}):
            _count(cursor, sql.HISTORY, history)
            changed = _change(cursor, is_many=staged.number > MANY)
            new = _count(cursor, sql.ADD)
            if new:
                cursor.execute(sql.COUNT)
        removed = _remove(cursor, scope, history)
        if refined:
            ended = Replaced(refined, scope.product_ids)
            _remove(cursor, ended, history)
    return LoadReport(new, changed, staged.number - repeated - new - changed, removed, repeated)


@transaction.atomic
def prices_remove(
    *, price_list_id: int, price_ids: Collection[int], source: str, user_id: int | None = None
) -> int:
    """Remove these prices of a list, with their history; return how many there were. Two queries.

    Locks the list until the transaction ends.
    """
    price_lists_lock(price_list_ids=[price_list_id])
    with connection.cursor() as cursor:
        values = {"list": price_list_id, "ids": sorted(price_ids), "source": source,
                  "user": user_id, "now": timezone.now()}  # fmt: skip
        return _count(cursor, sql.REMOVE_THESE, values)


def price_counts_renew() -> int:
    """Count the prices of every list anew; return of how many lists the number was another.

    Locks the lists, so that nobody writes prices meanwhile.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        price_lists_lock(price_list_ids=list(PriceList.objects.values_list("pk", flat=True)))
        return _count(cursor, sql.RENEW)


@dataclass(slots=True)
class _Staged:
    """What went into the staging table, and whether it ascends: then nothing is given twice."""

    number: int = 0
    price_list_ids: set[int] = field(default_factory=set)
    by_list: bool = True
    by_product: bool = True

    @property
    def is_sorted(self) -> bool:
        return self.by_list or self.by_product


def _stage(cursor: Any, rows: Iterable[PriceRow]) -> _Staged:
    """Copy the rows into the staging table."""
    staged = _Staged()
    with connection.wrap_database_errors, cursor.copy(sql.COPY) as copy:
        for block in _blocks(rows, staged):
            copy.write(block)
    if staged.number > MANY:
        cursor.execute(
            "SELECT set_config('work_mem', %s, true), set_config('random_page_cost', %s, true)",
            [WORK_MEMORY, FAR_PAGE],
        )
        cursor.execute("ANALYZE price_staging")
    return staged


def _blocks(rows: Iterable[PriceRow], staged: _Staged) -> Iterator[str]:
    """Yield lines of COPY by the block: only numbers and dates, so nothing needs escaping."""
    lines: list[str] = []
    last_list = last_product = 0
    for price_list_id, product_id, amount, minimum, factor, since, till in rows:
        if price_list_id != last_list:
            staged.price_list_ids.add(price_list_id)
        if price_list_id <= last_list and product_id <= last_product:
            staged.by_list = staged.by_product = False
        elif price_list_id < last_list:
            staged.by_list = False
        elif product_id < last_product:
            staged.by_product = False
        last_list, last_product = price_list_id, product_id
        lines.append(
            f"{price_list_id}\t{product_id}\t{amount}\t{minimum}\t{factor}"
            f"\t{since or NULL}\t{till or NULL}\n"
        )
        if len(lines) == BLOCK:
            staged.number += BLOCK
            yield "".join(lines)
            lines.clear()
    staged.number += len(lines)
    yield "".join(lines)


def refined_lists_of(product_ids: Collection[int] | None) -> set[int]:
    """The lists in which 1C named prices of these products. One query."""
    rows = Price.objects.filter(
        price_list__kind=PriceList.Kind.REFINED, product_id__in=product_ids or []
    )
    return set(rows.values_list("price_list_id", flat=True).distinct())


def _count(cursor: Any, statement: str, values: Any = None) -> int:
    cursor.execute(statement, values)
    return int(cursor.rowcount)


def _change(cursor: Any, *, is_many: bool) -> int:
    """Change the prices that differ, each where it lies."""
    if is_many:
        cursor.execute(sql.IN_PLACE, {"joins": "off"})
    changed = _count(cursor, sql.CHANGE)
    if is_many:
        cursor.execute(sql.IN_PLACE, {"joins": "on"})
    return changed


def _remove(cursor: Any, scope: Replaced, history: dict[str, Any]) -> int:
    if not scope.price_list_ids:
        return 0
    products = scope.product_ids
    values = {
        "lists": sorted(scope.price_list_ids),
        "products": None if products is None else sorted(products),
        "undated": scope.undated,
    }
    return _count(cursor, sql.REMOVE, {**history, **values})
