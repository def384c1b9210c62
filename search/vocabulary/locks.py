"""Who may change what is pinned to one text."""

from django.db import connection

# The first half of an advisory lock's name; the second is the text.
PINS = 5_120_777


def pins_lock(*, key: str) -> None:
    """Let one transaction at a time write the pins of a text. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [PINS, key])
