"""The order in which people expect names with numbers."""

import re
from typing import Any


def natural_key(text: str) -> list[tuple[int, Any]]:
    """A key that puts 6 before 16 and «2,5» before «10»; letters without case."""
    parts = re.split(r"([0-9]+(?:[.,][0-9]+)?)", text.lower().replace("ё", "е"))
    return [
        (0, float(part.replace(",", "."))) if place % 2 else (1, part)
        for place, part in enumerate(parts)
        if part
    ]
