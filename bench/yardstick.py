"""The yardsticks: a bare Django view and a bare 20-row Django list, gunicorn gthread, no middleware."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from load import Server, page_cost

APP = """
import os
from pathlib import Path
from django.conf import settings
HERE = Path(__file__).parent
settings.configure(DEBUG=False, SECRET_KEY="bench", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / "y.sqlite3", "CONN_MAX_AGE": None}},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [HERE]}], INSTALLED_APPS=[])
import django
django.setup()
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
class Row(models.Model):
    title = models.CharField(max_length=80)
    body = models.TextField()
    class Meta:
        app_label = "y"
def hello(request):
    return HttpResponse("hello")
def rows(request):
    return render(request, "rows.html", {"rows": Row.objects.order_by("-pk")[:20]})
urlpatterns = [path("", hello), path("rows", rows)]
application = get_wsgi_application()
if __name__ == "__main__":
    with connection.schema_editor() as editor:
        editor.create_model(Row)
    Row.objects.bulk_create(Row(title=f"Row {i}", body="A cup, a glaze, a morning. " * 30) for i in range(1000))
"""
ROWS = """<!doctype html><title>Rows</title><ul>{% for row in rows %}<li><h2>{{ row.title }}</h2>
<p>{{ row.body }}</p><a href="/rows/{{ row.pk }}">{{ row.pk }}</a></li>{% endfor %}</ul>"""


@contextmanager
def yardstick_server(port: int) -> Iterator[Server]:
    """The bare application, for as long as the block."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "yapp.py").write_text(APP)
        (Path(folder) / "rows.html").write_text(ROWS)
        subprocess.run([sys.executable, "yapp.py"], cwd=folder, check=True)
        command = [
            sys.executable, "-m", "gunicorn", "-w", "2", "-k", "gthread", "--threads", "4",
            "-b", f"127.0.0.1:{port}", "yapp:application",
        ]  # fmt: skip
        with Server(command, f"http://127.0.0.1:{port}/", cwd=folder) as server:
            yield server


async def measure(server: Server, requests: int) -> dict[str, float]:
    """CPU ms a request of the bare view and of the bare list."""
    hello = await page_cost(server, "/", requests=requests)
    rows = await page_cost(server, "/rows", requests=requests // 3)
    return {"hello_cpu_ms": hello["cpu_ms"], "list_cpu_ms": rows["cpu_ms"]}  # type: ignore[dict-item]


async def yardstick(port: int, requests: int = 1500) -> dict[str, float]:
    with yardstick_server(port) as server:
        return await measure(server, requests)


if __name__ == "__main__":
    import asyncio
    import json

    print(json.dumps(asyncio.run(yardstick(20290)), indent=1))
