"""Why a file can't be read: a code with data, worded for 1C's user by messages.py."""

from typing import Any


class CommerceMLError(Exception):
    """A file that can't be read, or not further than ``line``."""

    code = "unreadable"

    def __init__(self, **params: Any) -> None:
        super().__init__(self.code, params)
        self.params = params


class DoctypeForbiddenError(CommerceMLError):
    code = "doctype"


class BrokenXmlError(CommerceMLError):
    """Not well-formed from ``line`` on; what stood before has been read."""

    code = "broken_xml"


class WrongEncodingError(CommerceMLError):
    code = "wrong_encoding"


class TooDeepError(CommerceMLError):
    code = "too_deep"


class TooLongError(CommerceMLError):
    """One text of the file is longer than ten megabytes."""

    code = "too_long"


class Version1NotSupportedError(CommerceMLError):
    code = "version_1"


class NotCommerceMLError(CommerceMLError):
    """The root element is ``root``."""

    code = "not_commerceml"
