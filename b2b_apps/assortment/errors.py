"""What keeps an assortment rule or a label from being saved."""

from b2b_apps.core.errors import DomainError


class RuledError(DomainError):
    """``code``: changed (a colleague has saved it meanwhile), empty_condition (a condition has no
    value), no_goods (a rule that names no goods would be of all of them), code_taken (another
    label has the code).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
