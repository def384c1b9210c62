import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [("purchasing", "0001_goods_changes")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("basket", "0012_line_code"),
        ("catalogue", "1001_wholesale"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="GoodsChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("xact", models.BigIntegerField(db_index=True)),
                        ("product_id", models.BigIntegerField()),
                        (
                            "made_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now()
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="BasketEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "article",
                            models.CharField(blank=True, max_length=255, verbose_name="article"),
                        ),
                        (
                            "title",
                            models.CharField(blank=True, max_length=255, verbose_name="name"),
                        ),
                        ("was", models.DecimalField(decimal_places=3, max_digits=15, null=True)),
                        ("now", models.DecimalField(decimal_places=3, max_digits=15, null=True)),
                        (
                            "basket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="journal",
                                to="basket.basket",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "entry of a basket's journal",
                        "verbose_name_plural": "entries of a basket's journal",
                        "indexes": [
                            models.Index(fields=["basket", "-id"], name="basketentry_of_basket")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GoodsPair",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("num_orders", models.PositiveIntegerField()),
                        ("num_buyers", models.PositiveIntegerField()),
                        ("strength", models.FloatField()),
                        ("mined_at", models.DateTimeField()),
                        (
                            "other",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalogue.product",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalogue.product",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "goods bought together",
                        "verbose_name_plural": "goods bought together",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("product", "other"), name="goodspair_is_one"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
