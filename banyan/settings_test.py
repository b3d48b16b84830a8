"""Settings of the test suite: DEBUG on in Banyan's sense, everything in a scratch folder."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_scratch = tempfile.mkdtemp(prefix="banyan-test-")
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
os.environ["BANYAN_DEBUG"] = "1"
os.environ["BANYAN_DATA"] = _scratch
os.environ.setdefault("BANYAN_SECRET_KEY", "a-secret-for-tests-only-0123456789-abcdefghij")
os.environ.setdefault("BANYAN_PAYMENT_PROVIDERS", "sandbox")

from banyan.settings import *  # noqa: E402, F403
from banyan.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"] == "banyan.core.db.sqlite":
    # A file, not memory: threads and processes of a test share it as in life.
    DATABASES["default"]["TEST"] = {"NAME": f"{_scratch}/test.sqlite3"}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
