"""Reads environment variables whose form is checked, and says in a line what is wrong."""

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

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


def database(url: str, *, max_age: int) -> dict[str, Any]:
    """Return Django's settings of a PostgreSQL; its connections are kept, and checked before use.

    What the URL's own query string says of them goes first.
    """
    found: dict[str, Any] = environ.Env.db_url_config(url)
    if found.get("ENGINE") != POSTGRESQL:
        scheme = url.partition(":")[0]
        raise ImproperlyConfigured(
            f"DATABASE_URL: the portal runs on PostgreSQL only (postgres://…), not on “{scheme}”. "
            "Leave it unset for the embedded PostgreSQL."
        )
    found.setdefault("CONN_MAX_AGE", max_age)
    found.setdefault("CONN_HEALTH_CHECKS", True)
    return found


def sentry_start(dsn: str, *, environment: str) -> None:
    """Report errors to Sentry; without a DSN its SDK is not even loaded. No personal data."""
    if not dsn:
        return
    import sentry_sdk

    sentry_sdk.init(dsn=dsn, environment=environment, send_default_pii=False)
