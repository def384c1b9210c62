"""A connection of the Elasticsearch client to OpenSearch and to Elasticsearch 7.10."""

import dataclasses
from typing import Any

from elastic_transport import HttpHeaders, Urllib3HttpNode
from elastic_transport.client_utils import DEFAULT

PLAIN = {"json": "application/json", "x-ndjson": "application/x-ndjson"}


class PlainNode(Urllib3HttpNode):
    """Speaks plain JSON and says for the server that it is what the client asks for.

    The client of Elasticsearch 8 sends media types of its own, which these servers refuse, and
    refuses servers whose answers do not name the product.
    """

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: Any = DEFAULT,
    ) -> Any:
        """Send a request with plain media types."""
        plain = HttpHeaders(headers or {})
        for name in ("accept", "content-type"):
            value = plain.get(name) or ""
            if "vnd.elasticsearch+" in value:
                plain[name] = PLAIN["x-ndjson" if "x-ndjson" in value else "json"]
        answer = super().perform_request(method, target, body, plain, request_timeout)
        named = HttpHeaders({**answer.meta.headers, "x-elastic-product": "Elasticsearch"})
        return answer._replace(meta=dataclasses.replace(answer.meta, headers=named))
