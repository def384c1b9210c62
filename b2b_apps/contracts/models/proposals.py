"""Terms of credit that one of the staff proposes and another signs."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from b2b_apps.contracts.models.credit import CreditAccount
from b2b_apps.contracts.models.signed import SignedByTwo


class CreditProposal(SignedByTwo):
    """Terms that add so much credit that two persons sign them; only its end is written later.

    ``was`` are the terms that stood when it was proposed, as texts by name. ``added`` is what it
    adds in the account's currency, None where credit would no longer be watched at all;
    ``before`` what one signature had added in the days before it. Whoever proposes anew replaces
    the open one. Written by ``contracts.limits`` only.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waits for the second signature")
        SIGNED = "signed", _("signed by two")
        REFUSED = "refused", _("turned down")
        WITHDRAWN = "withdrawn", _("withdrawn")
        REPLACED = "replaced", _("replaced by another")

    account = models.ForeignKey(CreditAccount, models.CASCADE, related_name="proposals")
    limit = models.DecimalField(
        _("credit limit"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    limit_valid_to = models.DateField(_("limit valid to"), null=True, blank=True)
    mode = models.CharField(_("beyond the limit"), max_length=8, choices=CreditAccount.Mode.choices)
    blocks_on_overdue = models.BooleanField(_("overdue stops orders"))
    grace_days = models.PositiveSmallIntegerField(_("days of grace"))
    added = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    before = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    entry = models.OneToOneField(
        "contracts.CreditEntry", models.SET_NULL, null=True, blank=True, related_name="proposal"
    )

    class Meta(SignedByTwo.Meta):
        verbose_name = _("proposal of a limit")
        verbose_name_plural = _("proposals of limits")
        constraints = [
            *SignedByTwo.Meta.constraints,
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="open"), name="creditproposal_open_is_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.limit}"
