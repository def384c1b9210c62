"""How documents' statements are asked."""

from collections.abc import Iterable, Mapping
from typing import Any


def id_array(ids: Iterable[object]) -> str:
    """Ids as a literal of PostgreSQL's: quicker than the driver's own list."""
    return f"{{{','.join(map(str, ids))}}}"


def fetched(cursor: Any, statement: str, values: Mapping[str, Any]) -> list[Any]:
    """All rows of a statement."""
    cursor.execute(statement, values)
    return list(cursor.fetchall())
