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


class CarrierAccount(models.Model):
    """How a carrier lets us in, and how it answered last. Secret and token are sealed.

    A carrier that was silent rests until ``rests_until``: no page waits for it meanwhile.
    """

    carrier = models.CharField(max_length=16, unique=True)
    is_active = models.BooleanField(_("asked for prices"), default=False)
    url = models.CharField(_("address"), max_length=255)
    client_id = models.CharField(_("account"), max_length=128, blank=True)
    secret = models.TextField(blank=True, editable=False)
    kg_per_piece = models.DecimalField(
        _("a place weighs at most, kg"), max_digits=7, decimal_places=3, default=30
    )
    sender_company = models.CharField(_("sender"), max_length=255, blank=True)
    sender_name = models.CharField(_("who hands over"), max_length=255, blank=True)
    sender_phone = models.CharField(_("phone of the sender"), max_length=32, blank=True)
    # Part of the address at which the carrier tells news; whoever knows it may only make us ask.
    hook_key = models.CharField(max_length=64, editable=False)
    token = models.TextField(blank=True, editable=False)
    token_until = models.DateTimeField(null=True, editable=False)
    rests_until = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    problem = models.CharField(max_length=32, blank=True, editable=False)
    detail = models.CharField(max_length=255, blank=True, editable=False)
    failed_at = models.DateTimeField(null=True, editable=False)
    directory_state = models.CharField(max_length=8, blank=True, editable=False)
    directory_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("account with a carrier")
        verbose_name_plural = _("accounts with carriers")

    def __str__(self) -> str:
        return self.carrier


class AddressService(models.Model):
    """Who suggests addresses as somebody types, and how he answered last; one row. The key is
    sealed and never on a page. After silence he rests until ``rests_until``.
    """

    is_active = models.BooleanField(_("addresses are suggested"), default=False)
    url = models.CharField(_("address"), max_length=255)
    key = models.TextField(blank=True, editable=False)
    rests_until = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    failed_at = models.DateTimeField(null=True, editable=False)
    problem = models.CharField(max_length=32, blank=True, editable=False)
    detail = models.CharField(max_length=255, blank=True, editable=False)

    class Meta:
        verbose_name = _("service of addresses")
        verbose_name_plural = _("services of addresses")

    def __str__(self) -> str:
        return self.url
