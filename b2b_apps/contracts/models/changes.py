"""Terms of contracts that the staff change by hand: what was, what became, who signed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from b2b_apps.contracts.models.contracts import Contract
from b2b_apps.contracts.models.signed import SignedByTwo


class ContractChange(SignedByTwo):
    """Payment, price type and end of a contract as one of the staff wants them.

    What gives the client more (``gives``: payment, prices, term) waits for another person; the
    rest is ``set`` at once. ``was`` are the terms that stood, as texts by name. Only its end is
    written later, by ``contracts.terms``; nothing is ever deleted, so this is the history too.
    """

    class State(models.TextChoices):
        SET = "set", _("set by one")
        OPEN = "open", _("waits for the second signature")
        SIGNED = "signed", _("signed by two")
        REFUSED = "refused", _("turned down")
        WITHDRAWN = "withdrawn", _("withdrawn")
        REPLACED = "replaced", _("replaced by another")

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="changes")
    payment_kind = models.CharField(
        _("payment"), max_length=12, choices=Contract.PaymentKind.choices
    )
    deferral_days = models.PositiveSmallIntegerField(_("days of deferral"))
    prepaid_percent = models.DecimalField(_("paid in advance, %"), max_digits=5, decimal_places=2)
    price_type = models.ForeignKey(
        "pricing.PriceList", models.PROTECT, related_name="+", verbose_name=_("price type")
    )
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    gives = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)

    objects = ScopedManager(counterparty="contract__counterparty")

    class Meta(SignedByTwo.Meta):
        verbose_name = _("change of a contract")
        verbose_name_plural = _("changes of contracts")
        constraints = [
            *SignedByTwo.Meta.constraints,
            models.UniqueConstraint(
                fields=["contract"], condition=Q(state="open"), name="contractchange_open_is_one"
            ),
            models.CheckConstraint(
                condition=~Q(state="set") | Q(gives=[]), name="contractchange_gives_nothing_by_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.state}"
