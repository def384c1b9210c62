"""From which address a request came: the connection's, or the one a trusted proxy tells."""

import logging
from collections.abc import Sequence
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from django.conf import settings

logger = logging.getLogger(__name__)
Address = IPv4Address | IPv6Address


def client_address(request: Any) -> str:
    """Return the address of the client as text; empty if there is none.

    ``X-Forwarded-For`` is believed as far as ``TRUSTED_PROXIES`` reaches: each trusted proxy
    names the one before it, from the right. What stands left of the first other address was
    written by who knows whom.
    """
    remote = _address(request.META.get("REMOTE_ADDR", ""))
    told = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if remote is None or not told:
        return str(remote or "")
    if not _is_trusted(remote):
        _warn_once(str(remote))
        return str(remote)
    for text in reversed(told.split(",")):
        before = _address(text)
        if before is None:
            break
        remote = before
        if not _is_trusted(remote):
            break
    return str(remote)


def address_group(address: str) -> str:
    """Return what guesses are counted by: the address, of IPv6 the /64 that one client has."""
    found = _address(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, 64), strict=False))
    return str(found or "")


def _address(text: str) -> Address | None:
    """Read an address, with or without a port; an IPv4 one mapped into IPv6 is IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


@cache
def _networks(texts: Sequence[str]) -> Sequence[Any]:
    return [ip_network(text, strict=False) for text in texts]


@cache
def _warn_once(proxy: str) -> None:
    logger.warning(
        "%s sends X-Forwarded-For and is not in TRUSTED_PROXIES: all who come through it count "
        "as one address.",
        proxy,
    )
