"""The log of searches."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from search.vocabulary.models import LONGEST_QUERY


class LoggedQuery(models.Model):
    """One search of a buyer, as he typed it, before any filter.

    ``key`` is the text as search reads it. ``reading`` is the kind of reading that answered
    (``search.bodies.text``), empty if nothing was found or the index was away (``was_away``).
    ``opened_place`` counts from 1 over all pages: the first result that was opened.
    """

    text = models.CharField(_("query"), max_length=LONGEST_QUERY)
    key = models.CharField(max_length=2 * LONGEST_QUERY)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    counterparty = models.ForeignKey(
        "companies.Counterparty", on_delete=models.CASCADE, related_name="+"
    )
    num_found = models.PositiveIntegerField(_("found"))
    reading = models.CharField(max_length=8, blank=True)
    was_away = models.BooleanField(default=False)
    took_ms = models.PositiveIntegerField(_("took, ms"))
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    opened_place = models.PositiveIntegerField(_("opened"), null=True)
    opened_product = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["user", "-asked_at"], name="querylog_of_person"),
            models.Index(fields=["asked_at"], name="querylog_by_time"),
        ]

    def __str__(self) -> str:
        return self.text
