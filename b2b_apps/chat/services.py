"""Writing to a chat, reading it, and the letter about what was not read."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone

from b2b_apps.chat.files import files_check, message_files_attach
from b2b_apps.chat.models import LONGEST, OrderMessage
from b2b_apps.chat.selectors import read_until
from b2b_apps.companies.roles import SEE_ORDERS
from b2b_apps.companies.selectors import mail_address_of
from b2b_apps.core.mail import mail_put
from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_put
from b2b_apps.core.texts import text_typed

TOPIC = "chat_notice"
# Who sits at the page reads it before; several messages in a row are one letter.
PATIENCE = timedelta(minutes=5)
READ = """
INSERT INTO chat_orderread (order_id, user_id, is_staff, last_id) VALUES (%s, %s, %s, %s)
ON CONFLICT (order_id, user_id) DO UPDATE SET last_id = excluded.last_id
WHERE chat_orderread.last_id < excluded.last_id
"""


@transaction.atomic
def message_post(
    *, order: Any, user: Any, is_staff: bool, text: str, files: Sequence[UploadedFile] = ()
) -> OrderMessage | None:
    """Write a message with its files; None if there is nothing in it. Who writes has read all
    before it.

    Whom it concerns on the other side gets a letter if he has not read it by then. Raises
    NotAttachableError; then nothing is written.
    """
    text = text_typed(text, LONGEST)
    files_check(files)
    if not text and not files:
        return None
    message: OrderMessage = OrderMessage.objects.create(
        order=order, author=user, is_staff=is_staff, text=text
    )
    if files:
        message_files_attach(message=message, files=files)
    chat_read(order_id=order.pk, user_id=user.pk, is_staff=is_staff, last_id=message.pk)
    for reader in _readers(order, is_staff=not is_staff):
        _put_notice(order.pk, reader, message.pk, is_staff=not is_staff)
    return message


def chat_read(*, order_id: int, user_id: int, is_staff: bool, last_id: int) -> None:
    """Note how far a person has read, never less far than before. One query."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [order_id, user_id, is_staff, last_id])


def _readers(order: Any, *, is_staff: bool) -> Sequence[Any]:
    """Who is to read: the manager of the company; or the buyer, and who wrote for his company."""
    if is_staff:
        manager = order.counterparty.manager
        return [manager.user] if manager else []
    wrote = OrderMessage.objects.filter(order=order, is_staff=False, author__isnull=False)
    people = {message.author_id: message.author for message in wrote.select_related("author")}
    if order.user_id:
        people.setdefault(order.user_id, order.user)
    return list(people.values())


def _put_notice(order_id: int, reader: Any, message_id: int, *, is_staff: bool) -> None:
    """One letter for all that he has not read: named by the first of it."""
    read = read_until(order_id=order_id, user_id=reader.pk, is_staff=is_staff)
    waiting = OrderMessage.objects.filter(order=order_id, pk__gt=read, is_staff=not is_staff)
    first = waiting.exclude(author=reader).values_list("pk", flat=True).first() or message_id
    key = f"{TOPIC}:{order_id}:{reader.pk}:{first}"
    outbox_put(
        topic=TOPIC,
        key=key,
        payload={"order_id": order_id, "user_id": reader.pk, "is_staff": is_staff},
    )
    rows = OutboxMessage.objects.filter(key=key, attempts=0, state=OutboxMessage.State.WAITING)
    rows.filter(available_at__lte=timezone.now()).update(available_at=timezone.now() + PATIENCE)


@transaction.atomic
def unread_tell(*, order_id: int, user_id: int, is_staff: bool) -> bool:
    """Write to a person what he has not read of a chat; return whether there was any."""
    orders: Any = apps.get_model("order", "Order")._base_manager
    order = orders.select_related("counterparty").filter(pk=order_id).first()
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if order is None or user is None:
        return False
    read = read_until(order_id=order_id, user_id=user_id, is_staff=is_staff)
    rows = OrderMessage.objects.filter(order=order_id, pk__gt=read, is_staff=not is_staff)
    messages = list(rows.exclude(author=user).select_related("author"))
    if not messages:
        return False
    to = user.email if is_staff else mail_address_of(
        user=user, counterparty=order.counterparty, permission=SEE_ORDERS
    )  # fmt: skip
    path = "dashboard/orders" if is_staff else "orders"
    mail_put(
        key=f"chat:{order_id}:{user_id}:{messages[-1].pk}",
        to=to,
        template="order_messages.txt",
        context={
            "order": order,
            "said": messages,
            "link": f"{settings.PORTAL_URL.rstrip('/')}/{path}/{order.number}/#chat",
        },
    )
    return True
