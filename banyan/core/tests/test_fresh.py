"""An empty database gets in one go what all migrations, one after the other, would have made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from django.db import connection

TOLD = """
import django, json, re
django.setup()
from django.db import connection as c

def plain(value):
    return re.sub(r"\\s+", " ", str(value))

out = {}
with c.cursor() as cursor:
    for table in c.introspection.get_table_list(cursor):
        name = table.name
        if name == "auth_group_permissions":
            continue  # Django's own ways differ in the width of its key
        columns = c.introspection.get_table_description(cursor, name)
        out[name, "columns"] = sorted(
            plain((one.name, one.type_code, one.internal_size, one.precision, one.scale,
                   bool(one.null_ok), one.default, one.collation))
            for one in columns
        )
        rules = c.introspection.get_constraints(cursor, name)
        out[name, "rules"] = sorted(
            plain(("" if one["primary_key"] or one["foreign_key"] or key[:2] == "__" else key,
                   sorted(one.items(), key=str)))
            for key, one in rules.items()
        )
        cursor.execute(f'SELECT COUNT(*) FROM "{name}"')
        out[name, "rows"] = cursor.fetchone()[0]
    if c.vendor == "sqlite":
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')")
        out["triggers"] = sorted(plain(row) for row in cursor.fetchall())
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''")
        out["indexes"] = sorted(plain(row) for row in cursor.fetchall())
    else:
        cursor.execute("SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
                       "WHERE NOT tgisinternal")
        out["triggers"] = sorted(plain(row) for row in cursor.fetchall())
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        out["indexes"] = sorted(plain(row) for row in cursor.fetchall())
        cursor.execute("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
                       "WHERE contype = 'c'")
        out["checks"] = sorted(plain(row) for row in cursor.fetchall())
    cursor.execute("SELECT app, name FROM django_migrations")
    out["migrations"] = sorted(plain(row) for row in cursor.fetchall())
print(json.dumps({str(key): value for key, value in out.items()}))
"""


def _run(env: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def _database(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of an empty database; gone afterwards."""
    folder.mkdir()
    own = os.environ | {"BANYAN_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "banyan.settings"}
    if connection.vendor == "sqlite":
        yield own
        return
    import psycopg

    name, address = f"fresh_{uuid4().hex[:12]}", os.environ["BANYAN_DATABASE"]
    with psycopg.connect(address, autocommit=True) as maker:
        maker.execute(f"CREATE DATABASE {name}")
        try:
            yield own | {"BANYAN_DATABASE": urlsplit(address)._replace(path=f"/{name}").geturl()}
        finally:
            maker.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_both_ways_end_in_the_same_database(tmp_path: Path) -> None:
    found = []
    for way, how in (("short", ()), ("long", ("--step-by-step",))):
        with _database(tmp_path / way) as env:
            _run(env, "-m", "banyan", "migrate", "-v0", *how)
            _run(env, "-m", "banyan", "migrate", "-v0")  # nothing is left to do
            found.append(json.loads(_run(env, "-c", TOLD)))
    short, long = found
    assert short.keys() == long.keys()
    assert {key: (short[key], long[key]) for key in short if short[key] != long[key]} == {}
    assert len(short["migrations"]) > 70
    assert len(short["triggers"]) > 5
