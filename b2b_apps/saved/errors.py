"""What can go wrong with a kept list."""

from b2b_apps.core.errors import DomainError


class ListMissingError(DomainError):
    """There is no such list that the person may see, or no such line in it."""


class ListNotYoursError(DomainError):
    """Only its owner, or who manages the company's people, may do this to a list."""


class ListFullError(DomainError):
    """The list would hold more lines than it may."""


class NothingToKeepError(DomainError):
    """There is nothing to keep: no line, or no name."""
