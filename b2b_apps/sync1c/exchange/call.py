"""A request of 1C with what is known about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from b2b_apps.sync1c.models import ExchangeConnection, ExchangeSession


@dataclass(frozen=True, slots=True)
class Call:
    """What a mode gets to answer."""

    request: HttpRequest
    query: Any
    connection: ExchangeConnection
    kind: str
    maybe_session: ExchangeSession | None

    @property
    def session(self) -> ExchangeSession:
        """The session; every mode but ``checkauth`` and ``info`` has one."""
        if self.maybe_session is None:
            raise LookupError(self.kind)
        return self.maybe_session


Mode = Callable[[Call], HttpResponse]
