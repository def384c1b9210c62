"""Requests: an order that waits for approval, with its steps and its history."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from b2b_apps.approvals.models.departments import Department


class ApprovalRequest(models.Model):
    """The content of a basket that waits for approval; its basket is frozen and becomes the order.
    Or a change of an ``order`` that was placed (``change``): then it has no basket.

    ``details`` is what was filled in at the checkout (``details.py``), ``reasons`` why approval
    is needed, as it was told; ``total`` the sum with VAT that is to be approved now, ``version``
    counts what happened to the request: a form of an older one decides nothing.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waits for approval")
        RETURNED = "returned", _("returned for correction")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("not approved")
        WITHDRAWN = "withdrawn", _("withdrawn")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=32, unique=True)
    counterparty = models.ForeignKey(
        "companies.Counterparty", models.PROTECT, related_name="approval_requests"
    )
    contract = models.ForeignKey("contracts.Contract", models.PROTECT, related_name="+")
    project = models.ForeignKey(
        "pricing.Project", models.PROTECT, null=True, blank=True, related_name="+"
    )
    region = models.ForeignKey(
        "inventory.Region", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(
        Department, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    basket = models.OneToOneField(
        "basket.Basket", models.PROTECT, null=True, blank=True, related_name="approval_request"
    )
    order = models.ForeignKey(
        "order.Order", models.PROTECT, null=True, blank=True, related_name="change_requests"
    )
    change = models.JSONField(default=dict)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.WAITING)
    details = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=14, decimal_places=2)
    num_lines = models.PositiveIntegerField()
    on_change = models.CharField(max_length=8, default="accept")
    order_number = models.CharField(max_length=128, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(counterparty="counterparty")

    class Meta:
        verbose_name = _("request for approval")
        verbose_name_plural = _("requests for approval")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["counterparty", "-created_at"], name="request_of_company"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="approved") ^ Q(order_number=""),
                name="request_order_if_approved",
            ),
            models.CheckConstraint(
                condition=Q(basket__isnull=False) ^ Q(order__isnull=False),
                name="request_is_of_a_basket_or_an_order",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status="waiting"), name="request_one_change_waits"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_change(self) -> bool:
        """Whether it is of an order that was placed."""
        return self.order_id is not None

    @property
    def is_open(self) -> bool:
        return self.status in {self.Status.WAITING, self.Status.RETURNED}


class RequestLine(models.Model):
    """A line as it was when the request was made; ``quantity`` is what it is now, 0 if taken out.

    ``line_id`` is the basket's line. Prices are those seen, in the meaning of the contract.
    """

    request = models.ForeignKey(ApprovalRequest, models.CASCADE, related_name="lines")
    line_id = models.BigIntegerField()
    position = models.PositiveIntegerField()
    product = models.ForeignKey("catalogue.Product", models.SET_NULL, null=True, related_name="+")
    article = models.CharField(max_length=255, blank=True)
    title = models.CharField(max_length=255)
    unit_name = models.CharField(max_length=50, blank=True)
    quantity_asked = models.DecimalField(max_digits=15, decimal_places=3)
    quantity = models.DecimalField(max_digits=15, decimal_places=3)
    unit_price = models.DecimalField(max_digits=14, decimal_places=4)
    sum_incl_tax = models.DecimalField(max_digits=14, decimal_places=2)
    warehouse_id = models.BigIntegerField(null=True)
    comment = models.CharField(max_length=255, blank=True)

    objects = ScopedManager(counterparty="request__counterparty")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "line_id"], name="request_line_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.article}: {self.quantity}"


class RequestStep(models.Model):
    """A step of a request's chain; steps of one ``stage`` are open at once, stage after stage."""

    class State(models.TextChoices):
        AHEAD = "ahead", _("not yet")
        OPEN = "open", _("decides now")
        DONE = "done", _("approved")
        CLOSED = "closed", _("no longer needed")

    request = models.ForeignKey(ApprovalRequest, models.CASCADE, related_name="steps")
    round = models.PositiveSmallIntegerField(default=1)
    stage = models.PositiveSmallIntegerField()
    mode = models.CharField(max_length=3, default="any")
    rule_name = models.CharField(max_length=120)
    may_own = models.BooleanField(default=False)
    state = models.CharField(max_length=6, choices=State.choices, default=State.AHEAD)
    remind_hours = models.PositiveSmallIntegerField(null=True)
    escalate_hours = models.PositiveSmallIntegerField(null=True)
    opened_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    # The sum that was approved: one that has grown since may need approval again.
    total_seen = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    objects = ScopedManager(counterparty="request__counterparty")

    class Meta:
        ordering = ["round", "stage", "pk"]
        indexes = [
            models.Index(fields=["remind_at"], condition=Q(state="open"), name="step_to_remind_of")
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.stage}"


class StepApprover(models.Model):
    """Who may decide on a step. ``origin`` is why he: person, role, department_head or passed_on;
    ``decided_by`` is himself or who stood in for him.
    """

    step = models.ForeignKey(RequestStep, models.CASCADE, related_name="approvers")
    employee = models.ForeignKey("companies.Employee", models.PROTECT, related_name="+")
    origin = models.CharField(max_length=16)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    objects = ScopedManager(counterparty="step__request__counterparty")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["step", "employee"], name="approver_of_step_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.employee_id}"


class RequestEvent(models.Model):
    """What happened to a request; never edited. ``data`` is what its ``kind`` says more."""

    class Kind(models.TextChoices):
        SENT = "sent", _("sent for approval")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        RETURNED = "returned", _("returned for correction")
        CHANGED = "changed", _("quantities changed")
        AGAIN = "again", _("has to be approved again")
        WITHDRAWN = "withdrawn", _("withdrawn")
        REMINDED = "reminded", _("reminded")
        PASSED_ON = "passed_on", _("passed on")
        PLACED = "placed", _("ordered")

    request = models.ForeignKey(ApprovalRequest, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Whom he stood in for.
    instead_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    text = models.CharField(max_length=1000, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager(counterparty="request__counterparty")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.kind}"
