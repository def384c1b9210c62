"""A price is a row in a price list; a contract resolves to a chain of lists."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PriceList(models.Model):
    """A column of prices. Where it stands in a chain follows from its kind.

    Prices of the project, of the contract, of the price type, of the region, of last resort. A
    refined list stands in no chain: its prices, named by 1C live for one contract, lie upon it.
    A list may hang on a ``base``: a product that it has no row for costs the base's price,
    changed by ``base_percent``. Nothing is copied, so a change of the base is seen at once.
    """

    class Kind(models.TextChoices):
        PROJECT = "project", _("project prices")
        CONTRACT = "contract", _("contract prices")
        PRICE_TYPE = "price_type", _("price type")
        REGIONAL = "regional", _("prices of a region")
        FALLBACK = "fallback", _("prices of last resort")
        REFINED = "refined", _("prices refined in 1C")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.PRICE_TYPE)
    name = models.CharField(_("name"), max_length=255)
    currency = models.CharField(_("currency"), max_length=3, default="RUB")
    includes_vat = models.BooleanField(_("prices include VAT"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    # Staff's decision and 1C's, each kept apart; what is read is ``is_active``.
    is_off_by_staff = models.BooleanField(_("switched off by us"), default=False)
    is_off_by_1c = models.BooleanField(_("switched off in 1C"), default=False, editable=False)
    # Who of the staff last switched it off or on again, and when.
    switched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    switched_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_retail = models.BooleanField(
        _("retail column"), default=False, help_text=_("Shown beside the buyer's own price.")
    )
    is_cost = models.BooleanField(
        _("purchase prices"),
        default=False,
        help_text=_("Seen by staff only; the floor of rules is reckoned from it."),
    )
    region = models.ForeignKey(
        "inventory.Region",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="price_lists",
        verbose_name=_("region"),
    )
    base = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="derived",
        verbose_name=_("reckoned from"),
    )
    base_percent = models.DecimalField(
        _("change to it, %"),
        max_digits=7,
        decimal_places=3,
        default=0,
        validators=[MinValueValidator(-100)],
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering = ["kind", "name"]
        indexes = [
            # Those that prices of every contract may come of, among thousands of contracts' own.
            models.Index(
                fields=["kind"],
                condition=Q(is_retail=True)
                | Q(is_cost=True)
                | Q(kind__in=["fallback", "regional"]),
                name="pricelist_for_all",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="regional", region__isnull=False)
                | (~Q(kind="regional") & Q(region__isnull=True)),
                name="pricelist_region_if_regional",
            ),
            models.CheckConstraint(
                condition=Q(base__isnull=True) | ~Q(base=F("id")), name="pricelist_base_is_another"
            ),
            models.CheckConstraint(
                condition=Q(base_percent__gte=-100), name="pricelist_percent_leaves_a_price"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="pricelist_term_is_forward",
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(is_off_by_staff=False, is_off_by_1c=False),
                name="pricelist_off_stays_off",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Price(models.Model):
    """Price of one base unit of a product in a list, from a quantity on, in a term.

    With a ``pack_factor`` above 0 it holds for whole packs of so many base units only. Pages of
    the table are filled by half: what changes of a price stands in no index, so its new version
    goes into the same page and no index is written. An index of ``amount`` or ``valid_to`` would
    end that.
    """

    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="prices")
    # The index of (product, price list) below serves it.
    product = models.ForeignKey(
        "catalogue.Product", models.CASCADE, related_name="prices", db_index=False
    )
    minimum_quantity = models.DecimalField(max_digits=15, decimal_places=3, default=0)
    pack_factor = models.DecimalField(max_digits=15, decimal_places=3, default=0)
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            # Two constraints and not one with nulls_distinct, which needs PostgreSQL 15.
            models.UniqueConstraint(
                fields=[
                    "price_list",
                    "product",
                    "minimum_quantity",
                    "pack_factor",
                    "valid_from",
                ],
                condition=Q(valid_from__isnull=False),
                name="price_is_one_from_a_date",
            ),
            models.UniqueConstraint(
                fields=["price_list", "product", "minimum_quantity", "pack_factor"],
                condition=Q(valid_from__isnull=True),
                name="price_is_one",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, minimum_quantity__gte=0, pack_factor__gte=0),
                name="price_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["product", "price_list"])]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.amount}"


class PriceCount(models.Model):
    """How many prices a list has. Counting them by the million takes seconds, so who writes prices
    keeps it (``price_load``), under the lock of the list; ``price_counts_renew`` counts anew.
    """

    price_list = models.OneToOneField(
        PriceList, models.CASCADE, primary_key=True, related_name="price_count"
    )
    number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("number of prices")
        verbose_name_plural = _("numbers of prices")

    def __str__(self) -> str:
        return f"{self.price_list_id}: {self.number}"


class PriceChange(models.Model):
    """History: what a price was and became; no amount means that there was or is none.

    The lists and products are plain numbers for the database: history is written by the million
    and outlives what it tells of.
    """

    class Source(models.TextChoices):
        EXCHANGE = "exchange", _("1C")
        FILE = "file", _("file")
        STAFF = "staff", _("by hand")
        PROJECT = "project", _("project")
        LIVE = "live", _("refined in 1C")

    price_list = models.ForeignKey(
        PriceList, models.CASCADE, related_name="changes", db_constraint=False, db_index=False
    )
    product = models.ForeignKey(
        "catalogue.Product",
        models.CASCADE,
        related_name="price_changes",
        db_constraint=False,
        db_index=False,
    )
    minimum_quantity = models.DecimalField(max_digits=15, decimal_places=3, default=0)
    pack_factor = models.DecimalField(max_digits=15, decimal_places=3, default=0)
    valid_from = models.DateField(null=True, blank=True)
    old_amount = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    new_amount = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    old_valid_to = models.DateField(null=True)
    new_valid_to = models.DateField(null=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.EXCHANGE)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of price")
        verbose_name_plural = _("history of prices")
        ordering = ["-changed_at", "-pk"]
        indexes = [
            models.Index(fields=["product", "price_list"], name="pricechange_of_product"),
            # The history of a list is read backwards by key: time and key ascend together.
            models.Index(fields=["price_list", "id"], name="pricechange_of_list"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.old_amount} → {self.new_amount}"


class PriceThreshold(models.Model):
    """A basket whose goods come to ``minimum_sum`` at one price type is priced by another (C6)."""

    price_list = models.ForeignKey(
        PriceList, models.CASCADE, related_name="thresholds", verbose_name=_("price type")
    )
    minimum_sum = models.DecimalField(
        _("sum from which"), max_digits=14, decimal_places=2, validators=[MinValueValidator(1)]
    )
    target = models.ForeignKey(
        PriceList, models.CASCADE, related_name="+", verbose_name=_("takes the prices of")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("threshold of the basket's sum")
        verbose_name_plural = _("thresholds of the basket's sum")
        ordering = ["price_list", "minimum_sum"]
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "minimum_sum"], name="threshold_is_one_per_sum"
            ),
            models.CheckConstraint(
                condition=~Q(target=F("price_list")), name="threshold_target_is_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.price_list_id} ≥ {self.minimum_sum}"
