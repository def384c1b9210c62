"""Who speaks: HTTP Basic on every request, and a limit on guessing."""

import base64
import binascii
import hmac
from collections.abc import Iterator
from typing import NamedTuple

from django.contrib.auth.hashers import check_password, make_password
from django.utils.crypto import salted_hmac

from b2b_apps.core.guesses import GuessRefusedError, Limits, guess_begin, guess_right
from b2b_apps.sync1c.models import ExchangeConnection
from b2b_apps.sync1c.texts import say

KIND = "exchange"
LIMITS = Limits(pair=10, name=10)


class RefusedError(Exception):
    """The caller is not let in; the text says why."""


class Basic(NamedTuple):
    username: str
    password: str


def fingerprint_of(username: str, password: str) -> str:
    """Return a keyed digest of a pair that was once proven by the slow hash.

    1C sends its password with every request; the slow hash is paid for once, and the owner of
    the password is known at once even while guesses at it are being refused.
    """
    return salted_hmac(
        "sync1c.credentials", f"{username}\0{password}", algorithm="sha256"
    ).hexdigest()


def pairs(header: str) -> Iterator[Basic]:
    """Yield readings of an Authorization header: UTF-8 first, then windows-1251."""
    scheme, _space, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return
    try:
        raw = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return
    for encoding in ("utf-8", "cp1251"):
        try:
            username, colon, password = raw.decode(encoding).partition(":")
        except UnicodeDecodeError:
            continue
        if colon and "\0" not in username and not (encoding == "cp1251" and raw.isascii()):
            yield Basic(username[:150], password[:256])


def connection_for(*, header: str, address: str) -> ExchangeConnection:
    """Return the connection whose name and password the header carries.

    Raises RefusedError. One query when the pair is known, else the slow hash is computed; ten
    wrong tries of a name in fifteen minutes stop that, save from where it has signed in before.
    """
    readings = list(pairs(header))
    if not readings:
        raise RefusedError(say("sign_in"))
    names = [reading.username for reading in readings]
    found = {
        c.username: c for c in ExchangeConnection.objects.filter(username__in=names, is_active=True)
    }
    for reading in readings:
        connection = found.get(reading.username)
        if connection and _is_known(connection, reading):
            return connection
    return _slowly(readings, found, address)


def _is_known(connection: ExchangeConnection, pair: Basic) -> bool:
    # A changed password makes the kept digest worthless: it is bound to the hash it was proven by.
    digest = fingerprint_of(*pair) + connection.password
    return bool(connection.fingerprint) and hmac.compare_digest(
        connection.fingerprint, salted_hmac("sync1c.known", digest, algorithm="sha256").hexdigest()
    )


def remember(connection: ExchangeConnection, password: str) -> None:
    """Note that this password opens the connection."""
    digest = fingerprint_of(connection.username, password) + connection.password
    connection.fingerprint = salted_hmac("sync1c.known", digest, algorithm="sha256").hexdigest()
    connection.save(update_fields=["fingerprint"])


def _slowly(
    readings: list[Basic], found: dict[str, ExchangeConnection], address: str
) -> ExchangeConnection:
    known = [reading for reading in readings if reading.username in found]
    # Names that are not there count as one, so that guesses at them lock out nobody's.
    name = known[0].username if known else ""
    try:
        guess = guess_begin(kind=KIND, name=name, address=address, limits=LIMITS)
    except GuessRefusedError as error:
        raise RefusedError(say("too_many_tries")) from error
    for reading in known or readings[:1]:
        connection = found.get(reading.username)
        # An unknown name costs as much time as a known one.
        stored = connection.password if connection else _nobody()
        if check_password(reading.password, stored) and connection:
            guess_right(guess=guess)
            remember(connection, reading.password)
            return connection
    raise RefusedError(say("wrong_password"))


_NOBODY: list[str] = []


def _nobody() -> str:
    if not _NOBODY:
        _NOBODY.append(make_password("nobody"))
    return _NOBODY[0]
