"""Errors of the domain: they carry data, the view words them."""


class DomainError(Exception):
    """Something the business does not allow."""


class PermissionMissingError(DomainError):
    """The person's role in the current counterparty does not include ``permission``."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission
