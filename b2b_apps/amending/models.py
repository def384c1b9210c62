"""Who may change orders till when, and what was changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class Who(models.TextChoices):
    """Who changes an order."""

    BUYER = "buyer", _("buyer")
    APPROVER = "approver", _("head of the company")
    STAFF = "staff", _("manager")


# Not a person: what was changed in 1C is a fact when the portal hears of it.
FROM_1C = "1c"


class Action(models.TextChoices):
    """What is done with an order."""

    CANCEL = "cancel", _("cancel the order")
    REMOVE = "remove", _("take lines out")
    LOWER = "lower", _("lower quantities")
    RAISE = "raise", _("raise quantities")
    ADD = "add", _("add goods")
    CONSIGNEE = "consignee", _("change the consignee")
    DAY = "day", _("change the day of a shipment")
    COMMENT = "comment", _("change the comment")
    NUMBER = "number", _("change the own number")


class Until(models.TextChoices):
    """Till which step of a shipment it may be done, that step included."""

    NEVER = "never", _("never")
    PLANNED = "planned", _("till it is confirmed")
    CONFIRMED = "confirmed", _("till it is being picked")
    PICKING = "picking", _("till it has left")


class ChangeRule(models.Model):
    """Till when somebody may do something with an order; ``rules.DEFAULTS`` hold without it."""

    who = models.CharField(_("who"), max_length=8, choices=Who.choices)
    action = models.CharField(_("what"), max_length=9, choices=Action.choices)
    until = models.CharField(_("till when"), max_length=9, choices=Until.choices)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("rule of changes")
        verbose_name_plural = _("rules of changes")
        ordering = ["who", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["who", "action"], name="changerule_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.who} {self.action}: {self.until}"


class OrderRevision(models.Model):
    """What was changed of an order at once: never edited.

    ``diff`` (``diffs.py``) holds lines, fields and shipments as they were and are. ``instead_of``
    is the buyer for whom the staff acted. Sums are the order's with VAT.
    """

    class Kind(models.TextChoices):
        CHANGE = "change", _("changed")
        CANCEL = "cancel", _("cancelled")

    order = models.ForeignKey("order.Order", models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.CHANGE)
    who = models.CharField(max_length=8, choices=[*Who.choices, (FROM_1C, "1C")])
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    instead_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    diff = models.JSONField(default=dict)
    total_before = models.DecimalField(max_digits=14, decimal_places=2)
    total_after = models.DecimalField(max_digits=14, decimal_places=2)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager(counterparty="order__counterparty")

    class Meta:
        verbose_name = _("revision of an order")
        verbose_name_plural = _("revisions of orders")
        ordering = ["order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="orderrevision_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.number}"
