"""Why 1C gave no answer."""

from b2b_apps.core.errors import DomainError


class LiveError(DomainError):
    """1C could not be asked, or what it said is no answer.

    ``code``: resting (it failed again and again and is left alone for a minute), unnamed (1C does
    not know the contract), seal (its password can't be read any more), password, no_service,
    timeout, unreachable, status, answer, or another code of OutboundError; ``detail`` for staff.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class AnswerOutdatedError(DomainError):
    """There is no answer of 1C that could be accepted: it is old, or the line changed since."""
