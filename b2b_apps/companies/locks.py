"""Who may make a company of an ИНН."""

from django.db import connection

# The first half of an advisory lock's name; the second is the ИНН.
COMPANY = 0x1AA


def inn_lock(*, inn: str) -> None:
    """Let one transaction at a time look for a company by its ИНН and make it. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [COMPANY, inn])
