"""Filters of a listing counted without the index, in the database."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from b2b_apps.storefront.candidates import VALUE, Candidate
from b2b_apps.storefront.facets import Facets, Later, attribute_facet, brand_facet, chips_of
from b2b_apps.storefront.listing_query import ListingQuery
from b2b_apps.storefront.price_facet import price_facet

STOCK, HOME, PRICE, BRAND, FIRST_ATTRIBUTE = 1, 2, 4, 8, 16
MOST_ATTRIBUTES = 24
MOST_FACETS = 10
LEAST_COVERAGE = 5


def attribute_bits(query: ListingQuery) -> dict[int, int]:
    """The bit of each attribute filter, by attribute id."""
    ids = list(query.attributes)[:MOST_ATTRIBUTES]
    return {pk: FIRST_ATTRIBUTE << place for place, pk in enumerate(ids)}


def failed_bits(row: Candidate, query: ListingQuery, bits: Mapping[int, int]) -> int:
    """The filters that a row does not pass, one bit each; 0 is a row to show."""
    failed = sum(bit for bit in bits.values() if not row.chosen & bit)
    if query.in_stock and row.free <= 0:
        failed |= STOCK
    if query.at_home and row.free_home <= 0:
        failed |= HOME
    if query.brands and row.brand not in query.brands:
        failed |= BRAND
    if query.has_price and not _is_within(row.price, query):
        failed |= PRICE
    return failed


def facets_for(
    *,
    rows: Sequence[Candidate],
    failed: Sequence[int],
    query: ListingQuery,
    bits: Mapping[int, int],
) -> Facets:
    """Return the filters of rows. A group's counts heed every filter but its own. One query."""
    pairs = list(zip(rows, failed, strict=True))
    found = _attributes(pairs, bits)
    groups = [g for g in (_brands(pairs, query), *_groups(found, query, len(rows))) if g]
    return Facets(
        num_in_stock=sum(1 for row, f in pairs if not f & ~STOCK and row.free > 0),
        num_at_home=sum(1 for row, f in pairs if not f & ~HOME and row.free_home > 0),
        price=price_facet(
            prices=[row.price for row, f in pairs if row.price is not None and not f & ~PRICE],
            query=query,
        ),
        later=groups,
        chips=chips_of(query, {pk: a.title for pk, a in found.items()}),
        spec_ids=[pk for pk, a in found.items() if a.coverage * 2 >= len(rows)],
    )


def _is_within(price: Decimal | None, query: ListingQuery) -> bool:
    if price is None:
        return False
    if query.price_from is not None and price < query.price_from:
        return False
    return query.price_to is None or price <= query.price_to


def _brands(pairs: Iterable[tuple[Candidate, int]], query: ListingQuery) -> Later | None:
    totals: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for row, failed in pairs:
        if row.brand:
            totals[row.brand] += 1
            counts[row.brand] += not failed & ~BRAND
    return brand_facet(totals=totals, counts=counts, query=query)


@dataclass(slots=True)
class _Attribute:
    title: str
    values: dict[str, int]
    coverage: int = 0


SQL = f"""
SELECT x.attribute_id, a.name, x.value, count(*),
    count(*) FILTER (WHERE x.failed = 0 OR x.failed = f.bit)
FROM (
    SELECT DISTINCT g.id, g.failed, v.attribute_id, {VALUE} AS value
    FROM unnest(%(ids)s::bigint[], %(failed)s::int[], %(goods)s::bigint[])
        AS g(id, failed, product_id)
    JOIN catalogue_productattributevalue v ON v.product_id = g.product_id
    LEFT JOIN catalogue_attributeoption o ON o.id = v.value_option_id
) x
JOIN catalogue_productattribute a ON a.id = x.attribute_id
LEFT JOIN unnest(%(attributes)s::bigint[], %(bits)s::int[]) AS f(attribute_id, bit)
    ON f.attribute_id = x.attribute_id
WHERE x.value IS NOT NULL AND x.value NOT IN ('-', '–', '—')
GROUP BY x.attribute_id, a.name, x.value ORDER BY x.attribute_id
"""  # noqa: S608 - only our own fragments are put in, values are parameters


def _attributes(
    pairs: Sequence[tuple[Candidate, int]], bits: Mapping[int, int]
) -> dict[int, _Attribute]:
    """The values of each attribute among the rows, what of them can be bought and is seen, with
    their counts; attributes by id.
    """
    goods = [(row.id, failed, pk) for row, failed in pairs for pk in {row.id, *row.sku_ids}]
    params = {
        "ids": [row_id for row_id, _failed, _pk in goods],
        "failed": [failed for _row_id, failed, _pk in goods],
        "goods": [pk for _row_id, _failed, pk in goods],
        "attributes": list(bits),
        "bits": list(bits.values()),
    }
    found: dict[int, _Attribute] = {}
    with connection.cursor() as cursor:
        cursor.execute(SQL, params)
        for pk, name, value, total, count in cursor.fetchall():
            attribute = found.setdefault(pk, _Attribute(name, {}))
            attribute.values[value] = count
            attribute.coverage += total
    return found


def _groups(found: Mapping[int, _Attribute], query: ListingQuery, num_rows: int) -> Iterable[Later]:
    """The attributes worth a filter: those chosen, and those of a fair share of the rows."""
    worthy = [
        pk
        for pk, attribute in found.items()
        if pk in query.attributes
        or (len(attribute.values) > 1 and attribute.coverage * LEAST_COVERAGE >= num_rows)
    ]
    kept = sorted(worthy, key=lambda pk: (pk not in query.attributes, -found[pk].coverage, pk))
    for pk in sorted(kept[:MOST_FACETS]):
        yield attribute_facet(pk, found[pk].title, found[pk].values, query)
