"""Under which contract a person buys, for which project, and from which region he looks."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TradeChoice(models.Model):
    """What a person has chosen in the switches of the header: one row for all his browsers.

    It is no part of the session: a session is saved whole, so a request that began before a
    switch and ended after it would write the old contract back. Written by ``contracts.choice``.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="trade_choice",
        verbose_name=_("person"),
    )
    contract = models.ForeignKey(
        "contracts.Contract", models.CASCADE, related_name="+", verbose_name=_("contract")
    )
    region = models.ForeignKey(
        "inventory.Region",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
    )
    basket_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("whose shared basket"),
    )
    project = models.ForeignKey(
        "pricing.Project",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("project"),
        help_text=_("Of the contract; its prices lead the chain."),
    )

    class Meta:
        verbose_name = _("chosen contract")
        verbose_name_plural = _("chosen contracts")

    def __str__(self) -> str:
        return f"{self.person_id}: {self.contract_id}"
