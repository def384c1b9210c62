"""``SEARCH_URL``: which server, how to get in, and under which prefix our indexes stand."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
SCHEMES = ("opensearch", "elasticsearch", "elasticsearch7")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a cluster is; its text is without the password."""

    kind: str
    hosts: tuple[str, ...]
    prefix: str = "pakgauz"
    user: str = ""
    password: str = ""
    ca_file: str | None = None
    is_verified: bool = True

    def __str__(self) -> str:
        """Hosts alone, for errors and pages."""
        return ", ".join(self.hosts)

    __repr__ = __str__


def address_of(url: str) -> Address:
    """Read ``opensearch[+https]://user:password@host:9200,host2/prefix?ca=/file&verify=0``.

    Schemes: ``opensearch`` (2 and 3), ``elasticsearch`` (8 and 9), ``elasticsearch7`` (7.10).
    Raises ImproperlyConfigured, which does not show the password.
    """
    parts = urlsplit(url)
    kind, _, transport = parts.scheme.partition("+")
    if kind not in SCHEMES or transport not in {"", "http", "https"}:
        raise ImproperlyConfigured(f"SEARCH_URL begins with one of {', '.join(SCHEMES)}, +https")
    credentials, _, hosts = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    prefix = parts.path.strip("/") or "pakgauz"
    if not PREFIX.fullmatch(prefix):
        raise ImproperlyConfigured("the prefix in SEARCH_URL has small letters, digits, - and _")
    options = _options(parts)
    return Address(
        kind=kind,
        hosts=tuple(_host(host, transport or "http") for host in hosts.split(",")),
        prefix=prefix,
        user=unquote(user),
        password=unquote(password),
        ca_file=options.get("ca"),
        is_verified=options.get("verify", "1") != "0",
    )


def _options(parts: SplitResult) -> dict[str, str]:
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if not options.keys() <= {"ca", "verify"}:
        raise ImproperlyConfigured("SEARCH_URL takes ?ca=/file and ?verify=0")
    return options


def _host(host: str, transport: str) -> str:
    name, _, port = host.rpartition(":") if re.search(r":\d+$", host) else (host, "", "9200")
    if not name:
        raise ImproperlyConfigured("SEARCH_URL names no host")
    return f"{transport}://{name}:{port}"
