"""Settings of a site as in production, but with the payment sandbox, which no real site may have.

Only for measuring what an order costs: DEBUG, which the sandbox needs otherwise, notes down every
statement and draws every template anew.
"""

from banyan.settings import *  # noqa: F403

SILENCED_SYSTEM_CHECKS = [
    "banyan.E005",
    "banyan.E007",
    "mail.E001",
]  # the sandbox; letters that go nowhere
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
