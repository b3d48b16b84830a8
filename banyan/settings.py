"""Settings by environment; the table of names is docs/settings.md. Safe defaults, DEBUG off."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parent.parent


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in ("1", "true", "yes", "on")


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


DEBUG = _flag("BANYAN_DEBUG")
DATA = Path(os.environ.get("BANYAN_DATA", ROOT / "var"))
SECRET_KEY = os.environ.get("BANYAN_SECRET_KEY", "")
if not SECRET_KEY and DEBUG:
    _kept = DATA / "secret-key"
    if not _kept.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        _kept.write_text(secrets.token_urlsafe(48))
    SECRET_KEY = _kept.read_text().strip()
# Without a secret Django refuses to start; banyan.core.checks says what to do.
SECRET_KEY = SECRET_KEY or "missing"

SITE_NAME = os.environ.get("BANYAN_NAME", "Banyan")
SITE_URL = os.environ.get("BANYAN_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = _list("BANYAN_HOSTS", "127.0.0.1,localhost,[::1]" if DEBUG else "")
CSRF_TRUSTED_ORIGINS = _list("BANYAN_TRUSTED_ORIGINS")
BEHIND_PROXY = _flag("BANYAN_BEHIND_PROXY")
TRUSTED_PROXIES = _list("BANYAN_TRUSTED_PROXIES", "127.0.0.1" if BEHIND_PROXY else "")

INSTALLED_APPS = [
    "banyan.core",
    "banyan.core.ui",
    "banyan.people",
    "banyan.communities",
    "banyan.sellers",
    "banyan.culture",
    "banyan.matching",
    "banyan.moderation",
    "banyan.ledger",
    "banyan.payments",
    "banyan.catalog",
    "banyan.orders",
    "banyan.content",
    "banyan.tiers",
    "banyan.gatherings",
    "banyan.challenges",
    "banyan.campaigns",
    "banyan.funding",
    "banyan.pricing",
    "banyan.reviews",
    "banyan.wishes",
    "banyan.chat",
    "banyan.introductions",
    "banyan.sharing",
    "banyan.leaves",
    "banyan.habits",
    "banyan.guard",
    "banyan.outreach",
    "banyan.search",
    "banyan.health",
    "banyan.moving",
    "banyan.studio",
    "banyan.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "banyan.communities.domains.DomainMiddleware",
    "django.middleware.common.CommonMiddleware",
    "banyan.core.middleware.OriginMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "banyan.core.middleware.TouchMiddleware",
    "banyan.core.middleware.ZoneMiddleware",
    "banyan.core.middleware.RefusalMiddleware",
    "banyan.sharing.visits.middleware",
    "banyan.people.middleware.InvalidFormMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "banyan.core.idempotency.IdempotencyMiddleware",
]

ROOT_URLCONF = "banyan.urls"
DOMAIN_URLCONF = "banyan.urls_domain"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.csp",
                "banyan.core.ui.context.ui",
                "banyan.communities.context.place",
                "banyan.people.context.mails",
                "banyan.outreach.context.installable",
                "banyan.search.context.field",
            ],
        },
    }
]
WSGI_APPLICATION = "banyan.server.wsgi.application"


def _database() -> dict[str, object]:
    address = os.environ.get("BANYAN_DATABASE", "")
    if not address:
        return {
            "ENGINE": "banyan.core.db.sqlite",
            "NAME": os.environ.get("BANYAN_SQLITE", str(DATA / "db.sqlite3")),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
                    "PRAGMA temp_store=MEMORY;PRAGMA cache_size=-8000;PRAGMA foreign_keys=ON;"
                ),
            },
        }
    parts = urlsplit(address)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("BANYAN_DATABASE must be postgres://user:password@host:port/name")
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", "")) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_SECURE = SITE_URL.startswith("https://")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 24 * 3600
SECURE_SSL_REDIRECT = False  # the proxy's business
SECURE_HSTS_SECONDS = 31536000 if SESSION_COOKIE_SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "media-src": [CSP.SELF, "blob:"],
    "connect-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    # The payment provider's page is reached by a link or a redirect after a form.
    "form-action": [CSP.SELF, *_list("BANYAN_FORM_TARGETS")],
}

# Mail
MAIL = os.environ.get("BANYAN_MAIL", "file" if DEBUG else "")  # "file", "console" or smtp://…
MAIL_FROM = os.environ.get("BANYAN_MAIL_FROM", "Banyan <hello@localhost>")
DEFAULT_FROM_EMAIL = MAIL_FROM
SERVER_EMAIL = MAIL_FROM


def _mailer() -> dict[str, object]:
    if MAIL in ("", "console"):
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if MAIL == "file":
        return {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(DATA / "mail")},
        }
    parts = urlsplit(MAIL)
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname or "localhost",
            "port": parts.port or 25,
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": parts.scheme == "smtps",
            "use_tls": parts.scheme == "smtp+tls",
            "timeout": 15,
        },
    }


MAILERS = {"default": _mailer()}

# Web Push. Without a key one is made at first use and kept below BANYAN_DATA.
PUSH_KEY = os.environ.get("BANYAN_PUSH_KEY", "")
PUSH_HOSTS = [
    "fcm.googleapis.com",
    "*.push.services.mozilla.com",
    "*.notify.windows.com",
    "*.push.apple.com",
    *_list("BANYAN_PUSH_HOSTS"),
]

# Sign-in
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "banyan.people.backends.PasswordBackend",
    "banyan.people.backends.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "banyan.people.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# Words and places
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("BANYAN_ZONE", "UTC")
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Files
(DATA / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise looks there at start
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
POSTER_FONT = os.environ.get("BANYAN_POSTER_FONT", "")  # for Chinese words on pictures
VENDOR = ROOT / "var" / "vendor"  # fonts from npm, fetched by bin/dev; pages work without
STATICFILES_DIRS = [("vendor", VENDOR)] if VENDOR.exists() else []
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA / "media"
PRIVATE_ROOT = DATA / "private"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(PRIVATE_ROOT), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Payments. The sandbox provider is a process of its own; with DEBUG off it is refused.
PAYMENT_PROVIDERS = _list("BANYAN_PAYMENT_PROVIDERS", "sandbox" if DEBUG else "")
SANDBOX_URL = os.environ.get("BANYAN_SANDBOX_URL", "http://127.0.0.1:8001").rstrip("/")
SANDBOX_SECRET = os.environ.get("BANYAN_SANDBOX_SECRET", "sandbox-development-secret")
if "sandbox" in PAYMENT_PROVIDERS:
    SECURE_CSP["form-action"] = [*SECURE_CSP["form-action"], SANDBOX_URL]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "banyan": {"level": os.environ.get("BANYAN_LOG", "INFO")},
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
    },
}
CSRF_FAILURE_VIEW = "banyan.core.errors.origin_failure"
