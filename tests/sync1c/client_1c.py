"""A client of the exchange for tests: Django's test client with 1C's manners."""

import base64
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from b2b_apps.sync1c.models import ExchangeConnection, ExchangeSession

USER = "1с-робот"
PASSWORD = "секрет-обмена-123456"


@dataclass
class Client1C:
    """Sends requests as 1C does: Basic auth each time, the cookie by hand, raw bodies."""

    user: str = USER
    password: str = PASSWORD
    url: str = "/exchange/1c/"
    address: str = "203.0.113.7"
    encoding: str = "utf-8"
    cookie: str = ""
    more: dict[str, str] = field(default_factory=dict)

    def call(self, kind: str, mode: str, body: bytes | None = None, **query: Any) -> str:
        """Return the text of the answer."""
        return self.raw(kind, mode, body, **query).content.decode("utf-8")

    def raw(self, kind: str, mode: str, body: bytes | None = None, **query: Any) -> Any:
        pair = f"{self.user}:{self.password}".encode(self.encoding)
        headers = {
            "HTTP_AUTHORIZATION": "Basic " + base64.b64encode(pair).decode(),
            "REMOTE_ADDR": self.address,
            **self.more,
        }
        if self.cookie:
            headers["HTTP_COOKIE"] = self.cookie
        query = {"type": kind, "mode": mode, **query}
        client = Client(enforce_csrf_checks=True)
        if body is None:
            response = client.get(self.url, query, **headers)
        else:
            response = client.generic(
                "POST", self.url, body, "application/octet-stream", query_params=query, **headers
            )
        assert response.status_code == 200
        return response

    def begin(self, kind: str = "catalog", **query: Any) -> str:
        """checkauth and init; return the answer of init."""
        self.cookie = ""
        lines = self.call(kind, "checkauth").split("\n")
        assert lines[0] == "success", lines
        self.cookie = f"{lines[1]}={lines[2]}"
        return self.call(kind, "init", **query)

    def send(self, name: str, body: bytes, kind: str = "catalog") -> str:
        """A session of its own with one file, as the standard client does; the answer of import."""
        self.begin(kind)
        assert self.call(kind, "file", body, filename=name).startswith("success")
        return self.call(kind, "import", filename=name)

    def session(self) -> ExchangeSession:
        return ExchangeSession.objects.latest("pk")


def connection(**values: Any) -> ExchangeConnection:
    from django.contrib.auth.hashers import make_password

    return ExchangeConnection.objects.create(
        name="1С", username=USER, password=make_password(PASSWORD), source="base-1", **values
    )
