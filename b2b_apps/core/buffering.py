"""An ASGI shell around a WSGI application: a slow client holds no thread.

The body of a request is read to its end on the event loop, under limits of size and time; only
then does the application get one of few threads. Its answer is taken whole and sent from the
loop. That is what a buffering proxy does; a portal on a public port wants one besides, for
limits per address.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from b2b_apps.core.balance import Balance

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Spool = SpooledTemporaryFile[bytes]
Head = tuple[int, list[tuple[bytes, bytes]]]

IN_MEMORY = 512 * 1024
PIECE = 256 * 1024


class Patience(NamedTuple):
    """How slow a client may be, in seconds and bytes a second."""

    idle: float = 10.0
    grace: float = 20.0
    slowest: int = 8 * 1024
    sending: float = 60.0


class RefusedError(Exception):
    """The request ends here, with this status."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, text)
        self.status, self.text = status, text


class GoneError(Exception):
    """The client has hung up."""


class BufferedApplication:
    """``wsgi`` behind a buffer. ``limit_for(path)`` is the largest body that a path takes.

    ``room`` is how many bytes of unfinished bodies are kept at once, on disk for the most part.
    With a ``balance`` a connection is ended where another process has less to do.
    """

    def __init__(  # noqa: PLR0913 - what a server is told once
        self,
        wsgi: Callable[..., Iterable[bytes]],
        *,
        limit_for: Callable[[str], int],
        threads: int = 16,
        room: int = 1024**3,
        patience: Patience | None = None,
        balance: Balance | None = None,
    ) -> None:
        self.wsgi = wsgi
        self.limit_for = limit_for
        self.patience = patience or Patience()
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self.room = room
        self.balance = balance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            with SpooledTemporaryFile(IN_MEMORY) as body, SpooledTemporaryFile(IN_MEMORY) as answer:
                length = await self._read(scope, receive, body)
                environ = environ_of(scope, body, length)
                (status, headers), is_crowded = await self._called(environ, answer)
                if is_crowded and scope["http_version"] == "1.1":
                    headers.append((b"connection", b"close"))
                await self._send(send, status, headers, answer)
        except RefusedError as refused:
            await self._send_text(send, refused)
        except GoneError:
            pass

    async def _called(self, environ: dict[str, Any], answer: Spool) -> tuple[Head, bool]:
        """Call the application in a thread; tell too whether another process has less to do."""
        work = asyncio.get_running_loop().run_in_executor(
            self.pool, call, self.wsgi, environ, answer
        )
        if self.balance is None:
            return await work, False
        self.balance.took()
        try:
            return await work, self.balance.has_more
        finally:
            self.balance.gave()

    async def _read(self, scope: Scope, receive: Receive, body: Spool) -> int:
        """Read the body into ``body``; raises RefusedError and GoneError."""
        limit = self.limit_for(scope["path"])
        if announced(scope) > limit:
            raise RefusedError(413, "Too large.")
        loop, patience = asyncio.get_running_loop(), self.patience
        begun, length = loop.time(), 0
        try:
            while True:
                due = begun + patience.grace + length / patience.slowest - loop.time()
                message = await _soon(receive(), min(patience.idle, due))
                if message["type"] == "http.disconnect":
                    raise GoneError
                chunk = message.get("body", b"")
                length += len(chunk)
                self.room -= len(chunk)
                if length > limit:
                    raise RefusedError(413, "Too large.")
                if self.room < 0:
                    raise RefusedError(503, "Too many requests are being sent. Try again later.")
                body.write(chunk)
                if not message.get("more_body"):
                    body.seek(0)
                    return length
        finally:
            self.room += length

    async def _send(
        self, send: Send, status: int, headers: list[tuple[bytes, bytes]], answer: Spool
    ) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        answer.seek(0)
        piece = answer.read(PIECE)
        while True:
            following = answer.read(PIECE) if len(piece) == PIECE else b""
            message = {"type": "http.response.body", "body": piece, "more_body": bool(following)}
            try:
                # ``wait_for`` makes a task of each message, which takes longer than to send it.
                async with asyncio.timeout(self.patience.sending):
                    await send(message)
            except TimeoutError as error:
                raise GoneError from error
            if not following:
                return
            piece = following

    async def _send_text(self, send: Send, refused: RefusedError) -> None:
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"connection", b"close"),
        ]
        await send({"type": "http.response.start", "status": refused.status, "headers": headers})
        await send({"type": "http.response.body", "body": refused.text.encode()})


async def _soon(coming: Awaitable[Message], seconds: float) -> Message:
    try:
        async with asyncio.timeout(max(seconds, 0.0)):
            return await coming
    except TimeoutError as error:
        raise RefusedError(408, "The request came too slowly.") from error


def announced(scope: Scope) -> int:
    """Return the Content-Length of a request, 0 if it names none."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def environ_of(scope: Scope, body: Spool, length: int) -> dict[str, Any]:
    """Return the WSGI environment of a request whose body is read (PEP 3333)."""
    host, port = scope.get("server") or ("localhost", 80)
    path = scope.get("raw_path") or scope["path"].encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.split(b"?")[0]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
        "CONTENT_LENGTH": str(length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        # An underscore would pass for a dash: X_Forwarded_For for X-Forwarded-For.
        if b"_" in raw_name or raw_name in {b"content-length", b"transfer-encoding"}:
            continue
        name, value = (
            raw_name.decode("latin-1").upper().replace("-", "_"),
            raw_value.decode("latin-1"),
        )
        key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    return environ


def call(wsgi: Callable[..., Iterable[bytes]], environ: dict[str, Any], answer: Spool) -> Head:
    """Call the application, write its whole answer into ``answer``; return status and headers."""
    begun: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        begun[:] = [int(status.split(" ", 1)[0]), headers]
        return answer.write

    parts = wsgi(environ, start_response)
    try:
        for part in parts:
            answer.write(part)
    finally:
        if close := getattr(parts, "close", None):
            close()
    status, headers = begun
    return status, [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
