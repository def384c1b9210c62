"""What somebody without an account asks for."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from b2b_apps.companies.requisites import validate_inn


class GuestRequest(models.Model):
    """Goods that a company without an account wants; ``consent`` is the version of the text that
    the person agreed to. ``counterparty`` and ``user`` are what became of him when it was accepted.
    """

    class State(models.TextChoices):
        NEW = "new", _("not answered yet")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.NEW)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    inn = models.CharField(_("INN"), max_length=12, validators=[validate_inn])
    company = models.CharField(_("company"), max_length=255)
    person = models.CharField(_("your name"), max_length=150)
    phone = models.CharField(_("phone"), max_length=40)
    email = models.EmailField(_("e-mail"))
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    consent = models.CharField(max_length=16)
    address = models.CharField(max_length=64, blank=True)
    num_lines = models.PositiveIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)
    counterparty = models.ForeignKey(
        "companies.Counterparty", models.SET_NULL, null=True, related_name="+"
    )
    # When its goods were put into his basket, once.
    moved_at = models.DateTimeField(null=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("guest's request")
        verbose_name_plural = _("guests' requests")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "-id"], name="guestrequest_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="new") | Q(decided_at__isnull=False),
                name="guestrequest_decided_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.company}"


class GuestLine(models.Model):
    """A product of a request; the quantity is in base units."""

    request = models.ForeignKey(GuestRequest, models.CASCADE, related_name="lines")
    product = models.ForeignKey("catalogue.Product", models.SET_NULL, null=True, related_name="+")
    article = models.CharField(max_length=255, blank=True)
    title = models.CharField(max_length=255)
    unit = models.CharField(max_length=50, blank=True)
    quantity = models.DecimalField(max_digits=15, decimal_places=3)

    class Meta:
        verbose_name = _("line of a guest's request")
        verbose_name_plural = _("lines of guests' requests")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="guestline_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.article}: {self.quantity}"
