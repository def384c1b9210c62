"""The archive of documents."""

import uuid

from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


def private_storage() -> Storage:
    return storages["private"]


class Document(models.Model):
    """A document of an order; its file is made by a worker and served to its owner only."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("invoice")

    class State(models.TextChoices):
        PENDING = "pending", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    order = models.ForeignKey("order.Order", models.CASCADE, related_name="documents")
    number = models.CharField(max_length=64)
    date = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    file = models.FileField(upload_to="documents/%Y/%m/", storage=private_storage, blank=True)
    size = models.PositiveIntegerField(default=0)

    objects = ScopedManager(counterparty="order__counterparty")

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind", "number"], name="document_is_made_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
