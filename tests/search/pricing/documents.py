"""What documents say of prices, put together product by product: slow, and seen to be right."""

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from b2b_apps.pricing.columns import _ordered
from b2b_apps.pricing.models import Price

STRICTNESS = ["shown", "on_request", "hidden"]


class DictSlots:
    """Slots by price list."""

    def __init__(self, lists):
        self.prices = {pk: slot for slot, pk in enumerate(lists)}
        self.stock = {}

    def price_slot(self, price_list_id):
        return self.prices.get(price_list_id)

    def stock_slot(self, warehouse_ids):
        return None


def documents_of(slots):
    products = apps.get_model("catalogue", "Product").objects
    skus = {}
    for product in products.filter(is_public=True).exclude(structure="parent"):
        skus.setdefault(product.parent_id or product.pk, []).append(product)
    rows = products.filter(pk__in=skus, is_public=True)
    return [document_of(row, skus[row.pk], slots) for row in rows]


def document_of(row, skus, slots):
    prices = [{**last_amounts(row), **last_amounts(sku)} for sku in skus]
    values = [values_of(row) | values_of(sku) for sku in skus]
    vats = {vat_text(sku.vat_rate or row.vat_rate) for sku in skus}
    seen = {max(sku.price_visibility, row.price_visibility, key=STRICTNESS.index) for sku in skus}
    brands = {sku.brand or row.brand for sku in skus}
    everywhere = set.intersection(*map(set, prices))
    lists = set().union(*prices)
    all_values = set().union(*values)
    shown, under = set(), set()
    for category in row.categories.all():
        above = [*category.get_ancestors(), category]
        under |= {c.pk for c in above}
        if all(c.is_public for c in above):
            shown |= {c.pk for c in above}
    document = {
        "id": row.pk, "brand": row.brand, "av": sorted(all_values), "lists": sorted(lists),
        "attrs": sorted({int(v.partition("=")[0]) for v in all_values}),
        "part": sorted(lists - everywhere), "vat": min(vats),
        "uneven": sorted(
            pk for pk in lists if len({its[pk] for its in prices if pk in its}) > 1
        ),
        "varies": sorted({int(v.partition("=")[0]) for v in all_values
                          if any(v not in its for its in values)}),
        "odd": int(len(vats) > 1 or len(seen) > 1 or brands != {row.brand}),
        "skus": sorted(sku.pk for sku in skus if sku.pk != row.pk),
        "unshown": [1] if skus[0].pk != row.pk and seen != {"shown"} else [],
        "visibility": min(seen, key=STRICTNESS.index), "cats": sorted(shown),
        "under": sorted(under),
        "place": f"{row.pk:09}", "title_key": f"{row.title}{row.pk:09}",
        "article_key": f"{row.article}{row.pk:09}", "added": 0, "wh": [], "soon": [],
    }  # fmt: skip
    for pk in lists:
        if slots.price_slot(pk) is not None:
            least = min(its[pk] for its in prices if pk in its)
            document[f"p{slots.price_slot(pk)}"] = int(least * 10_000)
    return {name: value for name, value in document.items() if value not in ("", [])}


def last_amounts(product):
    """The amount of the smallest order in each list, as columns of prices order tiers."""
    day = timezone.localdate()
    rows = {}
    for price in Price.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day),
        product=product,
    ):  # fmt: skip
        row = (
            price.product_id, price.price_list_id, price.amount, price.minimum_quantity,
            price.pack_factor, price.valid_from,
        )  # fmt: skip
        rows.setdefault(price.price_list_id, []).append(row)
    return {pk: _ordered(its)[-1][2] for pk, its in rows.items()}


def values_of(product):
    return {f"{v.attribute_id}={v.value_text}" for v in product.attribute_values.all()}


def vat_text(rate):
    return "-" if rate is None or rate.percent is None else f"{rate.percent.normalize():f}"
