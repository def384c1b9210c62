"""The one client of other people's servers: short, small, encrypted, no redirects.

Addresses come from settings, never from what a user typed.
"""

import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

CONNECT_SECONDS = 4.0
READ_SECONDS = 8.0
TOTAL_SECONDS = 20.0
MAX_BYTES = 2 * 1024 * 1024
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class OutboundError(Exception):
    """Nothing usable came. ``code``: insecure, unreachable, timeout, status, redirect, too_large,
    encoded; ``detail`` is the status or what the library said.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def outbound_get(
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    max_bytes: int = MAX_BYTES,
    total_seconds: float = TOTAL_SECONDS,
) -> bytes:
    """Return the body of a 200. Raises OutboundError.

    Only HTTPS, or plain HTTP to this very machine (a stub, a proxy beside). A server that sends
    a byte now and then is given up after ``total_seconds``.
    """
    _require_secure(url)
    deadline = time.monotonic() + total_seconds
    try:
        with requests.get(
            url,
            params=params,
            headers={"Accept-Encoding": "identity", "User-Agent": "Pakgauz"},
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as response:
            _require_plain_ok(response)
            return _body(response, max_bytes, deadline)
    except requests.Timeout as error:
        raise OutboundError("timeout", type(error).__name__) from error
    except (requests.RequestException, OSError) as error:
        raise OutboundError("unreachable", type(error).__name__) from error


def _require_secure(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return
    raise OutboundError("insecure", parts.scheme)


def _require_plain_ok(response: requests.Response) -> None:
    if response.is_redirect or 300 <= response.status_code < 400:
        raise OutboundError("redirect", response.headers.get("Location", "")[:200])
    if response.status_code != 200:
        raise OutboundError("status", str(response.status_code))
    # Not asked for; unpacking could take any amount of memory.
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise OutboundError("encoded", response.headers["Content-Encoding"][:40])


def _body(response: requests.Response, max_bytes: int, deadline: float) -> bytes:
    body = bytearray()
    try:
        # read1 gives what has come; read would wait for the whole block.
        while chunk := response.raw.read1(65536):
            body += chunk
            if len(body) > max_bytes:
                raise OutboundError("too_large", str(max_bytes))
            if time.monotonic() > deadline:
                raise OutboundError("timeout", "total")
    except ReadTimeoutError as error:
        raise OutboundError("timeout", "read") from error
    except HTTPError as error:
        raise OutboundError("unreachable", type(error).__name__) from error
    return bytes(body)
