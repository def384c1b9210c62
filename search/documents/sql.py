"""What documents are made of: one statement per kind of row, whatever the number of products."""

# Products, then their characteristics. A product without a rate takes that of its parent, so "no
# rate" is not "without VAT". Two selects of the table itself: joined to the ids that are wanted it
# is read whole, by three processes.
_GOODS = """
SELECT p.id, p.parent_id, p.structure, p.title, p.article, p.barcode, p.code_1c, p.brand,
    p.characteristic, p.price_visibility,
    CASE WHEN v.id IS NOT NULL THEN COALESCE(trim_scale(v.percent)::text, '-') END,
    (p.date_created AT TIME ZONE %(zone)s)::date - DATE '1970-01-01'
FROM catalogue_product p LEFT JOIN catalogue_vatrate v ON v.id = p.vat_rate_id
WHERE p.is_public AND
"""
GOODS = f"""{_GOODS} p.id = ANY(%(ids)s::bigint[]) AND p.parent_id IS NULL
UNION ALL {_GOODS} p.parent_id = ANY(%(ids)s::bigint[]) ORDER BY parent_id NULLS FIRST, id
"""

ATTRIBUTES = "SELECT id, name FROM catalogue_productattribute"

# Lists come as texts: splitting them is several times as fast as the driver's own arrays.
SECTIONS = """
SELECT product_id, string_agg(category_id::text, ',' ORDER BY category_id)
FROM catalogue_productcategory WHERE product_id = ANY(%(ids)s::bigint[]) GROUP BY product_id
"""

# A value as ``attribute:option``, ``attribute#number`` or ``attribute=text``. Options are read
# apart, and numbers written as pages do by who reads them, each once: a join of all took four
# times as long, writing numbers here half as long again.
BETWEEN_VALUES = "\x1f"
VALUES = """
SELECT product_id, string_agg(attribute_id || COALESCE(
    ':' || value_option_id, '=' || translate(NULLIF(value_text, ''), E'\\x1f', ' '),
    '#' || value_float, '=' || value_integer), E'\\x1f')
FROM catalogue_productattributevalue WHERE product_id = ANY(%(ids)s::bigint[])
GROUP BY product_id
"""
OPTIONS = "SELECT id, option FROM catalogue_attributeoption WHERE id = ANY(%(ids)s::bigint[])"

STOCK = """
SELECT product_id, string_agg(partner_id::text, ','), string_agg(free::text, ',') FROM (
    SELECT product_id, partner_id,
        ((COALESCE(num_in_stock, 0) - COALESCE(num_allocated, 0)) * 1000)::bigint AS free
    FROM partner_stockrecord WHERE product_id = ANY(%(ids)s::bigint[])
) x WHERE free > 0 GROUP BY product_id
"""

RECEIPTS = """
SELECT product_id, string_agg(DISTINCT warehouse_id::text, ',') FROM inventory_expectedreceipt
WHERE product_id = ANY(%(ids)s::bigint[]) AND day >= %(day)s GROUP BY product_id
"""

# The price of the smallest order: the smallest pack, then the smallest minimum, then the latest
# start, as pricing's columns have it. Nearly all prices are plain, at most one per list and
# product; the products that have others are few, and those are sorted. ``OFFSET 0`` keeps each
# price from being reckoned once for every column, which takes half as long again. An amount as it
# is written has four digits after its point, so without the point it is in ten-thousandths.
PRICES = """
SELECT product_id, string_agg(price_list_id::text, ',') FILTER (WHERE is_plain AND is_valid),
    replace(string_agg(amount::text, ',') FILTER (WHERE is_plain AND is_valid), '.', ''),
    NOT bool_and(is_plain)
FROM (
    SELECT product_id, price_list_id, amount,
        valid_from IS NULL AND minimum_quantity = 0 AND pack_factor = 0 AS is_plain,
        valid_to IS NULL OR valid_to >= %(day)s AS is_valid
    FROM pricing_price WHERE product_id = ANY(%(ids)s::bigint[]) OFFSET 0
) x GROUP BY product_id
"""
OTHER_PRICES = """
SELECT DISTINCT ON (product_id, price_list_id) product_id, price_list_id,
    (amount * 10000)::bigint, pack_factor = 0 AND minimum_quantity = 0
FROM pricing_price
WHERE product_id = ANY(%(ids)s::bigint[])
    AND (valid_from IS NOT NULL OR minimum_quantity > 0 OR pack_factor > 0)
    AND (valid_from IS NULL OR valid_from <= %(day)s)
    AND (valid_to IS NULL OR valid_to >= %(day)s)
ORDER BY product_id, price_list_id, pack_factor, minimum_quantity, valid_from DESC NULLS LAST
"""
