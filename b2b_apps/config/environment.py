"""Reads environment variables whose form is checked, and says in a line what is wrong."""

from collections.abc import Sequence
from ipaddress import ip_network

from django.core.exceptions import ImproperlyConfigured


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
