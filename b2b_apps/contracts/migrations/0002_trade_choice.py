import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [("contracts", "0011_parts_of_changed_orders")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("catalogue", "1001_wholesale"),
        ("contracts", "0001_initial"),
        ("inventory", "0001_initial"),
        ("pricing", "0002_projects"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="TradeChoice",
                    fields=[
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="trade_choice",
                                serialize=False,
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="contracts.contract",
                                verbose_name="contract",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="inventory.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                blank=True,
                                help_text="Of the contract; its prices lead the chain.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="pricing.project",
                                verbose_name="project",
                            ),
                        ),
                        (
                            "basket_owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="whose shared basket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "chosen contract",
                        "verbose_name_plural": "chosen contracts",
                    },
                ),
            ]
        ),
    ]
