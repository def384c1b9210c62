"""Connections to 1C bases and a record of every exchange."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ExchangeConnection(models.Model):
    """One 1C base that may speak to us: its credentials and its manners."""

    class Encoding(models.TextChoices):
        CP1251 = "windows-1251", "windows-1251"
        UTF8 = "utf-8", "UTF-8"
        UTF8_BOM = "utf-8-sig", "UTF-8 + BOM"

    name = models.CharField(_("name"), max_length=120)
    source = models.SlugField(
        _("source of external ids"), max_length=64, unique=True, default=uuid.uuid4
    )
    username = models.CharField(_("user name"), max_length=150, unique=True)
    password = models.CharField(_("password"), max_length=256, help_text=_("Kept as a hash."))
    organization = models.ForeignKey(
        "companies.Organization",
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("organization by default"),
    )
    encoding = models.CharField(
        _("encoding of orders"), max_length=12, choices=Encoding.choices, default=Encoding.CP1251
    )
    use_zip = models.BooleanField(_("ask for zip archives"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    live_url = models.CharField(
        _("address for live prices"),
        max_length=500,
        blank=True,
        help_text=_("The base's address on its web server, without /hs/…; empty: not asked."),
    )
    live_username = models.CharField(_("user of 1C"), max_length=150, blank=True)
    # Sealed (core.sealing): it is said to 1C, and shown to nobody.
    live_password = models.TextField(blank=True, editable=False)
    # The breaker: failures in a row, and until when the base is left alone.
    live_failures = models.PositiveIntegerField(default=0, editable=False)
    live_rests_until = models.DateTimeField(null=True, blank=True, editable=False)
    # Keyed digest of the pair that was last proven against the slow hash.
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("connection to 1C")
        verbose_name_plural = _("connections to 1C")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PriceInquiry(models.Model):
    """What 1C said last of the prices of a person's basket under a contract, live.

    ``lines`` by product id: the quantity that was asked for, and a price of one base unit as the
    contract reckons, what is free in 1C, or why 1C names no price. ``problem`` is why there is no
    answer at all. Amounts are texts.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    contract = models.ForeignKey("contracts.Contract", models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    problem = models.CharField(max_length=16, blank=True)
    lines = models.JSONField(default=dict)
    # Lines beyond what is asked for at once.
    num_left = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("question about prices")
        verbose_name_plural = _("questions about prices")
        constraints = [models.UniqueConstraint(fields=["user", "contract"], name="inquiry_is_one")]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.asked_at:%d.%m.%Y %H:%M}"


class ExchangeSession(models.Model):
    """One exchange: from checkauth to silence."""

    class Kind(models.TextChoices):
        CATALOG = "catalog", _("goods")
        SALE = "sale", _("orders")
        REFERENCE = "reference", _("directories")

    class State(models.TextChoices):
        OPEN = "open", _("under way")
        DONE = "done", _("applied")
        WITH_ERRORS = "errors", _("applied with errors")
        FAILED = "failed", _("failed")

    connection = models.ForeignKey(ExchangeConnection, models.CASCADE, related_name="sessions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    cookie = models.CharField(max_length=64, unique=True)
    sessid = models.CharField(max_length=64, blank=True)
    version = models.CharField(max_length=8, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Outbox messages handed out by mode=query; mode=success commits exactly these.
    offered = models.JSONField(default=list, blank=True)
    # Written to the disk so far, archives unpacked; see EXCHANGE_SESSION_LIMIT.
    stored_bytes = models.PositiveBigIntegerField(default=0)
    # Orders that 1C acknowledged in it.
    sent = models.PositiveIntegerField(default=0)
    # A poll: 1C asked, nothing came and nothing left. Known once it has ended.
    is_idle = models.BooleanField(default=False)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("exchange session")
        verbose_name_plural = _("exchange sessions")
        ordering = ["-pk"]
        # The newest that did something: polls of a day are thousands.
        indexes = [models.Index(fields=["is_idle", "-id"], name="exchangesession_newest")]

    def __str__(self) -> str:
        return f"{self.pk} {self.get_kind_display()}"


class ExchangeFile(models.Model):
    """A file of a session, and the job that imports it."""

    class State(models.TextChoices):
        RECEIVING = "receiving", _("being received")
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("being imported")
        DONE = "done", _("imported")
        FAILED = "failed", _("failed")

    session = models.ForeignKey(ExchangeSession, models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVING)
    progress = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    message = models.TextField(blank=True)
    # Per kind of record: {"product": {"read": 3, "created": 1, "changed": 0, …}}
    counts = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # When it was first imported, once staff have it imported again.
    again_after = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "name"], name="exchangefile_name")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def num_failed(self) -> int:
        """How many objects of it were not taken."""
        return sum(counts.get("failed", 0) for counts in self.counts.values())


class ExchangeProblem(models.Model):
    """An object that could not be taken over as it stands, and why."""

    class Level(models.TextChoices):
        WARNING = "warning", _("warning")
        ERROR = "error", _("error")

    file = models.ForeignKey(ExchangeFile, models.CASCADE, related_name="problems")
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.ERROR)
    code = models.CharField(max_length=64)
    kind = models.CharField(max_length=32, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    line = models.PositiveIntegerField(default=0)
    text = models.TextField()
    excerpt = models.TextField(blank=True)

    class Meta:
        verbose_name = _("problem of an exchange")
        verbose_name_plural = _("problems of an exchange")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class StatusMapping(models.Model):
    """What a status of an order in 1C means for a shipment of ours."""

    class Meaning(models.TextChoices):
        NOTHING = "", _("changes nothing")
        CONFIRMED = "confirmed", _("confirmed")
        PICKING = "picking", _("being picked")
        SHIPPED = "shipped", _("shipped")
        CANCELLED = "cancelled", _("cancelled")

    text = models.CharField(_("status in 1C"), max_length=120, unique=True)
    meaning = models.CharField(
        _("meaning"), max_length=10, choices=Meaning.choices, blank=True, default=Meaning.NOTHING
    )
    # The staff's own status that it is shown as; its base is the meaning then.
    own_status = models.ForeignKey(
        "fulfilment.StatusLook", models.SET_NULL, null=True, blank=True, related_name="texts"
    )

    class Meta:
        verbose_name = _("status of 1C")
        verbose_name_plural = _("statuses of 1C")
        ordering = ["text"]

    def __str__(self) -> str:
        return self.text


class StatusMappingChange(models.Model):
    """Who gave a status of 1C which meaning, and which orders followed; never edited."""

    text = models.CharField(max_length=120)
    was = models.CharField(max_length=10, blank=True)
    is_new = models.BooleanField(default=False)
    now = models.CharField(max_length=10, blank=True)
    # Names of the own statuses that it was and is shown as, as they were then.
    own_was = models.CharField(max_length=40, blank=True)
    own_now = models.CharField(max_length=40, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    # Filled once orders have followed: numbers of the first of them.
    is_applied = models.BooleanField(default=False)
    num_orders = models.PositiveIntegerField(default=0)
    orders = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("change of a meaning")
        verbose_name_plural = _("history of meanings")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.text}: {self.was} → {self.now}"
