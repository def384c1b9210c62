"""What must follow a change: 1C has it again, the invoice is made anew, people are written to."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from b2b_apps.amending.models import FROM_1C, OrderRevision, Who
from b2b_apps.amending.words import teller
from b2b_apps.companies.roles import SEE_ORDERS
from b2b_apps.companies.selectors import mail_address_of
from b2b_apps.contracts.credit import WAITING
from b2b_apps.contracts.review import tell_1c
from b2b_apps.core.mail import mail_put
from b2b_apps.core.outbox import outbox_put
from b2b_apps.inventory.notices import manager_email
from b2b_apps.notifications.kinds import Channel, Kind
from b2b_apps.notifications.selectors import chosen_by
from b2b_apps.notifications.services import order_notify


def revision_tell(
    order: Any, revision: OrderRevision, *, has_new_sums: bool, is_for_1c: bool = True
) -> None:
    """Write what follows into the outbox of the transaction. 1C is told if it does not have the
    order as it is now (``is_for_1c``).
    """
    if is_for_1c and order.credit_state != WAITING:
        tell_1c(order_id=order.pk, why=f"changed:{revision.number}")
    if has_new_sums:
        _invoice_anew(order, revision.number)
    _write_to(order, revision)


def _invoice_anew(order: Any, number: int) -> None:
    """Its number says which change it is of; the one before stays to be read."""
    document = apps.get_model("documents", "Document").objects.create(
        kind="invoice",
        order=order,
        number=f"{order.number} изм. {number}",
        date=timezone.localdate(),
    )
    outbox_put(
        topic="invoice_make",
        key=f"invoice_make:{document.pk}",
        payload={"document_id": document.pk},
    )


def _name(revision: OrderRevision) -> str:
    if revision.who == FROM_1C:
        return gettext("The seller, in 1C")
    user: Any = revision.user
    return str(user.get_full_name() or user.email) if user else ""


def _write_to(order: Any, revision: OrderRevision) -> None:
    """The buyer, unless he did it himself; the manager, unless the staff did."""
    context = {
        "order": order,
        "revision": revision,
        "who": _name(revision),
        "told": teller(revision.diff),
        "is_from_1c": revision.who == FROM_1C,
        "link": f"{settings.PORTAL_URL.rstrip('/')}/orders/{order.number}/",
    }
    key = f"order_changed:{order.pk}:{revision.number}"
    is_wanted = True
    # A colleague is told by the letter alone: the notice speaks of the seller.
    if revision.who in (FROM_1C, Who.STAFF):
        order_notify(
            order_id=order.pk, kind=Kind.CHANGED, key=f"changed:{revision.number}", by_mail=False
        )
        is_wanted = chosen_by(person_id=order.user_id).has(Kind.CHANGED, Channel.MAIL)
    if is_wanted and order.user_id and order.user_id != revision.user_id:
        buyer = mail_address_of(
            user=order.user, counterparty=order.counterparty, permission=SEE_ORDERS
        )
        mail_put(key=key, to=buyer, template="order_changed.txt", context=context)
    if revision.who != Who.STAFF:
        manager = manager_email(order.counterparty)
        mail_put(key=key, to=manager, template="order_changed.txt", context=context)
