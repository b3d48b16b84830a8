"""Tags say until when they are kept, in which language, and who gave them and why.

What stood before runs out two years after its consent.
"""

from datetime import timedelta

from django.db import migrations, models


def set_ends(apps, schema_editor):
    Tag = apps.get_model("people", "Tag")
    for tag in Tag.objects.filter(expires_at=None).iterator(chunk_size=500):
        language = tag.person.language or "en"
        Tag.objects.filter(pk=tag.pk).update(
            expires_at=tag.consented_at + timedelta(days=730), lang=language
        )


class Migration(migrations.Migration):
    dependencies = [("people", "0002_person_unread")]

    operations = [
        migrations.AddField("tag", "expires_at", models.DateTimeField(null=True)),
        migrations.AddField("tag", "lang", models.CharField(max_length=12, default="en"),
                            preserve_default=False),
        migrations.AddField("tag", "community_id", models.BigIntegerField(
            null=True, help_text="of tags given by operators")),
        migrations.AddField("tag", "given_by", models.UUIDField(
            null=True, help_text="pseudonym of the operator")),
        migrations.AddField("tag", "why", models.CharField(max_length=200, blank=True, default=""),
                            preserve_default=False),
        migrations.RunPython(set_ends, migrations.RunPython.noop),
    ]  # fmt: skip
