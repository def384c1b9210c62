"""Messages of an order, who has read how far, and the files that go with it."""

import uuid

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

LONGEST = 4000


class OrderMessage(models.Model):
    """What somebody wrote about an order. ``is_staff``: from us, not from the buyer's company."""

    order = models.ForeignKey("order.Order", models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    is_staff = models.BooleanField(default=False)
    text = models.TextField(_("message"), max_length=LONGEST)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager(counterparty="order__counterparty")

    class Meta:
        verbose_name = _("message of an order")
        verbose_name_plural = _("messages of orders")
        ordering = ["pk"]
        indexes = [models.Index(fields=["order", "id"], name="ordermessage_of_order")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.text[:40]}"


class OrderRead(models.Model):
    """Up to which message (``last_id``) a person has read the chat of an order."""

    order = models.ForeignKey("order.Order", models.CASCADE, related_name="chat_reads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_staff = models.BooleanField(default=False)
    last_id = models.BigIntegerField(default=0)

    objects = ScopedManager(counterparty="order__counterparty")

    class Meta:
        verbose_name = _("how far a chat is read")
        verbose_name_plural = _("how far chats are read")
        constraints = [
            models.UniqueConstraint(fields=["order", "user"], name="orderread_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.user_id}, {self.last_id}"


def private_storage() -> Storage:
    return storages["private"]


class OrderFile(models.Model):
    """A file of an order: of its checkout (``basket``, and of all orders that become of it) or of
    a message. Until the basket is ordered or sent for approval only who attached it sees it.

    ``name`` is the one it came with, ``ending`` says what it is; on the disk it has neither.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    counterparty = models.ForeignKey("companies.Counterparty", models.CASCADE, related_name="+")
    basket = models.ForeignKey("basket.Basket", models.SET_NULL, null=True, related_name="+")
    order = models.ForeignKey("order.Order", models.CASCADE, null=True, related_name="files")
    message = models.ForeignKey(OrderMessage, models.CASCADE, null=True, related_name="files")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    is_staff = models.BooleanField(default=False)
    name = models.CharField(max_length=120)
    ending = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    file = models.FileField(upload_to="attached/%Y/%m/", storage=private_storage, max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager(counterparty="counterparty")

    class Meta:
        verbose_name = _("file of an order")
        verbose_name_plural = _("files of orders")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
