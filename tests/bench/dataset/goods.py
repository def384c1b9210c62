"""Goods in a tree of groups, with brands and attributes; one in fifty has characteristics."""

from typing import Any

from django.apps import apps

from tests.bench.dataset.filling import bare, fill, number, number_on
from tests.bench.dataset.size import ATTRIBUTES, BRANDS, Size

KINDS = (
    "Автомат ВА47-29", "Кабель ВВГнг(А)-LS", "Лампа LED A60", "Розетка РС10-3", "Щит ЩРн",
    "Контактор КМИ", "Труба ПНД гибкая", "Лоток перфорированный", "УЗО ВД1-63", "Светильник ДПО",
    "Клемма СМК", "Счётчик «Меркурий»", "Дюбель-хомут", "Провод ПуГВ", "Датчик движения ДД",
)  # fmt: skip
BRAND = "Марка"
OPTIONS = 12
# Attributes: options of a directory up to here, then numbers, then texts.
NUM_OPTION, NUM_FLOAT = 400, 300
PER_PRODUCT = 40
# Of each fifty goods the first is a parent and the next three are its characteristics.
IS_PARENT, IS_CHILD = "n % 50 = 1", "n % 50 IN (2, 3, 4)"


def goods_make(size: Size) -> None:
    """Groups, attributes, then products and what hangs on them."""
    leaves = _groups(size)
    product_class = apps.get_model("catalogue", "ProductClass").objects.create(
        name="Товар", slug="goods", track_stock=True
    )
    first_attribute, first_option = _attributes(product_class)
    _products(size, product_class)
    _placing(size, leaves)
    _values(size, first_attribute, first_option)


def leaf_of(size: Size) -> str:
    """SQL of the place of the product's group among the leaves."""
    return number("n", size.salt(1), size.leaves)


def brand_of(size: Size) -> str:
    """SQL of the brand; a few brands have most of the goods."""
    scatter = f"{number('n', size.salt(2), BRANDS)} * {number('n', size.salt(3), BRANDS)}"
    return f"'{BRAND} ' || (1 + {scatter} / {BRANDS})"


