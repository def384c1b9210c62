"""Values of attributes as documents need them: each is taken apart and analysed once."""

from collections.abc import Mapping
from typing import NamedTuple

from search.analysis.document import attribute_terms

# Some 50 MB; catalogues have tens of thousands, and what is given up is only made again.
MOST_KEPT = 100_000


class Value(NamedTuple):
    """What a value says: of which attribute it is, and by which terms it is found."""

    attribute_id: int
    terms: tuple[str, ...]


class Values(dict[str, Value]):
    """What ``attribute=value`` says, by its text; ``names`` are those of the attributes."""

    def __init__(self, names: Mapping[int, str]) -> None:
        super().__init__()
        self.names = names

    def __missing__(self, written: str) -> Value:
        attribute, _sign, text = written.partition("=")
        pk = int(attribute)
        if len(self) >= MOST_KEPT:
            self.clear()
        found = self[written] = Value(pk, attribute_terms(self.names.get(pk, ""), text))
        return found
