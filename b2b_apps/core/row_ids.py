"""Row ids as forms and addresses bring them."""


def row_id(text: str) -> int | None:
    """Return the id that ``text`` says, or None if it can be none: no digits, or too many."""
    is_id = text.isascii() and text.isdecimal() and len(text) < 19
    return int(text) if is_id else None
