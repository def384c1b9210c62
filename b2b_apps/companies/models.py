"""Who sells, who buys, and the persons on both sides."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from b2b_apps.companies.requisites import validate_inn, validate_kpp, validate_ogrn
from b2b_apps.companies.roles import PERMISSIONS, Role


class LegalEntity(models.Model):
    """What a legal entity of either side is known by."""

    name = models.CharField(_("name"), max_length=255)
    full_name = models.CharField(_("full name"), max_length=255, blank=True)
    inn = models.CharField(_("INN"), max_length=12, blank=True, validators=[validate_inn])
    kpp = models.CharField(_("KPP"), max_length=9, blank=True, validators=[validate_kpp])
    ogrn = models.CharField(_("OGRN"), max_length=15, blank=True, validators=[validate_ogrn])
    legal_address = models.CharField(_("legal address"), max_length=500, blank=True)
    phone = models.CharField(_("phone"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Organization(LegalEntity):
    """A legal entity of the supplier: it sells, invoices and ships."""

    director = models.CharField(_("director"), max_length=255, blank=True)
    accountant = models.CharField(_("chief accountant"), max_length=255, blank=True)
    bank_name = models.CharField(_("bank"), max_length=255, blank=True)
    bank_bic = models.CharField(_("BIC"), max_length=9, blank=True)
    bank_correspondent_account = models.CharField(
        _("correspondent account"), max_length=20, blank=True
    )
    bank_account = models.CharField(_("bank account"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["name"]


class Holding(models.Model):
    """A group of counterparties with one owner."""

    name = models.CharField(_("name"), max_length=255)

    class Meta:
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Segment(models.Model):
    """A group of counterparties that rules and promotions speak of: «Монтажники», «Сети»."""

    name = models.CharField(_("name"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Manager(models.Model):
    """A person of the supplier who looks after counterparties."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="manager"
    )
    position = models.CharField(_("position"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=100, blank=True)
    extension = models.CharField(_("extension"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("manager")
        verbose_name_plural = _("managers")

    def __str__(self) -> str:
        return str(self.user.get_full_name() or self.user.email)


class Counterparty(LegalEntity):
    """A legal entity of the buyer. Without a holding it is its own."""

    holding = models.ForeignKey(
        Holding,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="counterparties",
        verbose_name=_("holding"),
    )
    manager = models.ForeignKey(
        Manager,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="counterparties",
        verbose_name=_("manager"),
    )
    region = models.ForeignKey(
        "inventory.Region", models.SET_NULL, null=True, blank=True, verbose_name=_("region")
    )
    segments = models.ManyToManyField(
        Segment, blank=True, related_name="counterparties", verbose_name=_("segments")
    )
    okpo = models.CharField(_("OKPO"), max_length=10, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    # Staff's decision and 1C's, each kept apart; what is read is ``is_active``.
    is_off_by_staff = models.BooleanField(_("switched off by us"), default=False)
    is_off_by_1c = models.BooleanField(_("switched off in 1C"), default=False, editable=False)

    # Whether departments or rules of approval are set up for it: of others nothing more is asked.
    uses_approvals = models.BooleanField(_("uses approvals"), default=False, editable=False)

    objects = ScopedManager(counterparty="pk")

    class Meta:
        verbose_name = _("counterparty")
        verbose_name_plural = _("counterparties")
        ordering = ["name"]
        indexes = [models.Index(fields=["inn"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_active=False)
                | models.Q(is_off_by_staff=False, is_off_by_1c=False),
                name="counterparty_off_stays_off",
            )
        ]


class Consignee(models.Model):
    """Who receives the goods, and where."""

    counterparty = models.ForeignKey(Counterparty, models.CASCADE, related_name="consignees")
    name = models.CharField(_("name"), max_length=255)
    kpp = models.CharField(_("KPP"), max_length=9, blank=True)
    address = models.CharField(_("address"), max_length=500)
    contact_person = models.CharField(_("contact person"), max_length=255, blank=True)
    phone = models.CharField(_("phone"), max_length=100, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ScopedManager(counterparty="counterparty")

    class Meta:
        verbose_name = _("consignee")
        verbose_name_plural = _("consignees")
        ordering = ["-is_default", "name", "address", "pk"]

    def __str__(self) -> str:
        return f"{self.name}, {self.address}"


class Employee(models.Model):
    """A person who acts for one or more counterparties."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="employee"
    )
    phone = models.CharField(_("phone"), max_length=100, blank=True)
    position = models.CharField(_("position"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")

    def __str__(self) -> str:
        return str(self.user.get_full_name() or self.user.email)


class Membership(models.Model):
    """The role of an employee in one counterparty."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="memberships")
    counterparty = models.ForeignKey(Counterparty, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        verbose_name = _("role in a company")
        verbose_name_plural = _("roles in companies")
        ordering = ["-is_default", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "counterparty"], name="membership_is_one_role"
            ),
            models.UniqueConstraint(
                fields=["employee"],
                condition=models.Q(is_default=True),
                name="membership_one_default",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee}: {self.get_role_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_clean(
            exclude=["employee", "counterparty"], validate_unique=False, validate_constraints=False
        )
        super().save(*args, **kwargs)

    @property
    def permissions(self) -> frozenset[str]:
        return PERMISSIONS[self.role]
