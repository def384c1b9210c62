"""Marks beside the names of goods in listings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from b2b_apps.assortment.models import Label
from b2b_apps.core.context import WornLabel
from b2b_apps.storefront.search_text import pieces_of
from search.analysis.codes import code_keys
from search.bodies.text import LONGEST_TEXT


class Mark(NamedTuple):
    """A word beside a name; ``look`` is a kind of ``.tag``: solid, dash or plain."""

    text: str
    look: str = ""


# What is to be bought now is printed in black.
LOOKS = {Label.Look.WORK: "solid", Label.Look.WARN: "solid"}


def mark_of(label: WornLabel) -> Mark:
    """A label as a mark."""
    return Mark(label.name, LOOKS.get(Label.Look(label.look), ""))


@dataclass(frozen=True, slots=True)
class Marks:
    """What marks rows: the text that was typed, the text that it was read as, and the products
    that staff put first for it.
    """

    typed: str = ""
    shown_by: str = ""
    pins: frozenset[int] = frozenset()
    labels: Mapping[int, Sequence[WornLabel]] = field(default_factory=dict)

    def pieces(self, title: str) -> tuple[tuple[str, bool], ...]:
        """A name in pieces, each with whether it was typed; nothing where nothing of it was."""
        pieces = pieces_of(title, self.shown_by) if self.shown_by else []
        return tuple(pieces) if any(is_typed for _text, is_typed in pieces) else ()

    def of(self, product: Any, meant: Any | None = None) -> tuple[Mark, ...]:
        """The marks of a product of which a characteristic may be ``meant``. No query."""
        found = []
        if self.typed and self._is_exact(meant or product):
            found.append(Mark(_("Exact match"), "solid"))
        if product.pk in self.pins:
            found.append(Mark(_("We advise"), "dash"))
        return (*found, *(mark_of(label) for label in self.labels.get(product.pk, ())))

    def _is_exact(self, product: Any) -> bool:
        typed = _typed_keys(self.typed[:LONGEST_TEXT])
        own = (product.article, product.barcode, product.code_1c)
        return any(not typed.isdisjoint(code_keys(code)) for code in own if code)


@lru_cache(maxsize=256)
def _typed_keys(text: str) -> frozenset[str]:
    """A page asks for each of its rows."""
    return frozenset(key for key in code_keys(text) if key)
