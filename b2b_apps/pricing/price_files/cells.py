"""What a cell means: numbers and days as people type them."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from b2b_apps.core.days import day_typed

SIGNS = re.compile(r"(?:₽|руб\.?|р\.|rub|€|\$)$", re.IGNORECASE)
MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2014": "-"})
NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,20})?")
DAYS = ("%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y", "%d/%m/%Y")


class BadCellError(Exception):
    """``code`` says why the row can't be taken."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def text_of(cell: Any) -> str:
    """The cell as text: a number without a point, so that an article keeps its digits."""
    if isinstance(cell, dict):
        return str(cell.get("n") or cell.get("d") or "")
    return " ".join(str(cell).split())


def number_of(cell: Any, code: str) -> Decimal | None:
    """Return the number of a cell, None if it is empty; «1 234,50 ₽» is one.

    Of two different separators the last is the decimal one; one that stands twice parts groups
    of three. Raises BadCellError(``code``), or that it is a formula.
    """
    if isinstance(cell, dict):
        if "d" in cell:
            raise BadCellError(code)
        number = Decimal(cell["n"])
        if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
            raise BadCellError(code)
        return number
    text = "".join(str(cell).translate(MINUS).split())
    if not text:
        return None
    if text.startswith("="):
        raise BadCellError("formula")
    text = _pointed(SIGNS.sub("", text))
    if not NUMBER.fullmatch(text):
        raise BadCellError(code)
    return Decimal(text)


def _pointed(text: str) -> str:
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        group = "," if comma < point else "."
        text = text.replace(group, "")
    elif re.fullmatch(r"-?\d{1,3}(?:(?:,\d{3}){2,}|(?:\.\d{3}){2,})", text):
        # Only whole groups of three: 1.234.500, not 1.23.4.
        text = text.replace(",", "").replace(".", "")
    return text.replace(",", ".")


def day_of(cell: Any) -> date | None:
    """Return the day of a cell, None if it is empty; raises BadCellError."""
    if isinstance(cell, dict):
        if "d" in cell:
            return date.fromisoformat(cell["d"])
        raise BadCellError("bad_day")
    text = str(cell).strip()
    if not text:
        return None
    if (day := day_typed(text, DAYS)) is None:
        raise BadCellError("bad_day")
    return day
