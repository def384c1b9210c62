"""The one client for Elasticsearch and OpenSearch; see docs/decisions."""

import contextlib
from collections.abc import Iterator
from typing import Any

from elastic_transport import SerializationError, TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError, UnsupportedProductError

from search.engines.base import EngineAwayError, EngineRefusedError
from search.engines.elastic_address import Address
from search.engines.elastic_breaker import Breaker
from search.engines.elastic_node import PlainNode

# A page waits for its search at most this long; then it goes on without.
SEARCH_SECONDS = 0.9
WRITE_SECONDS = 60.0
BUSY = (429, 502, 503, 504)


def client_of(address: Address) -> Elasticsearch:
    """Return a client; it connects when it is asked. Threads share it."""
    options: dict[str, Any] = {}
    if address.kind != "elasticsearch":
        options["node_class"] = PlainNode
    if address.user:
        options["basic_auth"] = (address.user, address.password)
    if address.hosts[0].startswith("https"):
        options["verify_certs"] = address.is_verified
        options["ssl_show_warn"] = False
        if address.ca_file:
            options["ca_certs"] = address.ca_file
    return Elasticsearch(
        list(address.hosts),
        request_timeout=WRITE_SECONDS,
        retry_on_timeout=True,
        retry_on_status=BUSY,
        max_retries=3,
        **options,
    )


@contextlib.contextmanager
def asked(breaker: Breaker) -> Iterator[None]:
    """Turn errors of the client into ours, and tell the breaker of them."""
    breaker.enter()
    try:
        yield
    except SerializationError as error:
        raise EngineRefusedError(str(error)[:300]) from error
    except TransportError as error:
        breaker.failed()
        raise EngineAwayError(
            f"the search server does not answer: {type(error).__name__}"
        ) from error
    except NotFoundError as error:
        breaker.succeeded()
        raise EngineAwayError("there is no search index; manage.py search_rebuild") from error
    except ApiError as error:
        raise _of_status(error, breaker) from error
    breaker.succeeded()


def _of_status(error: ApiError, breaker: Breaker) -> Exception:
    status = error.status_code
    if isinstance(error, UnsupportedProductError):
        return EngineAwayError(
            "the server of SEARCH_URL is no Elasticsearch 8 or 9: begin it with opensearch://"
            " or elasticsearch7://"
        )
    if status in {401, 403}:
        return EngineAwayError("the search server does not let the user of SEARCH_URL in")
    if status in BUSY or status >= 500:
        breaker.failed()
        return EngineAwayError(f"the search server is busy or broken ({status})")
    breaker.succeeded()
    return EngineRefusedError(f"the search server refused: {str(error)[:300]}")
