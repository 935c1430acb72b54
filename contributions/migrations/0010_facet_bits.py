from collections import defaultdict
from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import contributions.models.facet_bits


def fill(apps: Any, _editor: BaseDatabaseSchemaEditor) -> None:
    """What is published now: searches count by these bits from here on."""
    part = contributions.models.facet_bits.PART
    rows: defaultdict[tuple[str, int], bytearray] = defaultdict(lambda: bytearray(b"0") * part)
    documents = apps.get_model("contributions", "SearchDocument").objects
    for document, visibility, facets in documents.values_list(
        "document_id", "visibility", "facets"
    ).iterator():
        for token in (*facets, f"visibility:{visibility}"):
            rows[token, document // part][document % part] = ord("1")
    bits = apps.get_model("contributions", "FacetBits")
    bits.objects.bulk_create(
        (
            bits(token=token, part=number, bits=found.decode())
            for (token, number), found in rows.items()
        ),
        batch_size=100,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0009_unread"),
    ]

    operations = [
        migrations.CreateModel(
            name="FacetBits",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "token",
                        "part",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("token", models.CharField(max_length=120, verbose_name="value")),
                ("part", models.IntegerField(verbose_name="part")),
                (
                    "bits",
                    contributions.models.facet_bits.BitsField(verbose_name="texts"),
                ),
            ],
            options={
                "verbose_name": "texts with a value",
                "verbose_name_plural": "texts with values",
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
