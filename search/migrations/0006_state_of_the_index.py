from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0005_smaller_postings"),
    ]

    operations = [
        migrations.AddField(
            model_name="statistics",
            name="changed",
            field=models.BigIntegerField(db_default=0, default=0, verbose_name="changes"),
        ),
    ]
