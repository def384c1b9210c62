"""Rules of stock that staff have deleted: who, when, and all it takes to put them back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RemovedRule(models.Model):
    """A deleted term of reserves or rule of what is seen; the journal is never edited.

    ``values`` are its fields as they were; ``restored_at`` and ``restored_by`` say that it was
    put back, as a new row.
    """

    class Kind(models.TextChoices):
        TERM = "term", _("term of reserves")
        POLICY = "policy", _("what is seen of stock")

    kind = models.CharField(max_length=6, choices=Kind.choices)
    values = models.JSONField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(auto_now_add=True)
    restored_at = models.DateTimeField(null=True, blank=True)
    restored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("deleted rule of stock")
        verbose_name_plural = _("deleted rules of stock")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.values}"
