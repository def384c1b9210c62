"""``mode=deactivate``: goods that a whole exchange did not name are hidden, within reason."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection as database
from django.db import transaction

from b2b_apps.core.models import ExternalId
from b2b_apps.sync1c.importing.seen import seen_files, seen_names
from b2b_apps.sync1c.models import ExchangeFile, ExchangeProblem, ExchangeSession
from b2b_apps.sync1c.texts import say

# Hiding more than this share of what is public looks like an exchange that broke off.
MAX_SHARE = 0.20
# On in 1C are goods that are public, and those that staff alone have hidden.
MISSING = """
    SELECT p.id FROM catalogue_product p
    JOIN core_externalid e ON e.object_id = p.id AND e.kind = 'product' AND e.source = %s
    WHERE (p.is_public OR (p.is_off_by_staff AND NOT p.is_off_by_1c)) AND p.parent_id IS NULL
    AND NOT EXISTS (SELECT FROM seen_goods s WHERE s.name = e.external_id)
"""


class TooManyError(Exception):
    """More goods would vanish than an exchange may take away; the text says what to do."""


def goods_deactivate(*, session: ExchangeSession, since: datetime) -> int:
    """Hide public goods of the connection that no file since ``since`` named; return how many.

    Raises TooManyError, and notes a problem, if that is more than a fifth of them.
    """
    with transaction.atomic():
        num_public, missing = _missing(session, since)
        if len(missing) <= MAX_SHARE * num_public:
            _hide(session, missing)
            return len(missing)
    raise TooManyError(_refused(session, len(missing), num_public))


def _hide(session: ExchangeSession, product_ids: list[int]) -> None:
    products = apps.get_model("catalogue", "Product").objects
    products.filter(pk__in=product_ids).update(is_public=False, is_off_by_1c=True)
    # Sent again, even unchanged, they must come back: so their hashes are forgotten.
    ExternalId.objects.filter(
        source=session.connection.source, kind="product", object_id__in=product_ids
    ).update(content_hash=b"")


def _missing(session: ExchangeSession, since: datetime) -> tuple[int, list[int]]:
    source = session.connection.source
    # Asked for first: while COPY runs, the connection answers nothing else.
    lists = seen_files(connection=session.connection, since=since)
    with database.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE seen_goods (name text) ON COMMIT DROP")
        with _copy(cursor) as copy:
            for name in seen_names(lists):
                # A characteristic vouches for its product.
                copy.write_row([name.partition("#")[0]])
        cursor.execute("CREATE INDEX ON seen_goods (name)")
        cursor.execute(
            "SELECT count(*) FROM catalogue_product p JOIN core_externalid e "
            "ON e.object_id = p.id AND e.kind = 'product' AND e.source = %s "
            "WHERE (p.is_public OR (p.is_off_by_staff AND NOT p.is_off_by_1c)) "
            "AND p.parent_id IS NULL",
            [source],
        )
        (num_public,) = cursor.fetchone()
        cursor.execute(MISSING, [source])
        missing = [pk for (pk,) in cursor.fetchall()]
        cursor.execute("DROP TABLE seen_goods")
    return num_public, missing


def _copy(cursor: Any) -> Any:
    return cursor.copy("COPY seen_goods (name) FROM STDIN")


def _refused(session: ExchangeSession, num_missing: int, num_public: int) -> str:
    text = say("deactivate_refused", missing=num_missing, public=num_public)
    file = session.files.order_by("-pk").first() or _any_file(session)
    if file is not None:
        ExchangeProblem.objects.create(
            file=file, code="deactivate_refused", kind="product", text=text
        )
    return text


def _any_file(session: ExchangeSession) -> ExchangeFile | None:
    return (
        ExchangeFile.objects.filter(session__connection=session.connection).order_by("-pk").first()
    )
