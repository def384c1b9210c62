"""Texts as the fields of pages bring them."""


def text_typed(text: str, most: int) -> str:
    """What somebody typed, without spaces around it, of at most ``most`` signs.

    A browser sends the end of a line as two signs and counts it as one: what a ``maxlength`` let
    through is not cut.
    """
    return text.replace("\r\n", "\n").strip()[:most]
