"""How large the body of a request may be, told before a byte of it is read."""

import re
from functools import cache

from django.conf import settings


@cache
def _rules(rules: tuple[tuple[str, int], ...]) -> tuple[tuple[re.Pattern[str], int], ...]:
    return tuple((re.compile(pattern), limit) for pattern, limit in rules)


def body_limit(path: str) -> int:
    """Return the bytes that a body sent to ``path`` may have."""
    for pattern, limit in _rules(tuple(settings.REQUEST_BODY_LIMITS)):
        if pattern.match(path):
            return limit
    return int(settings.REQUEST_BODY_LIMIT)


def takes_files(path: str) -> bool:
    """Whether a form at ``path`` has a field for a file."""
    return any(re.match(pattern, path) for pattern in settings.UPLOAD_PATHS)
