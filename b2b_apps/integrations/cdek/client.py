"""Asks СДЭК: a token kept until it ends, one more try where that may help, a rest after silence."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from urllib.parse import urlencode

from django.utils import timezone

from b2b_apps.core.outbound import OutboundError, Patience, outbound_get, outbound_post
from b2b_apps.core.sealing import SealBrokenError, sealed, unsealed
from b2b_apps.delivery.carriers.interface import CarrierError
from b2b_apps.integrations.cdek.wire import refusal_from, token_from
from b2b_apps.integrations.models import CarrierAccount

CODE = "cdek"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
CONNECT_SECONDS = 1.5
# After silence nobody waits for so long.
REST = timedelta(seconds=20)
BUSY_REST = timedelta(seconds=60)
# A token is not used in its last minute.
MARGIN = timedelta(seconds=60)
PAGE_BYTES = 32 * 1024 * 1024


class Client:
    """A carrier's API by the account that is kept. All methods raise CarrierError.

    ``seconds`` bound a call with its token and its second try. Never inside a transaction: what
    it had locked would be locked as long.
    """

    def __init__(
        self, account: CarrierAccount, *, seconds: float, is_patient: bool = False
    ) -> None:
        """``is_patient``: asks even a carrier that is let rest, as staff and workers do."""
        self.account = account
        self.deadline = time.monotonic() + seconds
        self.is_patient = is_patient

    def get(self, path: str, params: Mapping[str, str] | None = None) -> bytes:
        def ask(token: str, seconds: float) -> bytes:
            return outbound_get(
                self._url(path),
                params=params,
                total_seconds=seconds,
                authorization=f"Bearer {token}",
                max_bytes=PAGE_BYTES,
            )

        return self._asked(ask)

    def post(self, path: str, body: bytes, *, is_repeatable: bool = True) -> bytes:
        """``is_repeatable``: asked twice it does no more than once."""

        def ask(token: str, seconds: float) -> bytes:
            return outbound_post(
                self._url(path),
                body=body,
                content_type=JSON,
                authorization=f"Bearer {token}",
                patience=Patience(CONNECT_SECONDS, seconds, seconds),
            )

        return self._asked(ask, is_repeatable=is_repeatable)

    def _asked(self, ask: Callable[[str, float], bytes], *, is_repeatable: bool = True) -> bytes:
        now = timezone.now()
        if not self.is_patient and self.account.rests_until and self.account.rests_until > now:
            raise CarrierError("resting")
        try:
            body = self._with_second_try(ask, is_repeatable=is_repeatable)
        except OutboundError as error:
            raise self._failed(error) from error
        self._note(answered_at=timezone.now(), problem="", detail="", rests_until=None)
        return body

    def _with_second_try(self, ask: Callable[[str, float], bytes], *, is_repeatable: bool) -> bytes:
        try:
            return ask(self._token(), self._left())
        except OutboundError as error:
            if error.code == "status" and error.detail == "401":
                # Withdrawn before its time, or kept from another account.
                return ask(self._new_token(), self._left())
            is_passing = error.code == "status" and error.detail.startswith("5")
            if not is_passing or not is_repeatable:
                raise
            return ask(self._token(), self._left())

    def _token(self) -> str:
        until = self.account.token_until
        if self.account.token and until and until > timezone.now() + MARGIN:
            try:
                return unsealed(self.account.token)
            except SealBrokenError:
                pass
        return self._new_token()

    def _new_token(self) -> str:
        account = self.account
        try:
            secret = unsealed(account.secret)
        except SealBrokenError as error:
            raise CarrierError("settings", "seal") from error
        form = {
            "grant_type": "client_credentials",
            "client_id": account.client_id,
            "client_secret": secret,
        }
        left = self._left()
        body = outbound_post(
            self._url("oauth/token"),
            body=urlencode(form).encode(),
            content_type=FORM,
            patience=Patience(CONNECT_SECONDS, left, left),
        )
        token, seconds = token_from(body)
        until = timezone.now() + timedelta(seconds=seconds)
        self._note(token=sealed(token), token_until=until)
        return token

    def _left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise OutboundError("timeout", "total")
        return left

    def _url(self, path: str) -> str:
        return f"{self.account.url.rstrip('/')}/{path}"

    def _failed(self, error: OutboundError) -> CarrierError:
        """Note a failure; the error as callers know it. A refusal is an answer too."""
        said = refusal_from(error.body)
        if error.code == "status" and error.detail in {"400", "404", "409", "422"}:
            self._note(answered_at=timezone.now(), rests_until=None)
            return CarrierError("refused", said or error.detail)
        is_ours = error.code in {"insecure", "redirect"} or error.detail in {"401", "403"}
        rest = BUSY_REST if error.detail == "429" else REST
        now = timezone.now()
        self._note(
            failed_at=now,
            rests_until=now + rest,
            problem=error.code,
            detail=f"{error.detail} {said}".strip()[:255],
        )
        return CarrierError("settings" if is_ours else "silent", error.detail)

    def _note(self, **values: object) -> None:
        """Write columns of the account without touching what staff may be changing. One query."""
        CarrierAccount.objects.filter(pk=self.account.pk).update(**values)
        for name, value in values.items():
            setattr(self.account, name, value)
