"""What persons were told, and what they chose to be told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from b2b_apps.notifications.kinds import Kind


class Notice(models.Model):
    """One event for one person. ``key`` is the event's name: it is told once.

    ``amount`` is of payments; who may not see prices is not shown it. ``status`` is the staff's own
    one that the order shows since then; the event is told by its name.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    counterparty = models.ForeignKey("companies.Counterparty", models.CASCADE, related_name="+")
    order = models.ForeignKey("order.Order", models.CASCADE, related_name="notices")
    kind = models.CharField(_("what happened"), max_length=12, choices=Kind.choices)
    key = models.CharField(max_length=100)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    status = models.ForeignKey(
        "fulfilment.StatusLook", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(counterparty="counterparty")

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_is_one")]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_of_person"),
            models.Index(
                fields=["person"], name="notice_unread", condition=models.Q(read_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.key}"

    @property
    def words(self) -> str:
        """What happened, in the active language."""
        own = self.status.said("name") if self.status else ""
        return own or str(self.get_kind_display())


class NoticeChoice(models.Model):
    """What a person chose: ``channels`` by kind; a kind that is not named is as usual."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_choice"
    )
    channels = models.JSONField(default=dict, blank=True)
    language = models.CharField(
        _("language of letters"), max_length=8, choices=settings.LANGUAGES, blank=True
    )

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")

    def __str__(self) -> str:
        return f"{self.person_id}: {self.channels}"
