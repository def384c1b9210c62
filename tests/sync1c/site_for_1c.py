"""A site's side of the exchange in a thread: it records requests and answers as it is told."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, make_server


@dataclass
class Asked:
    """A request: its query, its body and the headers that the exchange lives by."""

    query: dict[str, str]
    body: bytes
    method: str
    cookie: str
    authorization: str

    @property
    def mode(self) -> str:
        return f"{self.query['type']} {self.query['mode']}"


@dataclass
class Site:
    """``answers`` of a mode are used up one by one; the usual answer follows."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, list[str | bytes]] = field(default_factory=lambda: defaultdict(list))
    init: str = "zip=no\nfile_limit=0"
    checkauth: str = "success\nexchange\nabc123"
    orders: bytes = b""

    def answer(self, asked: Asked) -> bytes:
        self.asked.append(asked)
        mode = asked.query["mode"]
        if self.answers[mode]:
            found = self.answers[mode].pop(0)
        else:
            usual = {"init": self.init, "checkauth": self.checkauth, "query": self.orders}
            found = usual.get(mode, "success")
        return found.encode() if isinstance(found, str) else found

    def modes(self) -> list[str]:
        return [asked.mode for asked in self.asked]

    def bodies(self, name: str) -> list[bytes]:
        return [a.body for a in self.asked if a.body and a.query.get("filename") == name]

    def __call__(self, environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        asked = Asked(
            dict(parse_qsl(environ["QUERY_STRING"], encoding="utf-8")),
            environ["wsgi.input"].read(length),
            environ["REQUEST_METHOD"],
            environ.get("HTTP_COOKIE", ""),
            environ.get("HTTP_AUTHORIZATION", ""),
        )
        body = self.answer(asked)
        # A cookie that 1C must take no notice of.
        start_response("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "other=1")])
        return [body]


class Silent(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def site_running() -> Iterator[Site]:
    """Serve a Site on a free port until the block ends."""
    site = Site()
    with make_server("127.0.0.1", 0, site, handler_class=Silent) as server:
        site.url = f"http://127.0.0.1:{server.server_port}/exchange/1c/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield site
        server.shutdown()
        thread.join()
