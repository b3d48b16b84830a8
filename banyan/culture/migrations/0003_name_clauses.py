"""Clauses of charters written before they had ids are named, version after version."""

from django.db import migrations


def name_clauses(apps, schema_editor):
    from banyan.culture.amendments.rules import carry_ids

    charters = apps.get_model("culture", "Charter")
    before = {}
    for charter in charters.objects.order_by("community_id", "version").iterator():
        latest = before.get(charter.community_id)
        last = latest.last_clause if latest else 0
        for lines, ids in (("values", "value_ids"), ("conventions", "convention_ids")):
            old = zip(getattr(latest, ids), getattr(latest, lines)) if latest else ()
            given, last = carry_ids(list(old), getattr(charter, lines), prefix="c", last=last)
            setattr(charter, ids, given)
        charter.last_clause = last
        charter.save(update_fields=["value_ids", "convention_ids", "last_clause"])
        before[charter.community_id] = charter


class Migration(migrations.Migration):
    dependencies = [("culture", "0002_amendments")]

    operations = [migrations.RunPython(name_clauses, migrations.RunPython.noop)]
