"""The account with СДЭК as staff set it up, and whether it answers."""

import secrets
import time
from typing import Any

from b2b_apps.core.sealing import sealed
from b2b_apps.integrations.cdek.client import CODE, Client
from b2b_apps.integrations.cdek.wire import cities_from
from b2b_apps.integrations.models import CarrierAccount

LIVE_URL = "https://api.cdek.ru/v2"
CHECK_SECONDS = 6.0


def account_kept() -> CarrierAccount:
    """Return the account, a new one that is not saved if there is none. One query."""
    account = CarrierAccount.objects.filter(carrier=CODE).first()
    return account or CarrierAccount(carrier=CODE, url=LIVE_URL)


def account_set(*, account: CarrierAccount, secret: str, **values: Any) -> None:
    """Write what staff typed; an empty secret leaves the one that is kept. Another address,
    account or secret ends the token, and what was said by the old one.
    """
    lets_in = (account.url, account.client_id)
    for name, value in values.items():
        setattr(account, name, value)
    if secret:
        account.secret = sealed(secret)
    if secret or (account.url, account.client_id) != lets_in:
        account.token, account.token_until = "", None
        account.rests_until, account.problem, account.detail = None, "", ""
    account.hook_key = account.hook_key or secrets.token_urlsafe(24)
    account.save()


def account_check(account: CarrierAccount) -> float:
    """Ask for a page of one city; return how many seconds it took. Raises CarrierError."""
    started = time.monotonic()
    client = Client(account, seconds=CHECK_SECONDS, is_patient=True)
    cities_from(client.get("location/cities", {"country_codes": "RU", "size": "1", "page": "0"}))
    return time.monotonic() - started
