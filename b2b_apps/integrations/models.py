"""What was asked of outside services, and what came of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RateLoad(models.Model):
    """One try to get the rates up to ``asked_day``; ``day`` is the newest that came.

    On holidays the bank answers with the last day that has rates: then ``day`` is earlier, and
    nothing is missing all the same.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("loaded")
        FAILED = "failed", _("failed")

    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_day = models.DateField()
    day = models.DateField(null=True, blank=True)
    num_written = models.PositiveIntegerField(default=0)
    left_out = models.CharField(max_length=255, blank=True)
    problem = models.CharField(max_length=32, blank=True)
    detail = models.CharField(max_length=255, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("load of rates")
        verbose_name_plural = _("loads of rates")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.asked_day}: {self.state}"
