from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("basket", "1001_wholesale")]

    operations = [
        migrations.AddField(
            model_name="basket",
            name="cached_total",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=14),
        ),
        migrations.AddField(
            model_name="basket",
            name="cached_num_lines",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
