"""The goods that a listing is about, each with what filters and orders it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from b2b_apps.assortment.selectors import seen_products, unseen_skus
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.selectors import PriceBook, price_book
from b2b_apps.storefront.search_text import SearchPatterns

# What a value of an attribute reads as; the address and the facets speak of the same text.
VALUE = """COALESCE(o.option, NULLIF(v.value_text, ''),
    replace(trim_scale(v.value_float::numeric)::text, '.', ','), v.value_integer::text)"""
NO_RANK = 9
# Without the index no more goods are looked at: those that fit a text best, else the oldest.
MOST_ROWS = 5_000
# The place of sku_ids in a row of the query.
SKU_IDS = 5


@dataclass(frozen=True, slots=True)
class Source:
    """Which goods: those of a category (its id and treebeard path) or all, and of them those
    found by a text.
    """

    category_path: str = ""
    category_id: int | None = None
    patterns: SearchPatterns | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of a listing before it is filtered: a product, or a parent with its characteristics.

    ``sku_ids`` is what can be bought: the product itself or its public characteristics.
    ``price`` is the lowest of their prices; quantities are sums in base units. ``chosen`` has the
    bit of each attribute filter that the row passes. ``rank`` is 0 for an exact article.
    """

    id: int
    title: str
    article: str
    brand: str
    category_path: str
    sku_ids: tuple[int, ...]
    price: Decimal | None
    free: Decimal
    free_home: Decimal
    chosen: int
    rank: int


# Parts are put together by one GROUP BY and not by joins: right after an exchange the database
# has no statistics yet, and a join of several sets without any is planned as a nested loop.
SQL = f"""
WITH hits AS MATERIALIZED (
    SELECT COALESCE(p.parent_id, p.id) AS id, min({{rank}}) AS rank
    FROM catalogue_product p
    WHERE p.is_public AND p.id <> ALL(%(unseen)s) AND {{condition}} GROUP BY 1
), placed AS MATERIALIZED (
    SELECT pc.product_id, min(c.path) AS path FROM catalogue_productcategory pc
    JOIN catalogue_category c ON c.id = pc.category_id
    WHERE c.is_public AND c.ancestors_are_public AND c.path LIKE %(path)s GROUP BY pc.product_id
), base AS MATERIALIZED (
    SELECT p.id, p.structure, p.title, p.article, p.brand, hits.rank
    FROM hits JOIN catalogue_product p ON p.id = hits.id
    WHERE p.parent_id IS NULL AND p.is_public {{placed}} {{seen}}
    ORDER BY hits.rank, p.id LIMIT {MOST_ROWS}
), sku AS MATERIALIZED (
    SELECT id AS row_id, id AS product_id, NULL::bigint AS parent_id
    FROM base WHERE structure <> 'parent'
    UNION ALL
    SELECT p.parent_id, p.id, p.parent_id FROM base
    JOIN catalogue_product p ON p.parent_id = base.id
    WHERE p.is_public AND p.id <> ALL(%(unseen)s) AND base.structure = 'parent'
), mine AS MATERIALIZED (
    -- Free for this contract all the same: held by hand for it, or beyond its term for anybody.
    SELECT stock_record_id, sum(quantity) AS quantity FROM inventory_stockhold
    WHERE released_at IS NULL
        AND (expires_at <= %(now)s OR (contract_id = %(contract)s AND kind <> 'order'))
    GROUP BY stock_record_id
), parts (id, title, article, brand, rank, path, sku_id, free, free_home, bit) AS (
    SELECT id, title, article, brand, rank, NULL, NULL::bigint, NULL::numeric, NULL::numeric,
        NULL::int FROM base
    UNION ALL SELECT product_id, NULL, NULL, NULL, NULL, path, NULL, NULL, NULL, NULL
    FROM placed
    UNION ALL SELECT row_id, NULL, NULL, NULL, NULL, NULL, product_id, NULL, NULL, NULL
    FROM sku
    UNION ALL SELECT sku.row_id, NULL, NULL, NULL, NULL, NULL, NULL, s.free,
        CASE WHEN s.partner_id = ANY(%(home)s) THEN s.free END, NULL
    FROM sku JOIN (
        SELECT product_id, partner_id, GREATEST(0, COALESCE(num_in_stock, 0)
            - COALESCE(num_allocated, 0) + COALESCE(mine.quantity, 0)) AS free
        FROM partner_stockrecord r LEFT JOIN mine ON mine.stock_record_id = r.id
        WHERE partner_id = ANY(%(warehouses)s)
    ) s ON s.product_id = sku.product_id
    UNION ALL SELECT COALESCE(p.parent_id, p.id), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        f.bit
    FROM unnest(%(bits)s, %(attributes)s, %(values)s) AS f(bit, attribute_id, value)
    JOIN catalogue_productattributevalue v ON v.attribute_id = f.attribute_id
    JOIN catalogue_product p ON p.id = v.product_id AND p.is_public
        AND p.id <> ALL(%(unseen)s)
    LEFT JOIN catalogue_attributeoption o ON o.id = v.value_option_id
    WHERE {VALUE} = f.value
)
SELECT id, max(title), max(article), max(brand), COALESCE(min(path), ''),
    array_agg(sku_id ORDER BY sku_id) FILTER (WHERE sku_id IS NOT NULL),
    COALESCE(sum(free), 0), COALESCE(sum(free_home), 0), COALESCE(bit_or(bit), 0), min(rank)
FROM parts GROUP BY id
HAVING count(rank) > 0 AND count(sku_id) > 0
"""  # noqa: S608 - only our own fragments are put in, values are parameters
WORD = "concat_ws(' ', p.title, p.article, p.brand, p.barcode, p.characteristic) ~ "


