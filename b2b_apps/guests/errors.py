"""What can go wrong with a guest's request."""

from b2b_apps.core.errors import DomainError


class NothingAskedError(DomainError):
    """The request names no goods."""


class RequestDecidedError(DomainError):
    """Somebody has accepted or declined the request already."""


class OtherClientError(DomainError):
    """The ИНН is another client now than the one that was seen when the request was accepted."""


class AlreadyMovedError(DomainError):
    """The goods of the request lie in the basket already."""


class NoContractError(DomainError):
    """The company has no contract in force under which the person may order."""
