"""The peer: django-oscar on SQLite (WAL, IMMEDIATE), measured with the yardstick in the same run.

    python -m venv DIR && DIR/bin/pip install -r bench/oscar-requirements.txt
    DIR/bin/python bench/oscar.py [--products 1000] [--orders 60]

List, product page and whole guest orders, as CPU ms and as ratios to a bare Django view. Prints
JSON. Run it right before or after bench/pages.py and compare ratios, not milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from load import Browser, Server, cpu_seconds, crowd, page_cost
from yardstick import yardstick

PROJECT = """
import os
from pathlib import Path
from oscar.defaults import *
HERE = Path(__file__).parent
DEBUG = False
SECRET_KEY = "bench-only"
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / "db.sqlite3",
    "ATOMIC_REQUESTS": True, "CONN_MAX_AGE": None, "OPTIONS": {"transaction_mode": "IMMEDIATE",
    "timeout": 20, "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"}}}
USE_TZ, SITE_ID, LANGUAGE_CODE = True, 1, "en-gb"
MEDIA_ROOT, MEDIA_URL = HERE / "media", "/media/"
STATIC_ROOT, STATIC_URL = HERE / "static", "/static/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
ROOT_URLCONF = "ourls"
_c = "django.contrib."
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
    "OPTIONS": {"context_processors": ["django.template.context_processors.request",
    _c + "auth.context_processors.auth", "django.template.context_processors.i18n",
    _c + "messages.context_processors.messages",
    "oscar.apps.search.context_processors.search_form",
    "oscar.apps.checkout.context_processors.checkout",
    "oscar.apps.communication.notifications.context_processors.notifications",
    "oscar.core.context_processors.metadata"]}}]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware",
    _c + "sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware", _c + "auth.middleware.AuthenticationMiddleware",
    _c + "messages.middleware.MessageMiddleware", "oscar.apps.basket.middleware.BasketMiddleware"]
AUTHENTICATION_BACKENDS = ("oscar.apps.customer.auth_backends.EmailBackend",)
INSTALLED_APPS = [_c + n for n in ("admin", "auth", "contenttypes", "sessions", "messages",
    "staticfiles", "sites", "flatpages")] + ["oscar.config.Shop"] + ["oscar.apps." + n for n in (
    "analytics.apps.AnalyticsConfig", "checkout.apps.CheckoutConfig", "address.apps.AddressConfig",
    "shipping.apps.ShippingConfig", "catalogue.apps.CatalogueConfig",
    "catalogue.reviews.apps.CatalogueReviewsConfig",
    "communication.apps.CommunicationConfig", "partner.apps.PartnerConfig",
    "basket.apps.BasketConfig", "payment.apps.PaymentConfig", "offer.apps.OfferConfig",
    "order.apps.OrderConfig", "customer.apps.CustomerConfig", "search.apps.SearchConfig",
    "voucher.apps.VoucherConfig", "wishlists.apps.WishlistsConfig",
    "dashboard.apps.DashboardConfig", "dashboard.reports.apps.ReportsDashboardConfig",
    "dashboard.users.apps.UsersDashboardConfig", "dashboard.orders.apps.OrdersDashboardConfig",
    "dashboard.catalogue.apps.CatalogueDashboardConfig",
    "dashboard.offers.apps.OffersDashboardConfig",
    "dashboard.partners.apps.PartnersDashboardConfig",
    "dashboard.pages.apps.PagesDashboardConfig", "dashboard.ranges.apps.RangesDashboardConfig",
    "dashboard.reviews.apps.ReviewsDashboardConfig",
    "dashboard.vouchers.apps.VouchersDashboardConfig",
    "dashboard.communications.apps.CommunicationsDashboardConfig",
    "dashboard.shipping.apps.ShippingDashboardConfig")] + ["widget_tweaks", "haystack", "treebeard",
    "sorl.thumbnail", "easy_thumbnails", "django_tables2"]
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_DEFAULT_CURRENCY = "GBP"
OSCAR_INITIAL_ORDER_STATUS = OSCAR_INITIAL_LINE_STATUS = "Pending"
OSCAR_ORDER_STATUS_PIPELINE = {"Pending": ("Done",), "Done": ()}
"""
URLS = """
from django.apps import apps
from django.urls import include, path
urlpatterns = [path("i18n/", include("django.conf.urls.i18n")),
    path("", include(apps.get_app_config("oscar").urls[0]))]
