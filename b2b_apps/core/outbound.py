"""The one client of other people's servers: short, small, encrypted, no redirects.

Addresses come from settings and from staff, never from what a buyer typed.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

CONNECT_SECONDS = 4.0
READ_SECONDS = 8.0
TOTAL_SECONDS = 20.0
MAX_BYTES = 2 * 1024 * 1024
# An error's explanation is read only if it is short.
REASON_BYTES = 64 * 1024
# 202: taken, and done later.
SUCCESSES = {200, 202}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class OutboundError(Exception):
    """Nothing usable came. ``code``: insecure, unreachable, timeout, status, redirect, too_large,
    encoded; ``detail`` is the status or what the library said, ``body`` the beginning of what
    came with a status.
    """

    def __init__(self, code: str, detail: str = "", body: bytes = b"") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.body = body


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: for the connection, between two bytes, and for all of it."""

    connect: float = CONNECT_SECONDS
    read: float = READ_SECONDS
    total: float = TOTAL_SECONDS


@dataclass(frozen=True, slots=True)
class Basic:
    """A name and a password for the other server."""

    username: str
    password: str


def outbound_get(
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    max_bytes: int = MAX_BYTES,
    total_seconds: float = TOTAL_SECONDS,
    authorization: str = "",
) -> bytes:
    """Return the body of a success. Raises OutboundError.

    Only HTTPS, or plain HTTP to this very machine (a stub, a proxy beside). A server that sends
    a byte now and then, in the head of its answer or in the body, is given up after
    ``total_seconds``.
    """
    patience = Patience(total=total_seconds)
    headers = {"Authorization": authorization} if authorization else None
    return _asked(
        "GET", url, patience=patience, max_bytes=max_bytes, params=params, headers=headers
    )


def outbound_post(  # noqa: PLR0913 - what a request is made of
    url: str,
    *,
    body: bytes,
    content_type: str,
    basic: Basic | None = None,
    authorization: str = "",
    patience: Patience = Patience(),
    max_bytes: int = MAX_BYTES,
) -> bytes:
    """Send a body and return that of a success, as careful as ``outbound_get``. Raises
    OutboundError.

    It is sent once: who may send it again decides so himself.
    """
    auth = (basic.username.encode(), basic.password.encode()) if basic else None
    headers = {"Content-Type": content_type}
    if authorization:
        headers["Authorization"] = authorization
    return _asked(
        "POST", url, patience=patience, max_bytes=max_bytes, data=body, auth=auth, headers=headers
    )


def is_secure(url: str) -> bool:
    """Whether we would speak to an address at all."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _asked(
    method: str,
    url: str,
    *,
    patience: Patience,
    max_bytes: int,
    headers: Mapping[str, str] | None = None,
    **request: Any,
) -> bytes:
    if not is_secure(url):
        raise OutboundError("insecure", urlsplit(url).scheme)
    deadline = time.monotonic() + patience.total
    with _session(patience.total) as (session, adapter):
        try:
            with session.request(
                method,
                url,
                headers={
                    "Accept-Encoding": "identity", "User-Agent": "Pakgauz", **(headers or {}),
                },
                timeout=(min(patience.connect, patience.total), min(patience.read, patience.total)),
                allow_redirects=False,
                stream=True,
                **request,
            ) as response:  # fmt: skip
                _require_plain_ok(response, deadline, adapter)
                return _body(response, max_bytes, deadline, adapter)
        except requests.Timeout as error:
            raise OutboundError("timeout", type(error).__name__) from error
        except (requests.RequestException, OSError) as error:
            if adapter.is_over:
                raise OutboundError("timeout", "total") from error
            raise OutboundError("unreachable", type(error).__name__) from error


class _Cut(HTTPAdapter):
    """Closes its connections when the time is up: the libraries' timeouts begin anew with every
    byte, and a server may be slow with each line of the head.
    """

    def __init__(self) -> None:
        super().__init__(max_retries=0)
        self.is_over = False
        self._connections: list[Any] = []

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        known, plain = self._connections, pool.ConnectionCls  # type: ignore[attr-defined]

        class Watched(plain):  # type: ignore[misc, valid-type]
            def connect(self) -> None:
                known.append(self)
                super().connect()

        pool.ConnectionCls = Watched  # type: ignore[attr-defined]
        return pool

    def cut(self) -> None:
        """Shut what is open; who reads from it finds it ended."""
        self.is_over = True
        for connection in self._connections:
            if (sock := getattr(connection, "sock", None)) is not None:
                with contextlib.suppress(OSError):
                    # Past the SSL layer: that would wait for the other side to agree.
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)


@contextlib.contextmanager
def _session(total: float) -> Iterator[tuple[requests.Session, _Cut]]:
    adapter = _Cut()
    timer = threading.Timer(total, adapter.cut)
    timer.daemon = True
    with requests.Session() as session:
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        timer.start()
        try:
            yield session, adapter
        finally:
            timer.cancel()


def _require_plain_ok(response: requests.Response, deadline: float, adapter: _Cut) -> None:
    if response.is_redirect or 300 <= response.status_code < 400:
        raise OutboundError("redirect", response.headers.get("Location", "")[:200])
    if response.status_code not in SUCCESSES:
        said = b""
        with contextlib.suppress(OutboundError):
            said = _body(response, REASON_BYTES, deadline, adapter)
        raise OutboundError("status", str(response.status_code), said)
    # Not asked for; unpacking could take any amount of memory.
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise OutboundError("encoded", response.headers["Content-Encoding"][:40])


def _body(response: requests.Response, max_bytes: int, deadline: float, adapter: _Cut) -> bytes:
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
        if adapter.is_over:
            raise OutboundError("timeout", "total") from error
        raise OutboundError("unreachable", type(error).__name__) from error
    # A connection that was shut ends without an error where the length was not told.
    if adapter.is_over:
        raise OutboundError("timeout", "total")
    return bytes(body)
