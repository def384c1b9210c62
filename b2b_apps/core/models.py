"""What leaves the portal (outbox), what 1C calls our rows (external ids), tries at passwords."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ExternalId(models.Model):
    """Name of one of our rows in another system, with the hash of what it last sent.

    ``object_id`` is a plain number: the importer looks names up by the thousand, and the kind
    says which table is meant.
    """

    source = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    external_id = models.CharField(max_length=200)
    object_id = models.BigIntegerField()
    content_hash = models.BinaryField(max_length=16, default=b"")
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "kind", "external_id"], name="externalid_names_one_row"
            )
        ]
        indexes = [models.Index(fields=["source", "kind", "object_id"])]

    def __str__(self) -> str:
        return f"{self.source}:{self.kind}:{self.external_id}"


class OutboxMessage(models.Model):
    """An effect to be had outside, written in the transaction that decided it.

    ``key`` is fixed at creation and names the effect: a second message of the same key is the
    same effect. ``available_at`` in the future is a retry; ``lease_until`` says who works at it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        PARKED = "parked", _("set aside")

    topic = models.CharField(max_length=64)
    key = models.CharField(max_length=128, unique=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    available_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["topic", "available_at"],
                condition=models.Q(state="waiting"),
                name="outbox_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic}:{self.key}"


class Guess(models.Model):
    """A try at a password; wrong until it is known to be right.

    ``kind`` says where, ``name`` under which name (a digest where people type it), ``address``
    from where, or the subject of tries at many things. Kept as long as it counts:
    docs/decisions/0006-limits-of-guessing.md.
    """

    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=150, blank=True)
    address = models.CharField(max_length=64, blank=True)
    is_right = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["name", "made_at"], name="guess_of_name"),
            models.Index(fields=["address", "made_at"], name="guess_of_address"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.address}"
