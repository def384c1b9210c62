"""The statements of ``prices_load``, in the order in which they run."""

STAGING = """
CREATE TEMPORARY TABLE IF NOT EXISTS price_staging (
    price_list_id bigint NOT NULL,
    product_id bigint NOT NULL,
    amount numeric(14, 4) NOT NULL CHECK (amount <> 'NaN'),
    minimum_quantity numeric(15, 3) NOT NULL CHECK (minimum_quantity <> 'NaN'),
    pack_factor numeric(15, 3) NOT NULL CHECK (pack_factor <> 'NaN'),
    valid_from date,
    valid_to date
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS price_difference (
    LIKE price_staging, price_id bigint, place tid, old_amount numeric(14, 4), old_valid_to date
) ON COMMIT DELETE ROWS;
TRUNCATE price_staging, price_difference
"""
# NaN is checked above because the table of prices would take it: to PostgreSQL it is above 0.

COPY = """
COPY price_staging (price_list_id, product_id, amount, minimum_quantity, pack_factor, valid_from,
    valid_to) FROM STDIN
"""

# COPY into an empty table appends, so the largest ctid is the row given last.
REPEATED = """
DELETE FROM price_staging a USING (
    SELECT price_list_id, product_id, minimum_quantity, pack_factor, valid_from, max(ctid) AS last
    FROM price_staging
    GROUP BY price_list_id, product_id, minimum_quantity, pack_factor, valid_from
    HAVING count(*) > 1
) b
WHERE a.price_list_id = b.price_list_id AND a.product_id = b.product_id
    AND a.minimum_quantity = b.minimum_quantity AND a.pack_factor = b.pack_factor
    AND a.valid_from IS NOT DISTINCT FROM b.valid_from
    AND a.ctid <> b.last
"""

# Sorted, because the indexes of prices and history are filled two to three times faster so. By
# product first: of the keys that begin with a list each list has its own place to grow, of those
# that begin with a product all rows of one lie together.
COMPARE = """
INSERT INTO price_difference
SELECT a.*, b.id, b.ctid, b.amount, b.valid_to
FROM price_staging a
LEFT JOIN pricing_price b
    ON a.price_list_id = b.price_list_id AND a.product_id = b.product_id
    AND a.minimum_quantity = b.minimum_quantity AND a.pack_factor = b.pack_factor
    AND a.valid_from IS NOT DISTINCT FROM b.valid_from
    AND b.price_list_id = ANY(%(lists)s::bigint[])
WHERE b.id IS NULL OR a.amount <> b.amount OR a.valid_to IS DISTINCT FROM b.valid_to
ORDER BY a.product_id, a.price_list_id
"""

HISTORY = """
INSERT INTO pricing_pricechange (price_list_id, product_id, minimum_quantity, pack_factor,
    valid_from, old_amount, new_amount, old_valid_to, new_valid_to, source, user_id, changed_at)
SELECT price_list_id, product_id, minimum_quantity, pack_factor, valid_from, old_amount, amount,
    old_valid_to, valid_to, %(source)s, %(user)s, %(now)s
FROM price_difference
"""

# A join by hash would read the whole table of prices for it, and go about its rows at random.
IN_PLACE = """
SELECT set_config(name, %(joins)s, true)
FROM unnest(ARRAY['enable_hashjoin', 'enable_mergejoin']) AS name
"""

# Where a row lies is known from the comparison. Under the list's lock it is not moved; the id is
# for a row that has gone with its product meanwhile.
CHANGE = """
UPDATE pricing_price a SET amount = b.amount, valid_to = b.valid_to
FROM price_difference b
WHERE a.ctid = b.place AND a.id = b.price_id
"""

ADD = """
INSERT INTO pricing_price (price_list_id, product_id, amount, minimum_quantity, pack_factor,
    valid_from, valid_to)
SELECT price_list_id, product_id, amount, minimum_quantity, pack_factor, valid_from, valid_to
FROM price_difference
WHERE price_id IS NULL
"""

COUNT = """
INSERT INTO pricing_pricecount AS there (price_list_id, number)
SELECT price_list_id, count(*) FROM price_difference WHERE price_id IS NULL GROUP BY price_list_id
ON CONFLICT (price_list_id) DO UPDATE SET number = there.number + EXCLUDED.number
"""

RENEW = """
INSERT INTO pricing_pricecount AS there (price_list_id, number)
SELECT l.id, count(p.id) FROM pricing_pricelist l
LEFT JOIN pricing_price p ON p.price_list_id = l.id
GROUP BY l.id
ON CONFLICT (price_list_id) DO UPDATE SET number = EXCLUDED.number
WHERE there.number <> EXCLUDED.number
"""

REMOVE = """
WITH gone AS (
    DELETE FROM pricing_price b
    WHERE b.price_list_id = ANY(%(lists)s::bigint[])
        AND (%(products)s::bigint[] IS NULL OR b.product_id = ANY(%(products)s::bigint[]))
        AND NOT (%(undated)s AND b.valid_from IS NOT NULL)
        AND NOT EXISTS (
            SELECT FROM price_staging a
            WHERE a.price_list_id = b.price_list_id AND a.product_id = b.product_id
    AND a.minimum_quantity = b.minimum_quantity AND a.pack_factor = b.pack_factor
    AND a.valid_from IS NOT DISTINCT FROM b.valid_from
        )
    RETURNING b.*
), counted AS (
    UPDATE pricing_pricecount c SET number = greatest(c.number - g.n, 0)
    FROM (SELECT price_list_id, count(*) AS n FROM gone GROUP BY price_list_id) g
    WHERE c.price_list_id = g.price_list_id
)
INSERT INTO pricing_pricechange (price_list_id, product_id, minimum_quantity, pack_factor,
    valid_from, old_amount, new_amount, old_valid_to, source, user_id, changed_at)
SELECT price_list_id, product_id, minimum_quantity, pack_factor, valid_from, amount, NULL,
    valid_to, %(source)s, %(user)s, %(now)s
FROM gone
"""

REMOVE_THESE = """
WITH gone AS (
    DELETE FROM pricing_price WHERE price_list_id = %(list)s AND id = ANY(%(ids)s::bigint[])
    RETURNING *
), counted AS (
    UPDATE pricing_pricecount c SET number = greatest(c.number - g.n, 0)
    FROM (SELECT count(*) AS n FROM gone) g
    WHERE c.price_list_id = %(list)s
)
INSERT INTO pricing_pricechange (price_list_id, product_id, minimum_quantity, pack_factor,
    valid_from, old_amount, new_amount, old_valid_to, source, user_id, changed_at)
SELECT price_list_id, product_id, minimum_quantity, pack_factor, valid_from, amount, NULL,
    valid_to, %(source)s, %(user)s, %(now)s
FROM gone
"""
