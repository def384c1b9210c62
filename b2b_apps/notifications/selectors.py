"""Questions about notices and what persons chose."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Subquery

from b2b_apps.companies.roles import SEE_ORDERS
from b2b_apps.core.context import ReadContext
from b2b_apps.notifications.kinds import USUAL, Channel, Kind
from b2b_apps.notifications.models import Notice, NoticeChoice


@dataclass(frozen=True, slots=True)
class Chosen:
    """What holds for a person. ``language`` is "" for the portal's."""

    channels: Mapping[str, frozenset[str]]
    language: str = ""

    def has(self, kind: str, channel: str) -> bool:
        return channel in self.channels[kind]


def chosen_by(*, person_id: int | None) -> Chosen:
    """Return what a person chose, and what is usual for the rest. One query."""
    row = NoticeChoice.objects.filter(person_id=person_id).first()
    if row is None:
        return Chosen(USUAL)
    kept = row.channels if isinstance(row.channels, dict) else {}
    found = {str(k): _known(kept[k]) if k in kept else USUAL[k] for k in Kind}
    return Chosen(found, row.language)


def notices_for(*, context: ReadContext) -> QuerySet[Notice]:
    """A person's notices about companies whose orders he may see now, the newest first.

    Raises PermissionMissingError if there is none.
    """
    context.require(SEE_ORDERS)
    rows = Notice.objects.filter(
        person_id=context.user_id, counterparty_id__in=context.companies_with(SEE_ORDERS)
    )
    return rows.select_related("order", "counterparty", "status").order_by("-pk")


def num_unread(*, person: Any, counterparty_ids: Any) -> Subquery:
    """How many notices a person has not read, as a column for another query: none of its own.
    Null where there are none.
    """
    unscoped: Any = Notice._base_manager
    rows = unscoped.filter(
        person_id=person, counterparty_id__any=counterparty_ids, read_at__isnull=True
    )
    return Subquery(rows.order_by().values("person_id").annotate(n=Count("pk")).values("n"))


def _known(values: Any) -> frozenset[str]:
    listed: Collection[Any] = values if isinstance(values, list) else ()
    return frozenset(channel for channel in Channel if channel in listed)
