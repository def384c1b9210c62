"""Terms of credit that one of the staff proposes and another signs."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from b2b_apps.contracts.models.credit import CreditAccount


class CreditProposal(models.Model):
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
    was = models.JSONField(default=dict)
    added = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    before = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    reason = models.CharField(_("reason"), max_length=500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    # Who signed, turned down, withdrew or replaced it.
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("why not"), max_length=500, blank=True)
    entry = models.OneToOneField(
        "contracts.CreditEntry", models.SET_NULL, null=True, blank=True, related_name="proposal"
    )

    class Meta:
        verbose_name = _("proposal of a limit")
        verbose_name_plural = _("proposals of limits")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="open"), name="creditproposal_open_is_one"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "refused"])
                | Q(closed_by__isnull=False) & ~Q(closed_by=F("author")),
                name="creditproposal_answered_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & (~Q(state="refused") | ~Q(answer="")),
                name="creditproposal_has_reasons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.limit}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN
