"""Postings without a number of their own, in tenths, with the length of their document.

They are carried over: nobody has to wait for a rebuild.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0004_aliases")]

    operations = [
        migrations.RenameModel("Posting", "OldPosting"),
        migrations.AlterField(
            "OldPosting",
            "document",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="search.document"
            ),
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "document",
                        "term",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("term", models.CharField(db_collation="C", max_length=60, verbose_name="term")),
                ("weight", models.SmallIntegerField(verbose_name="weight in tenths")),
                (
                    "extra",
                    models.SmallIntegerField(default=0, verbose_name="weight of labels in tenths"),
                ),
                ("length", models.SmallIntegerField(verbose_name="words of the text that count")),
                (
                    "document",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="postings",
                        to="search.document",
                    ),
                ),
            ],
            options={"verbose_name": "posting", "verbose_name_plural": "postings"},
        ),
        migrations.RunSQL(
            "INSERT INTO search_posting (document_id, term, weight, extra, length)"
            " SELECT p.document_id, p.term, least(round(p.weight * 10), 32767),"
            " least(round(p.extra * 10), 32767), least(d.length, 32767)"
            " FROM search_oldposting p JOIN search_document d ON d.id = p.document_id",
            migrations.RunSQL.noop,
        ),
        migrations.DeleteModel("OldPosting"),
        # Phrases are looked up in texts as they lie there; unpacking them took most of the time.
        migrations.RunSQL(
            "ALTER TABLE search_document ALTER words SET STORAGE EXTERNAL",
            "ALTER TABLE search_document ALTER words SET STORAGE EXTENDED",
        ),
        migrations.AddIndex(
            "Posting",
            models.Index(
                fields=["term", "document"],
                include=("weight", "extra", "length"),
                name="posting_of_term",
            ),
        ),
    ]
