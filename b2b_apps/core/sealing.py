"""Secrets of other systems that we must be able to say again: sealed in the database.

The key is made of SECRET_KEY, so a copy of the database alone opens nothing. Whoever changes
SECRET_KEY names the old one in SECRET_KEY_FALLBACKS, or types these secrets in anew.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class SealBrokenError(Exception):
    """The secret was sealed with another key than ours, or changed since."""


def sealed(text: str) -> str:
    """Return a text as it may be stored; nothing stays nothing."""
    return _keys().encrypt(text.encode()).decode() if text else ""


def unsealed(stored: str) -> str:
    """Return the text again. Raises SealBrokenError."""
    if not stored:
        return ""
    try:
        return _keys().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise SealBrokenError from error


def _keys() -> MultiFernet:
    """The key in use first, then those that were in use before."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(key)) for key in keys])


def _key(secret: str) -> bytes:
    digest = salted_hmac("core.sealing", "key", secret=secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest)
