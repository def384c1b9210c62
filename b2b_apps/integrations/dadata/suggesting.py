"""Addresses that begin as somebody types. A field without suggestions is a plain field, so every
failure is an empty list.

The reply of DaData: https://dadata.ru/api/suggest/address/
"""

import json
import time
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import salted_hmac

from b2b_apps.core.outbound import OutboundError, Patience, outbound_post
from b2b_apps.core.sealing import SealBrokenError, sealed, unsealed
from b2b_apps.integrations.models import AddressService

LIVE_URL = "https://suggestions.dadata.ru/suggestions/api/4_1/rs"
SHORTEST, LONGEST = 3, 300
MOST = 7
# Nobody waits longer for a list that he did not ask for.
PATIENCE = Patience(connect=0.7, read=1.2, total=1.2)
REST = timedelta(seconds=30)
# The key is refused, or all that it paid for today is used up.
LONG_REST = timedelta(minutes=10)
KEEP_SECONDS = 6 * 3600
# Requests of a person in a minute, in one process: people type so fast, programs faster.
PER_MINUTE = 60


class NoSuggestionsError(Exception):
    """Nothing usable came; ``code`` and ``detail`` as of an OutboundError, or answer, seal."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def addresses_for(*, text: str, user_id: int) -> list[str] | None:
    """Return addresses that begin with a text, at most seven; None if nobody is to be asked.

    An answer is kept some hours. One query; three after a failure. Takes 1.2 seconds at most, and
    after silence nobody is asked for half a minute.
    """
    text = " ".join(text.split())[:LONGEST]
    service = AddressService.objects.filter(is_active=True).first()
    if service is None:
        return None
    if len(text) < SHORTEST or _is_too_fast(user_id):
        return []
    key = f"address:{salted_hmac('dadata', text.casefold()).hexdigest()}"
    kept: list[str] | None = cache.get(key)
    if kept is not None:
        return kept
    if service.rests_until and service.rests_until > timezone.now():
        return []
    try:
        found = _ask(service, text)
    except NoSuggestionsError:
        return []
    cache.set(key, found, KEEP_SECONDS)
    return found


def _is_too_fast(user_id: int) -> bool:
    key = f"address-asks:{user_id}:{int(time.time() // 60)}"
    cache.add(key, 0, 120)
    try:
        return cache.incr(key) > PER_MINUTE
    except ValueError:
        return False


def service_check(service: AddressService) -> int:
    """Ask for a known street, resting or not; return how many addresses came. Raises
    NoSuggestionsError.
    """
    return len(_ask(service, "москва тверская"))


def service_set(*, service: AddressService, key: str, is_active: bool, url: str) -> None:
    """Write what staff typed; an empty key leaves the one that is kept."""
    service.is_active, service.url = is_active, url
    if key:
        service.key = sealed(key)
    service.rests_until, service.problem, service.detail = None, "", ""
    service.save()


def service_kept() -> AddressService:
    """Return the service, a new one that is not saved if there is none. One query."""
    return AddressService.objects.order_by("pk").first() or AddressService(url=LIVE_URL)


def _ask(service: AddressService, text: str) -> list[str]:
    try:
        token = unsealed(service.key)
        body = outbound_post(
            f"{service.url.rstrip('/')}/suggest/address",
            body=json.dumps({"query": text, "count": MOST}, ensure_ascii=False).encode(),
            content_type="application/json",
            authorization=f"Token {token}",
            patience=PATIENCE,
        )
        found = addresses_from(body)
    except SealBrokenError as error:
        raise NoSuggestionsError("seal") from error
    except OutboundError as error:
        rest = LONG_REST if error.detail in {"401", "403"} else REST
        _note(service, failed_at=timezone.now(), rests_until=timezone.now() + rest,
              problem=error.code, detail=error.detail[:255])  # fmt: skip
        raise NoSuggestionsError(error.code, error.detail) from error
    except NoSuggestionsError:
        _note(service, failed_at=timezone.now(), rests_until=timezone.now() + REST,
              problem="answer", detail="")  # fmt: skip
        raise
    _note(service, answered_at=timezone.now(), rests_until=None, problem="", detail="")
    return found


def addresses_from(body: bytes) -> list[str]:
    """Read a reply: addresses with their postcode. Raises NoSuggestionsError."""
    try:
        rows = json.loads(body)["suggestions"]
        texts = [row["unrestricted_value"] or row["value"] for row in rows]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoSuggestionsError("answer") from error
    plain = [text for text in texts if isinstance(text, str) and text.isprintable()]
    return list(dict.fromkeys(text[:LONGEST] for text in plain if text))[:MOST]


def _note(service: AddressService, **values: Any) -> None:
    AddressService.objects.filter(pk=service.pk).update(**values)
    for name, value in values.items():
        setattr(service, name, value)
