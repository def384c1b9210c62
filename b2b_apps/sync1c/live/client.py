"""Asks a 1C base over its HTTP service."""

from collections.abc import Sequence

from b2b_apps.core.outbound import Basic, OutboundError, Patience, outbound_post
from b2b_apps.core.sealing import SealBrokenError, unsealed
from b2b_apps.sync1c.live.breaker import breaker_answered, breaker_failed, breaker_pass
from b2b_apps.sync1c.live.errors import LiveError
from b2b_apps.sync1c.live.wire import AnsweredLine, AskedLine, answer, question
from b2b_apps.sync1c.models import ExchangeConnection

PRICES = "/hs/b2b/v1/prices"
PATIENCE = Patience(connect=1.0, read=3.0, total=3.0)
# What is wrong with us and not with the base: it must not make others stop asking.
OWN_FAULTS = {"400": "answer", "401": "password", "403": "password", "404": "no_service"}
# Of these a base recovers by being left alone.
BUSY = {"408", "429"}


def prices_ask(
    *, connection: ExchangeConnection, contract: str, counterparty: str, lines: Sequence[AskedLine]
) -> Sequence[AnsweredLine]:
    """Ask a base what the lines cost under a contract; all names are 1C's own. Raises LiveError.

    Takes three seconds at most. Never call it inside a transaction: what it had locked would be
    locked as long. One to three queries, for the breaker.
    """
    breaker_pass(connection)
    body = question(contract=contract, counterparty=counterparty, lines=lines)
    return answer(_post(connection, body), num_lines=len(lines))


def connection_check(connection: ExchangeConnection) -> None:
    """Ask a base about nothing: whether it answers at all. Raises LiveError; the breaker lets it
    through, and learns from it.
    """
    answer(_post(connection, question(contract="", counterparty="", lines=[])), num_lines=0)


def _post(connection: ExchangeConnection, body: bytes) -> bytes:
    try:
        basic = Basic(connection.live_username, unsealed(connection.live_password))
    except SealBrokenError as error:
        raise LiveError("seal") from error
    try:
        found = outbound_post(
            connection.live_url.rstrip("/") + PRICES,
            body=body,
            content_type="application/json; charset=utf-8",
            basic=basic,
            patience=PATIENCE,
        )
    except OutboundError as error:
        if error.code == "status" and _is_own_fault(error.detail):
            breaker_answered(connection)
            code = OWN_FAULTS.get(error.detail, "status")
            raise LiveError(code, error.detail) from error
        breaker_failed(connection)
        raise LiveError(error.code, error.detail) from error
    breaker_answered(connection)
    return found


def _is_own_fault(status: str) -> bool:
    return status.startswith("4") and status not in BUSY
