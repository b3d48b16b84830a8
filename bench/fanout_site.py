"""Banyan's web process with one more kind of lane, for bench/fanout.py: fanout_site.py PORT

A word that a listener says in a lane "bench:…" goes to all in it, and nobody is told to slow down.
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.settings")

import django

django.setup()

from banyan.core.hub import lane_kind
from banyan.server import serve, web, wsgi
from banyan.server.hub.hub import Hub, Limits

lane_kind("bench", relay=lambda who, said: said)(lambda person, key: True)

if __name__ == "__main__":
    listener = serve.listen("127.0.0.1", int(sys.argv[1]))
    serve.load()
    hub = Hub(Limits(of_address=100_000, burst=1e9, per_second=1e9))
    sys.exit(web.run(wsgi.application, listener, web.Options(), hub))
