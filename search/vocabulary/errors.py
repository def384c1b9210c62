"""What can't be taught to the search."""

from b2b_apps.core.errors import DomainError


class LonelyPhraseError(DomainError):
    """A group has one phrase and nothing that it also finds, or no phrase at all."""


class NothingToFindError(DomainError):
    """A text has no word and no article in it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class TooMuchError(DomainError):
    """More, or longer, than ``limit``."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class UnknownProductError(DomainError):
    """There is no such product, or it has no row of its own in listings."""

    def __init__(self, product_id: int) -> None:
        super().__init__(product_id)
        self.product_id = product_id
