"""Many writers answer one post at once: no 5xx, and a rate beside that of a bare insert.

    python bench/writers.py                        # SQLite, 8 and then 32 writers
    python bin/_postgres python bench/writers.py

Every answer goes through the whole product: form key, mentions, activity log, notices, live lanes.
The bare insert is a Django view without middleware that makes one row, under gunicorn gthread, on
the same kind of database with the same settings, put under the same client by turns. Ends with 1
when an answer is 5xx or late, or when a comment is lost or made twice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from flash import free_port, run
from load import Browser, Server, by_turns
from pages import ROOT, environment

FILL = """
import json, sys
sys.path.insert(0, "bench")
from fill import found, let_in, sign_in
from django.utils import timezone
from banyan.communities.models import Member
from banyan.content.actions import post
now = timezone.now()
kiln = found(now)
members = let_in(kiln, int(sys.argv[1]), now)
owner = Member.objects.get(community=kiln, role="owner")
asked = [post.publish(author=owner, title=f"Which glaze? {n}", body="Celadon or ash?", now=now).oid
    for n in range(2)]
print(json.dumps({"posts": asked, "sessions": [sign_in(one.person) for one in members]}))
"""
COUNT = """
import json, django
django.setup()
from collections import Counter
from banyan.content.models import Comment, Post
bodies = Counter(Comment.objects.values_list("body", flat=True))
print(json.dumps({"written": len(bodies), "twice": sum(n > 1 for n in bodies.values()),
    "counted": sum(Post.objects.values_list("comment_count", flat=True))}))
"""
BARE = """
import os, sys
from django.conf import settings
import banyan.settings as ours
base = dict(ours.DATABASES["default"])
if base["ENGINE"] == "banyan.core.db.sqlite":
    base |= {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["BARE_FILE"]}
settings.configure(DEBUG=False, SECRET_KEY="bench", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__,
    MIDDLEWARE=[], DATABASES={"default": base}, INSTALLED_APPS=[])
import django
django.setup()
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpResponse
from django.urls import path
class Line(models.Model):
    body = models.TextField()
    class Meta:
        app_label = "bare"
def insert(request):
    Line.objects.create(body=request.POST["body"])
    return HttpResponse("made")
def hello(request):
    return HttpResponse("hello")
urlpatterns = [path("", hello), path("insert", insert)]
application = get_wsgi_application()
if __name__ == "__main__":
    with connection.schema_editor() as editor:
        editor.create_model(Line)
"""


@contextmanager
def bare(folder: str, env: dict[str, str]) -> Iterator[str]:
    """The bare application, for as long as the block; gives its address."""
    Path(folder, "bareapp.py").write_text(BARE)
    port = free_port()
    env = env | {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}", "BARE_FILE": f"{folder}/bare.sqlite3"
    }  # fmt: skip
    subprocess.run([sys.executable, "bareapp.py"], cwd=folder, env=env, check=True)
    command = [
        sys.executable, "-m", "gunicorn", "-w", "1", "-k", "gthread", "--threads", "4",
        "-b", f"127.0.0.1:{port}", "bareapp:application",
    ]  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    with Server(command, f"{base}/", cwd=folder, env=env, log=f"{folder}/bare.log"):
        yield base


async def insert(base: str, *, total: int, at_once: int) -> dict[str, object]:
    async def ask(browser: Browser, number: int) -> int:
        return (await browser.post("/insert", {"body": f"Answer {number}"})).status

    browsers = [Browser(base) for _ in range(at_once)]
    return await by_turns(browsers, ask, total=total, seconds=120)


async def write(
    base: str, post: str, sessions: list[str], *, total: int, at_once: int
) -> dict[str, object]:
    """Each answer by the next member who has not reached the limit of one person."""

    async def ask(browser: Browser, number: int) -> int:
        browser.cookies = {"sessionid": sessions[number % len(sessions)]}
        form = {"form_key": str(uuid4()), "body": f"Answer {number} of {at_once}: celadon."}
        return (await browser.post(f"/kiln/p/{post}/comments", form)).status

    browsers = [Browser(base) for _ in range(at_once)]
    return await by_turns(browsers, ask, total=total, seconds=240)


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=1600, help="by each crowd")
    o = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="banyan-writers-")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    env = environment(folder, port) | {
        "DJANGO_SETTINGS_MODULE": "banyan.settings", "BANYAN_LOG": "WARNING"
    }  # fmt: skip
    run(env, "-m", "django", "migrate", "-v0")
    run(env, "-m", "django", "collectstatic", "--noinput", "-v0")
    world = json.loads(run(env, "-c", FILL, str(o.answers // 12)).splitlines()[-1])
    serve = [sys.executable, "-m", "banyan", "serve", "--port", str(port)]
    report: dict[str, object] = {
        "database": "postgresql" if os.environ.get("BANYAN_DATABASE") else "sqlite",
        "load1": os.getloadavg()[0],
    }
    good = True
    with (
        bare(folder, env) as beside,
        Server(serve, f"{base}/kiln/", env=env, cwd=str(ROOT), log=f"{folder}/log"),
    ):
        for post, at_once in zip(world["posts"], (8, 32), strict=True):
            before = await insert(beside, total=1000, at_once=at_once)
            ours = await write(base, post, world["sessions"], total=o.answers, at_once=at_once)
            after = await insert(beside, total=1000, at_once=at_once)
            rate = (float(before["per_s"]) + float(after["per_s"])) / 2  # type: ignore[arg-type]
            share = round(float(ours["per_s"]) / rate, 3)  # type: ignore[arg-type]
            report[f"{at_once} writers"] = {**ours, "bare_per_s": rate, "of_bare": share}
            good &= set(ours["outcomes"]) == {"302"}  # type: ignore[call-overload]
    counted = json.loads(run(env, "-c", COUNT))
    good &= counted == {"written": 2 * o.answers, "twice": 0, "counted": 2 * o.answers}
    print(json.dumps({**report, **counted, "good": good, "log": f"{folder}/log"}, indent=1))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
