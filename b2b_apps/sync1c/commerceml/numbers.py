"""Numbers as 1C and people write them, read by a strict grammar."""

import re
from decimal import Decimal

MAX_LENGTH = 40
# ASCII digits only, one decimal separator, groups of any blanks; no exponent, no NaN.
NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:[.,]\d{0,15})?|[.,]\d{1,15})", re.ASCII)
BLANKS = re.compile(r"[ \t\r\n\u00a0\u2009\u202f]")


class NotANumberError(ValueError):
    """``value`` is no number by our grammar."""

    def __init__(self, value: str) -> None:
        super().__init__(value[:MAX_LENGTH])
        self.value = value[:MAX_LENGTH]


def decimal_of(text: str) -> Decimal:
    """Return the number in ``text``: decimal point or comma, blanks between groups.

    Raises NotANumberError, at once however long or large it pretends to be.
    """
    plain = BLANKS.sub("", text[: MAX_LENGTH * 2])
    if len(text) > MAX_LENGTH * 2 or len(plain) > MAX_LENGTH or not NUMBER.fullmatch(plain):
        raise NotANumberError(text)
    return Decimal(plain.replace(",", "."))
