"""``python -m tests.bench.generate --products N``: make the data set of the benchmarks."""

from argparse import ArgumentParser

from tests.bench.setting import set_up

set_up()

from django.db import connection
from django_scopes import scopes_disabled

from tests.bench.database import database_open
from tests.bench.dataset.size import Size

COUNTED = (
    "catalogue_product", "catalogue_category", "catalogue_productattributevalue",
    "contracts_contract", "pricing_pricelist", "pricing_price", "pricing_pricerule",
    "partner_partner", "partner_stockrecord",
)  # fmt: skip


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with scopes_disabled():
        database_open(Size(options.products, options.seed))
    with connection.cursor() as cursor:
        for table in COUNTED:
            cursor.execute(f"SELECT count(*), pg_total_relation_size('{table}') FROM {table}")
            rows, size = cursor.fetchone()
            print(f"{table}: {rows:,} rows, {size / 2**20:,.0f} MB")


if __name__ == "__main__":
    main()
