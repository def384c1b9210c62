"""Whom stock is told to by mail: buyer and manager of orders and reserves, a shortage's manager."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from b2b_apps.companies.roles import PLACE_ORDERS, SEE_ORDERS
from b2b_apps.companies.selectors import mail_address_of
from b2b_apps.core.mail import mail_put
from b2b_apps.inventory.models import AwaitedHold, StockHold, StockShortage
from b2b_apps.inventory.services import holds_expire

CLOSED = ("completed", "cancelled")


@transaction.atomic
def order_lost_tell(*, order_id: int, term: str) -> None:
    """Tell buyer and manager that an order's stock is free again; once per term.

    Nothing is told of an order that has ended or got its stock back meanwhile.
    """
    holds_expire(order_id=order_id)
    orders: Any = apps.get_model("order", "Order")._base_manager
    order = orders.select_related("user", "counterparty__manager__user").filter(pk=order_id).first()
    if order is None or order.status in CLOSED:
        return
    lost = StockHold.objects.filter(
        order_line__order=order_id, ending=StockHold.Ending.EXPIRED
    ).select_related("order_line")
    holds = list(lost.order_by("order_line__position", "pk"))
    if not holds:
        return
    context = {"order": order, "holds": holds, "term": parse_datetime(term) if term else None}
    key = f"order_lost_stock:{order_id}:{term}"
    buyer = mail_address_of(user=order.user, counterparty=order.counterparty, permission=SEE_ORDERS)
    mail_put(key=key, to=buyer, template="order_lost_stock.txt", context=context)
    mail_put(
        key=key,
        to=manager_email(order.counterparty),
        template="order_lost_stock_manager.txt",
        context=context,
    )


@transaction.atomic
def reserve_over_tell(*, contract_id: int, user_id: int | None, expires_at: str) -> None:
    """Tell who reserved by hand, and the manager, that the goods are free again; once per term."""
    term = datetime.fromisoformat(expires_at)
    holds_expire(contract_id=contract_id)
    holds = list(_reserve(contract_id, user_id, term).filter(ending=StockHold.Ending.EXPIRED))
    if not holds:
        return
    key, context = f"reserve_over:{contract_id}:{user_id}:{expires_at}", _reserve_context(holds)
    mail_put(key=key, to=_reserver(holds[0]), template="reserve_over.txt", context=context)
    mail_put(
        key=key,
        to=manager_email(_counterparty(holds[0])),
        template="reserve_over_manager.txt",
        context=context,
    )


@transaction.atomic
def reserve_ending_tell(*, contract_id: int, user_id: int | None, expires_at: str) -> None:
    """Warn who reserved by hand that the term ends soon; once per term.

    Nothing is told of what was ordered, let go or prolonged meanwhile, or is over by now.
    """
    term = datetime.fromisoformat(expires_at)
    holds = list(_reserve(contract_id, user_id, term).filter(released_at__isnull=True))
    if not holds or term <= timezone.now():
        return
    mail_put(
        key=f"reserve_ending:{contract_id}:{user_id}:{expires_at}",
        to=_reserver(holds[0]),
        template="reserve_ending.txt",
        context=_reserve_context(holds),
    )


def _reserve(contract_id: int, user_id: int | None, term: datetime) -> QuerySet[StockHold]:
    """What a person has reserved by hand to one moment, goods and warehouses with it."""
    related = (
        "stock_record__product__base_unit",
        "stock_record__product__parent__base_unit",
        "stock_record__partner",
        "contract__counterparty__manager__user",
        "user",
    )
    holds = StockHold.objects.filter(contract=contract_id, user=user_id, expires_at=term)
    return holds.exclude(kind=StockHold.Kind.ORDER).select_related(*related).order_by("pk")


def _reserve_context(holds: list[StockHold]) -> dict[str, Any]:
    first = holds[0]
    return {
        "holds": holds,
        "term": first.expires_at,
        "contract": first.contract,
        "reason": first.reason,
        "who": first.user,
        "portal": settings.PORTAL_URL.rstrip("/"),
    }


def _reserver(hold: StockHold) -> str:
    """Who reserved, while he may still order; else, and where staff did it, his company."""
    contract: Any = hold.contract
    return mail_address_of(
        user=hold.user, counterparty=contract.counterparty, permission=PLACE_ORDERS
    )


@transaction.atomic
def shortage_tell(*, shortage_id: int) -> None:
    """Tell the manager whose client's hold is the newest: first come is first covered."""
    related = ("stock_record__product__base_unit", "stock_record__partner")
    shortages = StockShortage.objects.filter(pk=shortage_id, settled_at__isnull=True)
    shortage = shortages.select_related(*related).first()
    hold = newest_uncovered(shortage) if shortage else None
    if shortage is None or hold is None:
        return
    mail_put(
        key=f"stock_shortage:{shortage_id}",
        to=manager_email(_counterparty(hold)),
        template="stock_shortage.txt",
        context={
            "shortage": shortage,
            "hold": hold,
            "missing": shortage.held - shortage.on_hand,
            "counterparty": _counterparty(hold),
            "order": hold.order_line.order if hold.order_line else None,
        },
    )


@transaction.atomic
def promises_short_tell(*, stock_record_id: int, hold_ids: Sequence[int]) -> None:
    """Tell managers whose clients' goods will not come as promised: who is hit, by how much.

    One mail to each manager; nothing is told of what is covered again by now.
    """
    rows = AwaitedHold.objects.filter(
        pk__in=hold_ids, stock_record=stock_record_id, ended_at__isnull=True, short__gt=0
    )
    related = (
        "stock_record__product__base_unit",
        "stock_record__partner",
        "order_line__order__counterparty__manager__user",
    )
    found: dict[str, list[AwaitedHold]] = {}
    for hold in rows.select_related(*related).order_by("created_at", "pk"):
        line: Any = hold.order_line
        found.setdefault(manager_email(line.order.counterparty), []).append(hold)
    for email, holds in found.items():
        mail_put(
            key=f"awaited_short:{stock_record_id}:{holds[0].pk}:{holds[0].short_since:%s}",
            to=email,
            template="awaited_short.txt",
            context={"record": holds[0].stock_record, "holds": holds},
        )


def newest_uncovered(shortage: StockShortage) -> StockHold | None:
    """Return the hold that came last of those on a short record. One query."""
    holds = StockHold.objects.filter(
        stock_record=shortage.stock_record_id, released_at__isnull=True
    )
    related = (
        "order_line__order__counterparty__manager__user",
        "contract__counterparty__manager__user",
    )
    return holds.select_related(*related).order_by("-created_at", "-pk").first()


def _counterparty(hold: StockHold) -> Any:
    line: Any = hold.order_line
    return line.order.counterparty if line else hold.contract and hold.contract.counterparty


def manager_email(counterparty: Any) -> str:
    """The address of a counterparty's manager, or nothing."""
    manager = counterparty.manager if counterparty else None
    return str(manager.user.email) if manager else ""
