"""Prices that a buyer asks for: of a product without one (C10), or of a whole object (C8)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class Project(models.Model):
    """Prices of his own that a buyer asked for, from–to: of one product, or of an object.

    A ``request`` takes one signature, below the purchase price two; a ``project`` always two, of
    different persons. The last one makes the ``price_list``, which then leads the chain of
    ``contract``.
    """

    class Kind(models.TextChoices):
        PROJECT = "project", _("project")
        REQUEST = "request", _("price request")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ASKED = "asked", _("asked for")
        SIGNED = "signed", _("one signature")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    counterparty = models.ForeignKey(
        "companies.Counterparty", models.CASCADE, related_name="projects"
    )
    contract = models.ForeignKey("contracts.Contract", models.CASCADE, related_name="projects")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.PROJECT)
    name = models.CharField(_("object"), max_length=255)
    address = models.CharField(_("address"), max_length=500, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    price_list = models.OneToOneField(
        "pricing.PriceList", models.SET_NULL, null=True, blank=True, related_name="project"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    first_signature = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_signature = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_signed_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decline_reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    asked_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(counterparty="counterparty")

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(second_signature__isnull=True)
                | ~Q(second_signature=F("first_signature")),
                name="project_signed_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved")
                | Q(first_signature__isnull=False)
                & (Q(kind="request") | Q(second_signature__isnull=False)),
                name="project_approved_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="project_term_is_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_waiting(self) -> bool:
        """Whether the staff have to answer."""
        return self.status in {self.Status.ASKED, self.Status.SIGNED}

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT


class ProjectLine(models.Model):
    """A product of a project: how much, at what price it is asked for and offered.

    The offer holds from ``from_quantity`` on; below it the usual chain does. Amounts are of one
    base unit, in the currency of the contract and with VAT as it reckons.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="lines")
    product = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="+")
    quantity = models.DecimalField(_("quantity"), max_digits=15, decimal_places=3)
    asked = models.DecimalField(
        _("asked price"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    offered = models.DecimalField(
        _("our price"), max_digits=14, decimal_places=4, null=True, blank=True
    )

    from_quantity = models.DecimalField(
        _("from quantity"), max_digits=15, decimal_places=3, default=0
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "product"], name="projectline_is_one"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, from_quantity__gte=0)
                & (Q(asked__isnull=True) | Q(asked__gte=0))
                & (Q(offered__isnull=True) | Q(offered__gte=0)),
                name="projectline_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.product_id}"
