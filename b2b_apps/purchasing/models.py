"""What changed of goods that may lie in baskets."""

from django.db import models
from django.db.models.functions import Now


class GoodsChange(models.Model):
    """A product whose price, stock, packs or visibility a transaction has changed.

    Written by triggers alone (migration 0001), in the transaction of the change; ``product_id`` 0
    stands for all products. ``xact`` is that transaction: a basket knows by it whether what it
    was reckoned from is still so (docs/algorithms/basket.md). A row is of no use after a day.
    """

    xact = models.BigIntegerField(db_index=True)
    product_id = models.BigIntegerField()
    made_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.xact}: {self.product_id}"
