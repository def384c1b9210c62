"""What may be wrong with rules of shipments and with what is asked to be shipped."""

from collections.abc import Sequence


class SplitRuleError(ValueError):
    """A rule can't be written so; ``code``: changed, empty_condition, no_goods, no_warehouse,
    not_preferred, not_joined, is_joined.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ShippingRefusedError(ValueError):
    """Nothing is asked to be shipped; ``code``: nothing, too_much, past, not_here, consignee,
    stopped, address. ``line_ids`` are the order lines it is about.
    """

    def __init__(self, code: str, *, line_ids: Sequence[int] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.line_ids = tuple(line_ids)
