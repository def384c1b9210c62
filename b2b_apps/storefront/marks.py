"""Marks beside the names of goods in listings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from search.analysis.codes import code_keys


class Mark(NamedTuple):
    """A word beside a name; ``look`` is a kind of ``.tag``: solid, dash or plain."""

    text: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """What marks rows: the text that was typed, and the products that staff put first for it."""

    typed: str = ""
    pins: frozenset[int] = frozenset()

    def of(self, product: Any) -> Sequence[Mark]:
        """The marks of a product. No query."""
        found = []
        if self.typed and self._is_exact(product):
            found.append(Mark(_("Exact match"), "solid"))
        if product.pk in self.pins:
            found.append(Mark(_("We advise"), "dash"))
        return found

    def _is_exact(self, product: Any) -> bool:
        typed = {key for key in code_keys(self.typed) if key}
        own = (product.article, product.barcode, product.code_1c)
        return any(not typed.isdisjoint(code_keys(code)) for code in own if code)
