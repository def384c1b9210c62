"""Reads environment variables whose form is checked, and says in a line what is wrong."""

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from b2b_apps.core.embedded import ENGINE
from b2b_apps.core.plans import with_plans

POSTGRESQL = "django.db.backends.postgresql"


def networks(name: str, texts: Sequence[str]) -> list[str]:
    """Return addresses and networks as they are written, each a valid one."""
    for text in texts:
        try:
            ip_network(text, strict=False)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name}: “{text}” is no address and no network such as 10.0.0.0/8."
            ) from error
    return list(texts)


def database(url: str, *, max_age: int, keeps_plans: bool = True) -> dict[str, Any]:
    """Return Django's settings of a PostgreSQL; its connections are kept, and checked before use.

    What the URL's own query string says of them goes first. Not ``keeps_plans``: behind a pooler
    that hands a connection on after each transaction, prepared statements are not there any more.
    """
    found: dict[str, Any] = environ.Env.db_url_config(url)
    if found.get("ENGINE") != POSTGRESQL:
        scheme = url.partition(":")[0]
        raise ImproperlyConfigured(
            f"DATABASE_URL: the portal runs on PostgreSQL only (postgres://…), not on “{scheme}”. "
            "Leave it unset for the embedded PostgreSQL."
        )
    found["ENGINE"] = ENGINE
    found.setdefault("CONN_MAX_AGE", max_age)
    found.setdefault("CONN_HEALTH_CHECKS", True)
    if keeps_plans:
        found["OPTIONS"] = with_plans(found.get("OPTIONS", {}))
    return found


def sentry_start(dsn: str, *, environment: str) -> None:
    """Report errors to Sentry; without a DSN its SDK is not even loaded. No personal data."""
    if not dsn:
        return
    import sentry_sdk

    sentry_sdk.init(dsn=dsn, environment=environment, send_default_pii=False)
