"""The pages as a WSGI application, for our own server or another."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.settings")
application = get_wsgi_application()
