"""Which products a context sees, and which labels they wear."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject, Lower, NullIf, Replace, Trim
from django.utils import timezone

from b2b_apps.assortment.conditions import is_meant, of_goods
from b2b_apps.assortment.models import AssortmentRule, Label
from b2b_apps.core.context import Assortment, Group, TradeContext, WornLabel

Kind = AssortmentRule.Kind
LABEL_COLUMNS = {name: name for name in ("code", "name", "look", "conditions", "newer_than_days")}
COLUMNS = {"kind": "kind", "conditions": "conditions"}
# What Python splits a text at: PostgreSQL's own class leaves out the spaces that do not break.
SPACES = "[\\s\u00a0\u2007\u202f]+"


def rules_on(day: date) -> ArraySubquery:
    """The rules that work on a day, as a column for another query: no query of its own.

    It refers to nothing outside, so PostgreSQL reads it once, whatever the number of rows.
    """
    return ArraySubquery(_working(day).values(json=JSONObject(**COLUMNS)))


def rules_now(day: date) -> list[Mapping[str, Any]]:
    """The rules that work on a day. One query."""
    return list(_working(day).values(*COLUMNS))


def labels_on(day: date) -> ArraySubquery:
    """The labels that are worn on a day, in their order, as a column for another query: no query
    of its own.
    """
    return ArraySubquery(_worn(day).values(json=JSONObject(**LABEL_COLUMNS)))


def labels_now(day: date) -> list[Mapping[str, Any]]:
    """The labels that are worn on a day, in their order. One query."""
    return list(_worn(day).values(*LABEL_COLUMNS))


def labels_of(
    labels: Iterable[Mapping[str, Any]], *, buyer: Mapping[str, Collection[Any]]
) -> tuple[WornLabel, ...]:
    """Return the labels that a buyer sees; one with a condition that is not understood, or that
    asks nothing of goods, is worn by none.
    """
    found = []
    for label in labels:
        goods = of_goods(label["conditions"])
        days = label["newer_than_days"]
        if goods is None or not is_meant(label["conditions"], buyer):
            continue
        if goods or days is not None:
            found.append(WornLabel(label["code"], label["name"], label["look"], goods, days))
    return tuple(found)


def _worn(day: date) -> Any:
    return Label.objects.filter(in_term(day), is_active=True).order_by("position", "name", "pk")


def _working(day: date) -> Any:
    return AssortmentRule.objects.filter(in_term(day), is_active=True).order_by("pk")


def in_term(day: date) -> Q:
    """Rules and labels whose term a day is in."""
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=day)) & (
        Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    )


def assortment_of(
    rules: Iterable[Mapping[str, Any]], *, buyer: Mapping[str, Collection[Any]]
) -> Assortment:
    """Return what of the rules concerns a buyer; ``buyer`` has his ids by kind of condition.

    A rule with a condition that is not understood works for nobody, but for goods reserved to
    others: those stay hidden from all.
    """
    groups: dict[str, list[Group]] = {"only": [], "hidden": [], "reserved": [], "admitted": []}
    for rule in rules:
        goods = of_goods(rule["conditions"])
        if goods is None:
            continue
        is_his = is_meant(rule["conditions"], buyer)
        if rule["kind"] == Kind.RESERVE:
            groups["admitted" if is_his else "reserved"].append(goods)
        elif is_his:
            groups["hidden" if rule["kind"] == Kind.HIDE else "only"].append(goods)
    return Assortment(**{name: tuple(found) for name, found in groups.items()})


def visible_to(context: TradeContext) -> Q:
    """Return what rows of ``keyed_products``, characteristics and headings alike, must meet to be
    seen; nothing where everything is. One query if sections are named.

    It is asked of the row itself: a set of all that is hidden would be made of the whole catalogue
    for a page of twenty-four.
    """
    seen = context.assortment
    if seen.is_whole:
        return Q()
    found = Q()
    if seen.only:
        found &= _meets_any(seen.only)
    if seen.hidden:
        found &= ~_meets_any(seen.hidden)
    if seen.reserved:
        kept = ~_meets_any(seen.reserved)
        found &= (kept | _meets_any(seen.admitted)) if seen.admitted else kept
    return found


def seen_products(context: TradeContext) -> QuerySet[Any]:
    """Products that the context sees, public or not. One query for sections, if rules name any."""
    rows = keyed_products() if not context.assortment.is_whole else _all_products()
    return rows.filter(visible_to(context))


def visible_ids(context: TradeContext, product_ids: Collection[int]) -> Collection[int]:
    """Return those of the products that the context sees, in their order. No query where it sees
    everything, else one, or two if sections are named.
    """
    if context.assortment.is_whole or not product_ids:
        return product_ids
    rows = seen_products(context).filter(pk__in=list(product_ids))
    found = set(rows.values_list("pk", flat=True))
    return [pk for pk in product_ids if pk in found]


def unseen_skus(context: TradeContext) -> Mapping[int, int]:
    """Public characteristics that the context does not see though it sees their product, each with
    its product: named by a rule themselves, or of another brand. No query where it sees everything
    or no rule could tell them from their product; else one, two if sections are named.
    """
    named = _named(context, "product")
    own = Q(pk__in=named)
    if _named(context, "brand"):
        # Most characteristics have their product's brand, written the same: no rule parts those.
        own |= ~Q(brand="") & ~Q(brand=F("parent__brand"))
    elif not named:
        return {}
    heads = seen_products(context).filter(is_public=True, structure="parent")
    rows = keyed_products().filter(own, is_public=True, parent__in=heads.values("pk"))
    return dict(rows.exclude(visible_to(context)).values_list("pk", "parent_id"))


def _named(context: TradeContext, kind: str) -> Collection[Any]:
    """The values of all conditions of a kind."""
    return {v for c in context.assortment.conditions if c.kind == kind for v in c.values}


def meeting(group: Group) -> QuerySet[Any]:
    """Products that meet all conditions of a group. One query for sections, if any are named."""
    return keyed_products().filter(meets(group))


def labels_by_id(
    ids: Collection[int], *, day: date, buyer: Mapping[str, Collection[Any]] | None = None
) -> dict[int, WornLabel]:
    """Return those of the labels that are worn on a day, by a buyer's goods if he is given. One
    query, none without ids.
    """
    rows = _worn(day).filter(pk__in=ids).values("pk", *LABEL_COLUMNS) if ids else ()
    found = {}
    for row in rows:
        goods = of_goods(row["conditions"])
        if goods is None or (buyer is not None and not is_meant(row["conditions"], buyer)):
            continue
        if goods or row["newer_than_days"] is not None:
            found[row["pk"]] = WornLabel(
                row["code"], row["name"], row["look"], goods, row["newer_than_days"]
            )
    return found


def wears_any(labels: Iterable[WornLabel]) -> Q:
    """What rows of ``keyed_products`` that wear one of the labels meet."""
    found = Q(pk__in=[])
    for label in labels:
        worn = meets(label.goods)
        if label.newer_than_days is not None:
            since = timezone.now() - timedelta(days=label.newer_than_days)
            worn &= Q(parent__isnull=True, date_created__gte=since) | Q(
                parent__date_created__gte=since
            )
        found |= worn
    return found


def keyed_products() -> Any:
    """All products with the columns that ``meets`` and ``wears_any`` ask."""
    brand = Coalesce(_keyed("brand"), _keyed("parent__brand"), Value(""))
    return _all_products().annotate(brand_key=brand)


def _keyed(name: str) -> NullIf:
    """A brand as ``conditions.brand_key`` reads it, NULL if there is none."""
    single = Func(F(name), Value(SPACES), Value(" "), Value("g"), function="regexp_replace")
    folded = Replace(Lower(Trim(single)), Value("ß"), Value("ss"))
    return NullIf(folded, Value(""))


def _all_products() -> Any:
    return apps.get_model("catalogue", "Product").objects.all()


def _meets_any(groups: Sequence[Group]) -> Q:
    found = Q(pk__in=[])
    for group in groups:
        found |= meets(group)
    return found


def meets(group: Group) -> Q:
    """What rows of ``keyed_products`` that meet all conditions of a group meet. One query for each
    condition of sections.
    """
    # Goods that nothing is asked of are all goods; an empty Q would be lost beside others.
    found = ~Q(pk__in=[])
    for condition in group:
        if condition.kind == "brand":
            found &= Q(brand_key__in=condition.values)
        elif condition.kind == "product":
            found &= _own_or_parents(condition.values)
        else:
            found &= _own_or_parents(_in_sections(condition.values))
    return found


def _own_or_parents(ids: Any) -> Q:
    # A standalone product has no parent: without the check its NOT would be unknown, not true.
    return Q(pk__in=ids) | Q(parent__isnull=False, parent__in=ids)


def _in_sections(ids: Collection[int]) -> Any:
    below = Q(pk__in=[])
    sections = apps.get_model("catalogue", "Category").objects.filter(pk__in=ids)
    for path in sections.values_list("path", flat=True):
        below |= Q(category__path__startswith=path)
    rows = apps.get_model("catalogue", "ProductCategory").objects.filter(below)
    return rows.annotate(its=F("product_id")).values("its")
