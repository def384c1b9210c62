"""What the services of companies refuse."""


class StaffAccountError(Exception):
    """The e-mail belongs to a person of our own staff, who can't act for a client."""

    def __init__(self, email: str) -> None:
        super().__init__(email)
        self.email = email
