"""What the worker's clock calls for: the queue taken up, the index built where it has to be."""

import logging
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from search.documents.maker import DocumentMaker
from search.documents.version import DOCUMENTS_VERSION
from search.engines.base import Engine
from search.indexing.generations import (
    generations_tidy,
    live_generation,
    may_try_again,
    rebuild_reason,
)
from search.indexing.locks import writer_lock
from search.indexing.queue import changes_put, oldest_change_at
from search.indexing.rebuild import index_rebuild
from search.indexing.refresh import queue_drain
from search.indexing.slot_plan import with_new_lists
from search.models import Change, Generation

logger = logging.getLogger(__name__)

# Prices that have begun or ended since a day, and receipts whose day has passed.
TURNED = """
INSERT INTO b2b_search_change (kind, ref)
SELECT 7, product_id FROM pricing_price
WHERE valid_from > %(since)s AND valid_from <= %(day)s
    OR valid_to >= %(since)s AND valid_to < %(day)s
UNION
SELECT 7, product_id FROM inventory_expectedreceipt WHERE day >= %(since)s AND day < %(day)s
"""


def index_refresh(*, engine: Engine) -> int:
    """Take up what waits in the queue; return how many of its rows: none while somebody else
    writes. Two queries where nothing waits.
    """
    live = live_generation()
    if live is None or live.version != DOCUMENTS_VERSION:
        return 0
    if live.day == timezone.localdate() and oldest_change_at() is None:
        return 0
    with writer_lock() as is_ours:
        if not is_ours or engine.live() != live.name:
            return 0
        day_turn(generation=live, day=timezone.localdate())
        maker = DocumentMaker(live.layout)
        return len(queue_drain(engine=engine, generation=live.name, maker=maker).change_ids)


def index_maintain(*, engine: Engine) -> Generation | None:
    """Build the index if it has to be built; else make room for new lists and drop what is over.
    Returns what was built.
    """
    with writer_lock() as is_ours:
        if not is_ours:
            return None
        generations_tidy(engine=engine)
        reason = rebuild_reason(engine=engine)
        if reason:
            return index_rebuild(engine=engine, reason=reason) if may_try_again() else None
        lists_place()
    return None


@transaction.atomic
def lists_place() -> None:
    """Give free slots of the live generation to new price lists, and ask for their documents."""
    live = live_generation()
    if live is None:
        return
    slots, placed = with_new_lists(live.layout)
    if slots != live.layout:
        live.slots = slots.as_json()
        live.save(update_fields=["slots"])
        for price_list_id in placed:
            changes_put([price_list_id], Change.Kind.PRICE_LIST)


@transaction.atomic
def day_turn(*, generation: Generation, day: date) -> None:
    """Ask for the documents of what began or ended since the day of a generation. No query on
    the same day.
    """
    since = generation.day or day
    if since >= day:
        return
    with connection.cursor() as cursor:
        cursor.execute(TURNED, {"since": since, "day": day})
    generation.day = day
    generation.save(update_fields=["day"])
