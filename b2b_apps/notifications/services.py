"""Telling persons what happened, in the transaction in which it did; what they choose."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from b2b_apps.companies.roles import SEE_ORDERS, SEE_PRICES
from b2b_apps.companies.selectors import memberships_of
from b2b_apps.core.context import ReadContext
from b2b_apps.core.mail import mail_put
from b2b_apps.notifications.kinds import Channel, Kind
from b2b_apps.notifications.models import Notice, NoticeChoice
from b2b_apps.notifications.selectors import chosen_by, notices_for


def order_notify(  # noqa: PLR0913 - each is of some events alone
    *,
    order_id: int,
    kind: str,
    key: str = "",
    amount: Decimal | None = None,
    status: Any = None,
    by_mail: bool = True,
) -> None:
    """Tell who placed an order what became of it, as he has chosen; the same ``key`` once.
    ``status``: the staff's own one that the order shows now; it is told by its name.

    Who may not read the order any more is told nothing. Not ``by_mail`` where another letter says
    it. Called in a transaction, in a scope or without; five queries at most.
    """
    orders: Any = apps.get_model("order", "Order")._base_manager
    order = orders.select_related("user", "counterparty").get(pk=order_id)
    may = _permissions(order)
    if SEE_ORDERS not in may:
        return
    name = f"order:{order.pk}:{key or kind}"[:100]
    chosen = chosen_by(person_id=order.user_id)
    if chosen.has(kind, Channel.CENTRE):
        Notice._base_manager.bulk_create(
            [
                Notice(
                    person_id=order.user_id,
                    counterparty_id=order.counterparty_id,
                    order=order,
                    kind=kind,
                    key=name,
                    amount=amount,
                    status=status,
                )
            ],
            ignore_conflicts=True,
        )
    if by_mail and chosen.has(kind, Channel.MAIL):
        portal = settings.PORTAL_URL.rstrip("/")
        mail_put(
            key=f"notice:{name}",
            to=order.user.email,
            template="order_notice.txt",
            context={
                "order": order,
                "kind": kind,
                "amount": amount if SEE_PRICES in may else None,
                "link": f"{portal}/orders/{order.number}/",
                "settings_link": f"{portal}/notices/settings/",
            },
            language=chosen.language,
        )


@transaction.atomic
def notices_read(*, context: ReadContext) -> int:
    """Mark all notices of a person as read; return how many were not. One query."""
    unread = notices_for(context=context).filter(read_at__isnull=True).order_by()
    return unread.select_related(None).update(read_at=timezone.now())


@transaction.atomic
def notices_choose(
    *, person_id: int, channels: Mapping[str, Collection[str]], language: str
) -> None:
    """Keep what a person wants to be told and how. Two queries."""
    NoticeChoice.objects.update_or_create(
        person_id=person_id,
        defaults={
            "channels": {kind: sorted(channels.get(kind, ())) for kind in Kind},
            "language": language,
        },
    )


def _permissions(order: Any) -> frozenset[str]:
    """What who placed it may do in its company now; nothing without him. One query."""
    if order.user_id is None:
        return frozenset()
    found = memberships_of(user_id=order.user_id)
    return next(
        (m.permissions for m in found if m.counterparty_id == order.counterparty_id), frozenset()
    )
