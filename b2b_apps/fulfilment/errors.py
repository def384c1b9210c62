"""What may be wrong with rules of shipments."""


class SplitRuleError(ValueError):
    """A rule can't be written so; ``code``: changed, empty_condition, no_goods, no_warehouse,
    not_preferred, not_joined, is_joined.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
