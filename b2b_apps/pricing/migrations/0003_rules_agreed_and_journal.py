"""Rules say whether they touch agreed prices; a journal of rules; drafts that replace a rule.

Rules that stand did touch agreed prices: they go on doing so, new ones do not unless told.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

HELP = "Prices agreed by contract or for a project change as well."


class Migration(migrations.Migration):
    dependencies = [
        ("pricing", "0002_rules_rates_projects"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="pricerule",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                help_text="Published, the draft takes this rule's place.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="drafts",
                to="pricing.pricerule",
            ),
        ),
        migrations.AddField(
            model_name="pricerule",
            name="with_agreed",
            field=models.BooleanField(
                default=True, help_text=HELP, verbose_name="agreed prices too"
            ),
        ),
        migrations.AlterField(
            model_name="pricerule",
            name="with_agreed",
            field=models.BooleanField(
                default=False, help_text=HELP, verbose_name="agreed prices too"
            ),
        ),
        migrations.CreateModel(
            name="RuleChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("made", "made"),
                            ("changed", "changed"),
                            ("published", "published"),
                            ("off", "switched off"),
                            ("replaced", "replaced by another version"),
                        ],
                        max_length=9,
                    ),
                ),
                ("changes", models.JSONField(blank=True, default=list)),
                ("changed_at", models.DateTimeField(auto_now_add=True)),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="pricing.pricerule",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a price rule",
                "verbose_name_plural": "history of price rules",
                "ordering": ["-pk"],
            },
        ),
    ]
