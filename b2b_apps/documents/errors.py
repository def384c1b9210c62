"""What can go wrong with documents."""

from b2b_apps.core.errors import DomainError


class DocumentNotFailedError(DomainError):
    """Only a document that failed may be made again."""
