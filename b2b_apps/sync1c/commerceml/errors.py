"""Why a whole file is refused. Errors carry a code and data; messages.py words them."""

from typing import Any


class CommerceMLError(Exception):
    """A file that can't be read to its end. Objects read before it are good."""

    code = "unreadable"

    def __init__(self, **data: Any) -> None:
        super().__init__(self.code, data)
        self.data = data


class DoctypeForbiddenError(CommerceMLError):
    """The file declares a document type, which 1C never does and attackers do."""

    code = "doctype_forbidden"


class BrokenXmlError(CommerceMLError):
    """Not well-formed from ``line`` on: broken off, or not XML there."""

    code = "broken_xml"


class WrongEncodingError(CommerceMLError):
    """The bytes are not in the encoding that the file names, or that is one we don't read."""

    code = "wrong_encoding"


class Version1Error(CommerceMLError):
    """CommerceML 1 of 1C 7.7: attributes where version 2 has elements."""

    code = "version_1"


class NotCommerceMLError(CommerceMLError):
    """XML of something else; ``root`` is its first element."""

    code = "not_commerceml"


class TooDeepError(CommerceMLError):
    """Elements nested deeper than any real file has them."""

    code = "too_deep"


class TooLargeError(CommerceMLError):
    """One text or one object that is larger than any real one."""

    code = "too_large"


class EmptyFileError(CommerceMLError):
    """Nothing in the file."""

    code = "empty_file"


class BadValueError(Exception):
    """A value of an object that can't be read; becomes a BadRecord."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
