"""What can go wrong with a delivery."""

from datetime import date

from b2b_apps.core.errors import DomainError


class WindowFullError(DomainError):
    """The last place of a window on a day was taken by somebody else; ``wanted`` by window, day."""

    def __init__(self, wanted: tuple[int, date]) -> None:
        super().__init__(wanted)
        self.wanted = wanted
