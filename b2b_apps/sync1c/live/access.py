"""How a base is reached: the address and the name are shown to staff, the password to nobody."""

from urllib.parse import urlsplit

from b2b_apps.core.outbound import is_secure
from b2b_apps.core.sealing import sealed
from b2b_apps.sync1c.models import ExchangeConnection


def is_base_address(url: str) -> bool:
    """Whether an address can be a base's: encrypted (or on this machine), a server and a path."""
    try:
        parts = urlsplit(url)
        is_plain = not (parts.query or parts.fragment or parts.username or parts.password)
        return bool(is_secure(url) and parts.hostname and is_plain and parts.port != 0)
    except ValueError:
        return False


def is_other_server(url: str, before: str) -> bool:
    """Whether two addresses are of different servers."""
    return urlsplit(url)[:2] != urlsplit(before)[:2]


def live_access_set(
    *, connection: ExchangeConnection, url: str, username: str, password: str
) -> None:
    """Write where a base answers questions and by what it lets us in; an empty password leaves the
    one that is kept, an empty address forgets it. The breaker starts anew.
    """
    connection.live_url, connection.live_username = url.strip().rstrip("/"), username.strip()
    if password or not connection.live_url:
        connection.live_password = sealed(password)
    connection.live_failures, connection.live_rests_until = 0, None
    connection.save(
        update_fields=[
            "live_url", "live_username", "live_password", "live_failures", "live_rests_until",
        ]
    )  # fmt: skip
