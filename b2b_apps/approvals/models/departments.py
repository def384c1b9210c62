"""Departments of a client's company, who belongs to them, who stands in for whom."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class Department(models.Model):
    """A part of a counterparty that buys: «Участок № 2», «Отдел снабжения».

    One that ``spans_holding`` is of all companies of its counterparty's holding.
    """

    counterparty = models.ForeignKey(
        "companies.Counterparty",
        models.CASCADE,
        related_name="departments",
        verbose_name=_("counterparty"),
    )
    name = models.CharField(_("name"), max_length=120)
    head = models.ForeignKey(
        "companies.Employee",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("head of the department"),
    )
    spans_holding = models.BooleanField(_("for all companies of the holding"), default=False)
    is_active = models.BooleanField(_("works"), default=True)

    objects = ScopedManager(counterparty="counterparty")

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["counterparty", "name"], name="department_name_is_of_one"
            )
        ]

    def __str__(self) -> str:
        return self.name


class DepartmentMember(models.Model):
    """Who buys for a department. A person belongs to one department of a company."""

    department = models.ForeignKey(Department, models.CASCADE, related_name="members")
    # The department's, again: what the constraint is of.
    counterparty = models.ForeignKey("companies.Counterparty", models.CASCADE, related_name="+")
    employee = models.ForeignKey(
        "companies.Employee", models.CASCADE, related_name="departments_of"
    )

    objects = ScopedManager(counterparty="counterparty")

    class Meta:
        verbose_name = _("member of a department")
        verbose_name_plural = _("members of departments")
        constraints = [
            models.UniqueConstraint(
                fields=["counterparty", "employee"], name="member_of_one_department"
            )
        ]

    def __str__(self) -> str:
        return f"{self.department_id}: {self.employee_id}"


class Deputy(models.Model):
    """Who decides instead of an approver from a day to a day, both included."""

    counterparty = models.ForeignKey(
        "companies.Counterparty", models.CASCADE, related_name="deputies"
    )
    principal = models.ForeignKey(
        "companies.Employee", models.CASCADE, related_name="+", verbose_name=_("instead of")
    )
    deputy = models.ForeignKey(
        "companies.Employee", models.CASCADE, related_name="+", verbose_name=_("deputy")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    objects = ScopedManager(counterparty="counterparty")

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ["-ends_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="deputy_term_is_forward"
            ),
            models.CheckConstraint(
                condition=~Q(deputy=F("principal")), name="deputy_is_another_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy_id} ← {self.principal_id}"
