from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("guests", "0001_guests")]

    operations = [
        migrations.AddField(
            model_name="guestrequest",
            name="moved_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
