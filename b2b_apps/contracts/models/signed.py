"""What one of the staff proposes and another signs: the part that all such records share."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

OPEN = "open"


class SignedByTwo(models.Model):
    """A proposal with its reason and its end; only its end is written later.

    ``was`` are the terms that stood when it was proposed, as texts by name. Each record names
    its own states, ``open``, ``signed`` and ``refused`` among them.
    """

    was = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(_("state"), max_length=9, default=OPEN)
    # Who signed, turned down, withdrew or replaced it.
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("why not"), max_length=500, blank=True)

    class Meta:
        abstract = True
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "refused"])
                | Q(closed_by__isnull=False) & ~Q(closed_by=F("author")),
                name="%(class)s_answered_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & (~Q(state="refused") | ~Q(answer="")),
                name="%(class)s_has_reasons",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == OPEN
