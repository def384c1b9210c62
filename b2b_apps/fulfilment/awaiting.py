"""Shipments that wait for goods on their way: their day follows what is promised."""

from datetime import date
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Max, Q

from b2b_apps.companies.roles import SEE_ORDERS
from b2b_apps.companies.selectors import mail_address_of
from b2b_apps.core.days import next_working_day
from b2b_apps.core.mail import mail_put
from b2b_apps.fulfilment.locks import orders_lock
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.inventory.notices import manager_email

ENDED = (Shipment.Status.SHIPPED, Shipment.Status.CANCELLED)


@transaction.atomic
def shipments_follow_promises(*, order_id: int) -> int:
    """Give an order's shipments the days on which the last of their goods is expected now; return
    how many have another. Idempotent.

    A shipment that gets another day moves with it, and buyer and manager are told once; one that
    waits for nothing any more just says so. Locks the order, then its shipments. Four queries, and
    some for each that has changed.
    """
    orders_lock(order_ids=[order_id])
    rows = Shipment.objects.select_for_update(of=("self",)).filter(order_id=order_id)
    shipments = list(rows.exclude(status__in=ENDED).order_by("sequence"))
    awaited = Max("lines__awaited__day", filter=Q(lines__awaited__ended_at__isnull=True))
    days = dict(
        Shipment.objects.filter(pk__in=[s.pk for s in shipments])
        .annotate(awaited=awaited)
        .values_list("pk", "awaited")
    )
    changed = [s for s in shipments if s.ready_on != days[s.pk]]
    moved = []
    for shipment in changed:
        was, shipment.ready_on = shipment.ready_on, days[shipment.pk]
        if was and shipment.ready_on:
            moved.append((shipment, was))
            _move(shipment, was, shipment.ready_on)
        shipment.save(update_fields=["ready_on", "planned_date"])
    if moved:
        _tell(order_id, moved)
    return len(changed)


def _move(shipment: Shipment, was: date, day: date) -> None:
    """Let the planned day follow: never before the goods, and sooner only if they were the reason
    for it.
    """
    planned, earliest = shipment.planned_date, next_working_day(day)
    if planned is None or planned < earliest or planned <= next_working_day(was):
        shipment.planned_date = earliest


def _tell(order_id: int, moved: list[tuple[Shipment, date]]) -> None:
    orders: Any = apps.get_model("order", "Order")._base_manager
    order = orders.select_related("user", "counterparty__manager__user").get(pk=order_id)
    key = ",".join(f"{shipment.pk}:{was}:{shipment.ready_on}" for shipment, was in moved)
    context = {
        "order": order,
        "moves": [{"shipment": shipment, "was": was} for shipment, was in moved],
    }
    buyer = mail_address_of(user=order.user, counterparty=order.counterparty, permission=SEE_ORDERS)
    for to in (buyer, manager_email(order.counterparty)):
        mail_put(key=f"shipment_moved:{key}", to=to, template="shipment_moved.txt", context=context)
