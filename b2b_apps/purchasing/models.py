"""What changed of goods that may lie in baskets, and who changed what in a shared one."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class GoodsChange(models.Model):
    """A product whose price, stock, packs or visibility a transaction has changed.

    Written by triggers alone (migration 0002), in the transaction of the change; ``product_id`` 0
    stands for all products. ``xact`` is that transaction: a basket knows by it whether what it
    was reckoned from is still so (docs/algorithms/basket.md). A row is of no use after a day.
    """

    xact = models.BigIntegerField(db_index=True)
    product_id = models.BigIntegerField()
    made_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.xact}: {self.product_id}"


class BasketEntry(models.Model):
    """Who changed what in a basket that is shared. Never edited.

    ``was`` and ``now`` are quantities in base units: nothing was, if the line is new; nothing is,
    if it was taken out.
    """

    basket = models.ForeignKey("basket.Basket", models.CASCADE, related_name="journal")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    article = models.CharField(_("article"), max_length=255, blank=True)
    title = models.CharField(_("name"), max_length=255, blank=True)
    was = models.DecimalField(max_digits=15, decimal_places=3, null=True)
    now = models.DecimalField(max_digits=15, decimal_places=3, null=True)

    class Meta:
        verbose_name = _("entry of a basket's journal")
        verbose_name_plural = _("entries of a basket's journal")
        indexes = [models.Index(fields=["basket", "-id"], name="basketentry_of_basket")]

    def __str__(self) -> str:
        return f"{self.article}: {self.was} → {self.now}"


class GoodsPair(models.Model):
    """Two products that several buyers bought together; mined, see ``purchasing.pairs``.

    ``strength`` is the cosine of their orders: how often together, measured by how often at all.
    """

    product = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="+")
    other = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="+")
    num_orders = models.PositiveIntegerField()
    num_buyers = models.PositiveIntegerField()
    strength = models.FloatField()
    mined_at = models.DateTimeField()

    class Meta:
        verbose_name = _("goods bought together")
        verbose_name_plural = _("goods bought together")
        constraints = [
            models.UniqueConstraint(fields=["product", "other"], name="goodspair_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} + {self.other_id}"
