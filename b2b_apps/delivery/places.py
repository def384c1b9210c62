"""What a zone needs of an address that is one line of text. Pure.

1C and people write addresses as "344090, г. Ростов-на-Дону, ул. Доватора, д. 158"; a city or a
region counts only as a whole part between commas, so «ул. Московская» is no Moscow.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

POSTCODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")
SETTLEMENT = re.compile(
    r"^(?:г|гор|город|пгт|рп|п|пос|поселок|с|село|д|дер|деревня|х|хутор|ст-ца|станица)\.?\s+", re.I
)
REGION = re.compile(r"\b(?:обл|область|край|респ|республика|ао|автономный округ)\b\.?", re.I)


@dataclass(frozen=True, slots=True)
class Place:
    """An address: its postcode, if it names one, and its parts between commas."""

    text: str
    postcode: str = ""
    parts: Sequence[str] = ()

    @property
    def city(self) -> str:
        """The settlement, as far as it is told; as it is written."""
        for part in self.text.split(","):
            found = SETTLEMENT.sub("", part.strip())
            if found != part.strip():
                return found
        parts = [p.strip() for p in self.text.split(",")]
        named = [p for p in parts if p and not POSTCODE.fullmatch(p) and not REGION.search(p)]
        return named[0] if named else ""


def place_of(text: str) -> Place:
    """Read an address."""
    found = POSTCODE.search(text)
    parts = [folded(part) for part in text.split(",")]
    return Place(text.strip(), found[1] if found else "", [part for part in parts if part])


def folded(name: str) -> str:
    """A name of a place without its kind: «г. Ростов-на-Дону» and «Ростов-на-Дону» are one."""
    plain = " ".join(name.replace("ё", "е").replace("Ё", "Е").split()).casefold()
    return " ".join(REGION.sub("", SETTLEMENT.sub("", plain)).split())


def names_of(text: str) -> list[str]:
    """Names that staff have typed: a line each, or with commas."""
    return [name.strip() for name in re.split(r"[,\n;]", text) if name.strip()]


def nearness(place: Place, *, cities: str, postcodes: str, regions: str) -> int:
    """How exactly a zone names an address: 0 not at all, the more the better."""
    if _any_in(place.parts, names_of(cities)):
        return 100
    prefixes = [len(p) for p in names_of(postcodes) if place.postcode.startswith(p)]
    if place.postcode and prefixes:
        return 10 + max(prefixes)
    return 1 if _any_in(place.parts, names_of(regions)) else 0


def _any_in(parts: Iterable[str], names: Iterable[str]) -> bool:
    known = {folded(name) for name in names}
    return any(part in known for part in parts)