def candidates_for(
    *,
    context: TradeContext,
    source: Source,
    home_ids: Collection[int],
    attributes: Sequence[tuple[int, int, str]] = (),
) -> tuple[list[Candidate], PriceBook]:
    """Return the public rows of a source, unfiltered and in no order, and the prices of all.
    Of more than MOST_ROWS those that fit a text best, else those with the lowest ids.

    ``attributes`` are the chosen (bit, attribute id, value); ``home_ids`` the warehouses of the
    region. Without the permission to see prices no row has one. One query, and those of
    ``price_book``; two or three more where the context does not see all goods, up to three more if
    its rules may part characteristics from their product.
    """
    params: dict[str, Any] = {
        "path": f"{source.category_path}%",
        "home": list(home_ids),
        "warehouses": list(context.warehouse_ids),
        "unseen": list(unseen_skus(context)),
        "now": timezone.now(),
        "contract": context.contract_id,
        "bits": [bit for bit, _pk, _value in attributes],
        "attributes": [pk for _bit, pk, _value in attributes],
        "values": [value for _bit, _pk, value in attributes],
    }
    condition, rank = _search(source, params)
    # Goods outside of all sections are found by search and in the list of all.
    placed = "AND p.id IN (SELECT product_id FROM placed)" if source.category_path else ""
    seen = _seen(context, params)
    with connection.cursor() as cursor:
        cursor.execute(
            _typed(SQL.format(condition=condition, rank=rank, placed=placed, seen=seen)), params
        )
        rows = cursor.fetchall()
    book = price_book(context=context, product_ids=[pk for row in rows for pk in row[SKU_IDS]])
    return [_candidate(row, book) for row in rows], book


def _seen(context: TradeContext, params: dict[str, Any]) -> str:
    """The condition on what the context sees, and its values into params: it has to stand before
    the limit, or goods of others would take the places of his own.
    """
    if context.assortment.is_whole:
        return ""
    text, values = seen_products(context).values("pk").query.sql_with_params()
    named = {f"seen{place}": value for place, value in enumerate(values)}
    params |= named
    return f"AND p.id IN ({text % tuple(f'%({name})s' for name in named)})"


def _candidate(row: tuple[Any, ...], book: PriceBook) -> Candidate:
    pk, title, article, brand, path, sku_ids, free, free_home, chosen, rank = row
    amounts = [amount for pk in sku_ids if (amount := book.amount(pk)) is not None]
    price = min(amounts, default=None)
    return Candidate(
        pk, title, article, brand, path, tuple(sku_ids), price, free, free_home, chosen, rank
    )


def _search(source: Source, params: dict[str, Any]) -> tuple[str, str]:
    """Return the condition and the rank of the ``hits``, and put their patterns into params."""
    patterns = source.patterns
    if patterns is None:
        return "true", str(NO_RANK)
    params["exact"] = f"^{patterns.article}$"
    params["prefix"] = f"^{patterns.article}"
    params["part"] = patterns.article
    params |= {f"word{place}": word for place, word in enumerate(patterns.words)}
    words = " AND ".join(f"{WORD}%(word{place})s" for place in range(len(patterns.words)))
    ranked = [
        ("p.article ~ %(exact)s OR p.barcode ~ %(exact)s OR p.code_1c ~ %(exact)s", 0),
        ("p.article ~ %(prefix)s", 1),
    ]
    if patterns.may_be_part:
        ranked.append(("p.article ~ %(part)s", 2))
    cases = " ".join(f"WHEN {test} THEN {place}" for test, place in ranked)
    tests = " OR ".join(f"({test})" for test, _place in ranked)
    return f"({tests} OR ({words}))", f"CASE {cases} ELSE 3 END"


def _typed(sql: str) -> str:
    """The statement with its lists typed: an empty list has no type of its own."""
    for name, kind in [
        ("home", "bigint[]"), ("warehouses", "bigint[]"), ("unseen", "bigint[]"),
        ("bits", "int[]"), ("attributes", "bigint[]"), ("values", "text[]"),
    ]:  # fmt: skip
        sql = sql.replace(f"%({name})s", f"%({name})s::{kind}")
    return sql
