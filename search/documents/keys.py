"""Keys of the natural order, as plain texts: engines sort by bytes; and kits, keys of attributes.

They order as ``b2b_apps.storefront.natural_order`` does: a missing part goes before a number, a
number before letters, numbers by value; what is equal goes by id.
"""

import marshal
import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

NUMBER = re.compile(r"([0-9]+(?:[.,][0-9]+)?)")
# Above the end of a text and of a part, below every sign that a text has.
END, OF_NUMBER, OF_TEXT = "\x00", "\x01", "\x02"
RESERVED = re.compile("[\x00-\x02]")
# A hash is a whole number that JSON keeps.
HASH_BITS = 53


def order_key(text: str, row_id: int) -> str:
    """The place of a row in the natural order of such texts."""
    return f"{natural_text(text)}{END}{row_id:012d}"


def place_key(path: str, title_key: str) -> str:
    """The place of a row by its section, then by its title; rows without a section go first."""
    return f"{path}{END}{title_key}"


def kit_of(attribute_ids: Sequence[int]) -> int | None:
    """One number for all attributes of a row, which stand in order; None if it has none."""
    return text_number(repr(tuple(attribute_ids))) if attribute_ids else None


def text_number(text: str) -> int:
    """A text as a number: the same text has the same."""
    return bytes_number(text.encode())


def bytes_number(content: bytes) -> int:
    """Bytes as a number: the same have the same."""
    return int.from_bytes(blake2b(content, digest_size=8).digest()) >> (64 - HASH_BITS)


def content_number(content: Any) -> int:
    """Plain values, nested, as a number: the same have the same. Keys stand as they were put in."""
    # A form of marshal that follows from the values alone.
    return bytes_number(marshal.dumps(content, 2))


def natural_text(text: str) -> str:
    """A text that compares byte by byte as the parts of ``text`` do."""
    plain = text.lower().replace("ё", "е")
    if not plain.isprintable():
        plain = RESERVED.sub(" ", plain)
    parts = NUMBER.split(plain)
    if len(parts) == 1:
        return f"{OF_TEXT}{parts[0]}" if parts[0] else ""
    return "".join(
        _number(part) if place % 2 else f"{OF_TEXT}{part}"
        for place, part in enumerate(parts)
        if part
    )


def _number(part: str) -> str:
    """How many digits before the point, the digits, and what is after the point."""
    if part.isdigit():
        whole = part.lstrip("0")
        return f"{OF_NUMBER}{len(whole):03d}{whole}"
    whole, _point, fraction = part.replace(",", ".").partition(".")
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    return f"{OF_NUMBER}{len(whole):03d}{whole}{'.' if fraction else ''}{fraction}"
