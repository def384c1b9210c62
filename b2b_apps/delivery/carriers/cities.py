"""Which of a carrier's cities an address is in, and the delivery points there."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from django.db.models import Q

from b2b_apps.delivery.models import CarrierCity, CarrierPoint
from b2b_apps.delivery.places import Place, folded, place_of

MOST_POINTS = 40
Known = Mapping[str, Sequence[CarrierCity]]


def cities_known(*, carrier: str, addresses: Collection[str]) -> Known:
    """Return the carrier's cities that addresses may mean, by folded name. One query."""
    names = {folded(place_of(address).city) for address in addresses} - {""}
    found: dict[str, list[CarrierCity]] = {}
    for city in CarrierCity.objects.filter(carrier=carrier, folded__in=names).order_by("code"):
        found.setdefault(city.folded, []).append(city)
    return found


def city_of(address: str, known: Known) -> tuple[CarrierCity | None, str]:
    """Return the city of an address, or None and why: ``city`` (the carrier has none of this
    name), ``cities`` (several, and the address does not tell which).

    Of several one counts whose region stands in the address, else one that is a region itself
    («Москва»). Pure.
    """
    place = place_of(address)
    found = known.get(folded(place.city), ())
    if len(found) < 2:
        return (found[0], "") if found else (None, "city")
    own = [city for city in found if folded(city.region) == city.folded]
    named = [city for city in found if city not in own and _is_in(city, place)]
    for told in (named, own):
        if len(told) == 1:
            return told[0], ""
    return None, "cities"


def _is_in(city: CarrierCity, place: Place) -> bool:
    return bool(city.region) and folded(city.region) in place.parts[:-1]


def points_in(
    *, carrier: str, city_code: int, text: str = "", weight_kg: Decimal = Decimal(0)
) -> tuple[Sequence[CarrierPoint], int]:
    """Return delivery points of a city that take such a weight, those whose address or code has
    every typed word, the first of them, and how many there are. Two queries.
    """
    rows = CarrierPoint.objects.filter(carrier=carrier, city_code=city_code, is_active=True)
    rows = rows.filter(Q(max_kg__isnull=True) | Q(max_kg__gte=weight_kg))
    for word in text.split()[:6]:
        rows = rows.filter(
            Q(address__icontains=word) | Q(name__icontains=word) | Q(code__iexact=word)
        )
    shown = list(rows[: MOST_POINTS + 1])
    num = len(shown) if len(shown) <= MOST_POINTS else rows.count()
    return shown[:MOST_POINTS], num


def points_named(codes: Collection[str]) -> Sequence[CarrierPoint]:
    """Return the delivery points of these codes that hand out. One query, none without codes."""
    wanted = set(codes) - {""}
    if not wanted:
        return []
    return list(CarrierPoint.objects.filter(code__in=wanted, is_active=True))
