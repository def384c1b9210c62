"""What purchasing locks: the basket row, before anything else of it is read."""

from collections.abc import Collection, Sequence
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from b2b_apps.core.context import TradeContext

OPEN = "Open"
# Where a line stands: asked of each of a few lines, for it looks at all before it.
MOST_PLACES = 20
PLACE = RawSQL(
    "(SELECT count(*) FROM basket_line o WHERE o.basket_id = basket_line.basket_id "
    "AND (o.date_created, o.id) <= (basket_line.date_created, basket_line.id))", (),
)  # fmt: skip
NO_PLACE = RawSQL("0::bigint", ())
# As of when what is read after this query is right (docs/algorithms/basket.md).
SINCE = RawSQL("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", ())


def open_basket_locked(*, context: TradeContext, may_create: bool) -> Any | None:
    """Return the person's open basket under the current contract, locked till the transaction ends.

    Two first writes at once meet at the unique constraint: the loser takes the winner's basket.
    One query, three more for a new basket. Its ``since`` is as of when what is read next is right.
    """
    baskets = apps.get_model("basket", "Basket").objects
    key = {
        "owner_id": context.basket_user_id,
        "contract_id": context.contract_id,
        "status": context.basket_status,
    }
    while True:
        rows = baskets.select_for_update(of=("self",)).annotate(since=SINCE)
        basket = rows.filter(**key).first()
        if basket is not None or not may_create:
            return basket
        try:
            with transaction.atomic():
                made = baskets.create(**key)
        except IntegrityError:
            continue
        # Nothing of it has to be reckoned anew.
        found = baskets.annotate(since=SINCE).get(pk=made.pk)
        found.is_new = True
        return found


def open_lines_locked(
    *, context: TradeContext, rows: QuerySet[Any], line_ids: Collection[int]
) -> Sequence[Any]:
    """Return those of the lines that are in the person's open basket under the current contract,
    read as ``rows`` are; they and the basket are locked till the transaction ends. One query.

    The basket is locked first: PostgreSQL locks in the order in which the tables are named.
    """
    found = rows.filter(
        pk__in=list(line_ids),
        basket__owner_id=context.basket_user_id,
        basket__contract_id=context.contract_id,
        basket__status=context.basket_status,
    )
    found = found.select_related("basket").select_for_update(of=("basket", "self"))
    return list(
        found.annotate(since=SINCE, place=PLACE if len(line_ids) <= MOST_PLACES else NO_PLACE)
    )


def open_baskets_locked(*, context_from: TradeContext, context_to: TradeContext) -> None:
    """Lock the person's open baskets under two contracts; the second is made if there is none.

    Always in the order of contracts, so that two moves in opposite directions queue up. Two
    queries, two more for a new basket.
    """
    contexts = [(context_from, False), (context_to, True)]
    for context, may_create in sorted(contexts, key=lambda pair: pair[0].contract_id):
        open_basket_locked(context=context, may_create=may_create)


def basket_locked(*, basket_id: int, user_id: int) -> Any | None:
    """Return a basket of this person in whatever status, locked. One query."""
    baskets = apps.get_model("basket", "Basket").objects
    return baskets.select_for_update(of=("self",)).filter(pk=basket_id, owner_id=user_id).first()