def _groups(size: Size) -> list[int]:
    model = apps.get_model("catalogue", "Category")
    leaves: list[int] = []
    per_root = -(-size.leaves // 12)
    for place in range(12):
        root = model.add_root(name=f"Раздел {place + 1}")
        branch: Any = None
        for inner in range(min(per_root, size.leaves - len(leaves))):
            if inner % 10 == 0:
                branch = root.add_child(name=f"Группа {place + 1}.{inner // 10 + 1}")
            leaves.append(branch.add_child(name=f"{KINDS[len(leaves) % 15]} {len(leaves) + 1}").pk)
    return leaves


def _attributes(product_class: Any) -> tuple[int, int]:
    """Make attributes and options with keys in a row; return the first key of each."""
    attribute_model = apps.get_model("catalogue", "ProductAttribute")
    option_model = apps.get_model("catalogue", "AttributeOption")
    group_model = apps.get_model("catalogue", "AttributeOptionGroup")
    attributes, options = [], []
    for place in range(ATTRIBUTES):
        kind = "option" if place < NUM_OPTION else "text"
        kind = "float" if NUM_OPTION <= place < NUM_OPTION + NUM_FLOAT else kind
        group = None
        if kind == "option":
            group = group_model.objects.create(name=f"Свойство {place + 1}")
            options += [
                option_model(group=group, option=f"Значение {place + 1}.{n + 1}")
                for n in range(OPTIONS)
            ]
        attributes.append(
            attribute_model(
                product_class=product_class, name=f"Свойство {place + 1}", code=f"p_{place + 1}",
                type=kind, option_group=group,
            )
        )  # fmt: skip
    made = option_model.objects.bulk_create(options)
    return attribute_model.objects.bulk_create(attributes)[0].pk, made[0].pk


def _products(size: Size, product_class: Any) -> None:
    model = apps.get_model("catalogue", "Product")
    piece = apps.get_model("catalogue", "Unit").objects.create(code="796", short_name="шт")
    metre = apps.get_model("catalogue", "Unit").objects.create(code="006", short_name="м")
    vat = apps.get_model("catalogue", "VatRate").objects
    usual = vat.create(code="22", label="22", percent=22)
    reduced = vat.create(code="10", label="10", percent=10)
    kinds = "ARRAY[" + ", ".join(f"'{kind}'" for kind in KINDS) + "]"
    kind = f"({kinds})[1 + {leaf_of(size)} % {len(KINDS)}]"
    with bare(model):
        fill(
            model,
            f"generate_series(1, {size.products}) n",
            id="n",
            structure=f"CASE WHEN {IS_PARENT} THEN 'parent' WHEN {IS_CHILD} THEN 'child' "
            "ELSE 'standalone' END",
            parent_id=f"CASE WHEN {IS_CHILD} THEN n - n % 50 + 1 END",
            product_class_id=f"CASE WHEN NOT {IS_CHILD} THEN {product_class.pk} END",
            title=f"{kind} || ' ' || {brand_of(size)} || ' ' || n",
            slug="'b-' || n",
            article="'B' || lpad(n::text, 8, '0')",
            barcode="'46' || lpad(n::text, 11, '0')",
            code_1c="'00-' || lpad(n::text, 8, '0')",
            brand=brand_of(size),
            characteristic=f"CASE WHEN {IS_CHILD} THEN 'исполнение ' || n % 50 ELSE '' END",
            base_unit_id=f"CASE WHEN {number('n', size.salt(4), 8)} = 0 THEN {metre.pk} "
            f"ELSE {piece.pk} END",
            vat_rate_id=f"CASE WHEN {number('n', size.salt(5), 20)} = 0 THEN {reduced.pk} "
            f"ELSE {usual.pk} END",
            order_multiple=f"(ARRAY[1, 1, 1, 1, 5, 10, 12])[1 + {number('n', size.salt(6), 7)}]",
            description="''",
        )
    number_on(model)


def _placing(size: Size, leaves: list[int]) -> None:
    """Put each product into its group, and one in twenty into a second one."""
    model = apps.get_model("catalogue", "ProductCategory")
    array = f"(ARRAY{leaves}::bigint[])"
    source = f"generate_series(1, {size.products}) n WHERE NOT {IS_CHILD}"
    second = f"({leaf_of(size)} + 1) % {size.leaves}"
    with bare(model):
        fill(model, source, product_id="n", category_id=f"{array}[1 + {leaf_of(size)}]")
        fill(model, f"{source} AND n % 20 = 0", product_id="n",
             category_id=f"{array}[1 + {second}]")  # fmt: skip


def _values(size: Size, first_attribute: int, first_option: int) -> None:
    """Give each product the attributes of its group."""
    model = apps.get_model("catalogue", "ProductAttributeValue")
    place = f"(({leaf_of(size)} * 5 + k * 7) % {ATTRIBUTES})"
    source = f"""(
        SELECT n, a, {number("n * 64 + a", size.salt(7), 1000)} AS v
        FROM (
            SELECT n, {place} AS a
            FROM generate_series(1, {size.products}) n, generate_series(0, {PER_PRODUCT - 1}) k
            WHERE NOT {IS_CHILD}
        ) placed
    ) found"""
    last_float = NUM_OPTION + NUM_FLOAT
    with bare(model):
        fill(
            model,
            source,
            attribute_id=f"{first_attribute} + a",
            product_id="n",
            value_option_id=f"CASE WHEN a < {NUM_OPTION} "
            f"THEN {first_option} + a * {OPTIONS} + v % {OPTIONS} END",
            value_float=f"CASE WHEN a >= {NUM_OPTION} AND a < {last_float} THEN (v % 50) * 0.5 END",
            value_text=f"CASE WHEN a >= {last_float} THEN 'Серия ' || v % 30 END",
        )
