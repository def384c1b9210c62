"""What price rules ask of goods, as clauses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from b2b_apps.pricing.conditions import Condition
from b2b_apps.pricing.goods import text_key
from b2b_apps.pricing.streams import Asked, StreamPlan
from search.bodies.facets import counts_in
from search.bodies.filters import all_of, any_of, either
from search.engines.base import Answer, Body
from search.query import LONGEST_VALUE

MOST_WRITINGS = 65_536
# A value of this kind says that there is none, and is in no document.
DASHES = ("-", "–", "—")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How brands and values of attributes are written in what is searched, by what conditions
    compare; and the VAT rates there are.
    """

    brands: Mapping[str, Sequence[str]] = field(default_factory=dict)
    values: Mapping[tuple[int, str], Sequence[str]] = field(default_factory=dict)
    vats: Sequence[str] = ()


def vocabulary_aggs(plan: StreamPlan) -> dict[str, Body]:
    """Aggregations that ``vocabulary_of`` reads: only of what a plan asks; mostly none."""
    found: dict[str, Body] = {}
    if plan.heeds_vat:
        found["price_vat"] = _terms("vat")
    if any(condition.kind == "brand" for condition in plan.conditions):
        found["price_brand"] = _terms("brand")
    ids = sorted({c.attribute_id for c in plan.conditions if c.kind == "attribute"})
    if ids:
        agg = _terms("av")
        agg["terms"]["include"] = "|".join(f"{pk}=.*" for pk in ids)
        found["price_av"] = agg
    return found


def vocabulary_of(answer: Answer) -> Vocabulary:
    """Read the answer to ``vocabulary_aggs``."""
    brands: dict[str, list[str]] = {}
    for brand in counts_in(answer.aggs, "price_brand"):
        brands.setdefault(text_key(brand), []).append(brand)
    values: dict[tuple[int, str], list[str]] = {}
    for written in counts_in(answer.aggs, "price_av"):
        attribute, _sign, value = written.partition("=")
        values.setdefault((int(attribute), text_key(value)), []).append(written)
    return Vocabulary(brands, values, sorted(counts_in(answer.aggs, "price_vat")))


def is_indexed(condition: Condition) -> bool:
    """Whether documents tell if a condition holds."""
    return condition.kind != "attribute" or not any(
        value in DASHES or not value or len(value) > LONGEST_VALUE for value in condition.values
    )


def asked_clause(asks: Asked, vocabulary: Vocabulary) -> Body:
    """Documents of which all conditions hold."""
    ordered = sorted(asks, key=lambda c: (c.kind, c.attribute_id, sorted(map(str, c.values))))
    holds = [condition_clause(c, vocabulary) for c in ordered if not c.is_not]
    fails = [condition_clause(c, vocabulary) for c in ordered if c.is_not]
    return all_of(*holds, must_not=fails)


def condition_clause(condition: Condition, vocabulary: Vocabulary) -> Body:
    """Documents that have what a condition names; whether it is wanted or excepted."""
    if condition.kind == "brand":
        return _brand_clause(condition.values, vocabulary)
    if condition.kind == "category":
        return any_of("under", sorted(condition.values))
    if condition.kind == "product":
        return any_of("id", sorted(condition.values))
    pairs = ((condition.attribute_id, value) for value in condition.values)
    written = [w for pair in pairs for w in vocabulary.values.get(pair, ())]
    return any_of("av", sorted(written))


def _brand_clause(keys: Iterable[Any], vocabulary: Vocabulary) -> Body:
    wanted = set(keys)
    written = [w for key in wanted for w in vocabulary.brands.get(key, ())]
    clauses = [any_of("brand", sorted(written))]
    if "" in wanted:
        clauses.append(all_of(must_not=[{"exists": {"field": "brand"}}]))
    return either(clauses)


def varying_clauses(plan: StreamPlan, vocabulary: Vocabulary) -> list[Body]:
    """Documents some SKUs of which may have an attribute that a rule asks for, and others not."""
    of_values = [condition for condition in plan.conditions if condition.kind == "attribute"]
    return [
        all_of(any_of("varies", [c.attribute_id]), condition_clause(c, vocabulary))
        for c in of_values
    ]


def _terms(name: str) -> dict[str, Any]:
    return {"terms": {"field": name, "size": MOST_WRITINGS}}