"""
WSGI = """
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""
SEED = """
import sys
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from oscar.core.loading import get_model
from PIL import Image
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
M = get_model
M("address", "Country").objects.create(iso_3166_1_a2="GB", iso_3166_1_a3="GBR",
    printable_name="United Kingdom", name="United Kingdom", is_shipping_country=True)
kind = M("catalogue", "ProductClass").objects.create(name="Thing", requires_shipping=True)
seller = M("partner", "Partner").objects.create(name="Seller", code="seller")
shelf = M("catalogue", "Category").add_root(name="Things")
(settings.MEDIA_ROOT / "images").mkdir(parents=True)
Image.new("RGB", (400, 400), (90, 80, 160)).save(settings.MEDIA_ROOT / "images" / "p.png")
P = M("catalogue", "Product")
things = P.objects.bulk_create([P(structure="standalone", title=f"Product {i}", slug=f"p-{i}",
    upc=f"U{i}", description="A useful thing. " * 20, product_class=kind, is_public=True)
    for i in range(int(sys.argv[1]))])
C, S, I = M("catalogue", "ProductCategory"), M("partner", "StockRecord"), M("catalogue", "ProductImage")
C.objects.bulk_create([C(product=p, category=shelf) for p in things])
S.objects.bulk_create([S(product=p, partner=seller, partner_sku=p.upc, price_currency="GBP",
    price="9.99", num_in_stock=1000000) for p in things])
I.objects.bulk_create([I(product=p, original="images/p.png", display_order=0) for p in things])
print(things[5].get_absolute_url(), things[5].pk)
"""
ADDRESS = {
    "first_name": "A", "last_name": "B", "line1": "1 Road", "line4": "London",
    "postcode": "N1 9RT", "country": "GB",
}  # fmt: skip


async def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--products", type=int, default=1000)
    options.add_argument("--orders", type=int, default=60)
    options.add_argument("--requests", type=int, default=100)
    options.add_argument("--port", type=int, default=20340)
    o = options.parse_args()
    yard = await yardstick(o.port + 1)
    report: dict[str, object] = {"peer": "django-oscar", "products": o.products, "yardstick": yard}
    with tempfile.TemporaryDirectory() as folder:
        parts = {"osettings": PROJECT, "ourls": URLS, "owsgi": WSGI, "oseed": SEED}
        for name, text in parts.items():
            (Path(folder) / f"{name}.py").write_text(text)
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "osettings"}
        made = subprocess.run(
            [sys.executable, "oseed.py", str(o.products)],
            cwd=folder, env=env, check=True, capture_output=True, text=True,
        )  # fmt: skip
        detail, pk = made.stdout.split()[-2:]
        base = f"http://127.0.0.1:{o.port}"
        serve = [
            sys.executable, "-m", "gunicorn", "-w", "2", "-k", "gthread", "--threads", "4",
            "-b", f"127.0.0.1:{o.port}", "owsgi:application",
        ]  # fmt: skip
        with Server(serve, f"{base}{detail}", env=env, cwd=folder, log=f"{folder}/log") as server:
            costs = {}
            for name, path in {"list": "/catalogue/", "product": detail}.items():
                cost = await page_cost(server, path, requests=o.requests)
                costs[name] = round(float(str(cost["cpu_ms"])) / yard["hello_cpu_ms"], 1)

            async def order(number: int) -> str:
                browser = Browser(base)
                try:
                    page = await browser.get(detail)
                    found = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.text)
                    token = {"csrfmiddlewaretoken": found[1] if found else ""}
                    await browser.post(f"/basket/add/{pk}/", {**token, "quantity": 1})
                    who = {"username": f"g{number}@bench.example", "options": "anonymous"}
                    await browser.post("/checkout/", {**token, **who})
                    await browser.post("/checkout/shipping-address/", {**token, **ADDRESS})
                    await browser.get("/checkout/shipping-method/")
                    await browser.get("/checkout/preview/")
                    last = await browser.post(
                        "/checkout/preview/", {**token, "action": "place_order"}
                    )
                    return "ordered" if "thank-you" in last.header("location") else "not ordered"
                finally:
                    await browser.close()

            before = cpu_seconds(server.pid)
            orders = await crowd(order, total=o.orders, at_once=8, seconds=300)
            spent = 1000 * (cpu_seconds(server.pid) - before) / int(str(orders["runs"]))
            costs["order"] = round(spent / yard["hello_cpu_ms"], 1)
            report |= {"x_hello": costs, "orders": orders["outcomes"]}
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    asyncio.run(main())
