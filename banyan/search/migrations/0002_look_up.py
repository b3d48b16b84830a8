from django.db import migrations

from banyan.search import engine


def forwards(apps, editor):
    for sql in engine.SQLITE if editor.connection.vendor == "sqlite" else engine.POSTGRES:
        editor.execute(sql)


def backwards(apps, editor):
    lite = editor.connection.vendor == "sqlite"
    for sql in engine.SQLITE_BACK if lite else engine.POSTGRES_BACK:
        editor.execute(sql)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
