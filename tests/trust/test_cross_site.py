"""TRUST 12: what another site sends in somebody's name is refused on every unsafe route.

Webhooks carry a signature instead of an origin: unsigned, they are refused as well.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from banyan.core.idempotency import new_form_key
from tests.trust.examples import Place, routes
from tests.trust.rows import Rows

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

FORGED = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
]
VERBS = ("post", "put", "patch", "delete")


def test_every_unsafe_route_refuses_other_sites(kiln: Any, cast: Any, now: Any) -> None:
    mark = {"name": "x", "email": "x@example.org", "file": ""}
    place = Place(kiln, Rows(person=cast.jonas, community=kiln, now=now, marks=mark))
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(cast.mei, backend="banyan.people.backends.PasswordBackend")
    wrong, tried = [], 0
    for route in routes():
        address = route.address(place)
        for headers in FORGED:
            for verb in VERBS:
                response = getattr(client, verb)(
                    address, {"form_key": new_form_key()} if verb == "post" else "", headers=headers
                )
                tried += 1
                signed = route.csrf_exempt and 400 <= response.status_code < 500
                if response.status_code != 403 and not signed:
                    wrong.append(f"{verb} {address} {headers}: {response.status_code}")
    assert not wrong, "\n".join(wrong[:40])
    print(f"TRUST 12: {tried} forged writes on {len(routes())} routes, all refused")


def test_a_client_without_either_header_must_bring_the_token(kiln: Any, cast: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.dara, backend="banyan.people.backends.PasswordBackend")
    fields = {"form_key": new_form_key(), "version": 1, "accept": "on"}
    assert client.post("/kiln/join", fields).status_code == 403
    here = {"Origin": "http://testserver"}
    assert client.post("/kiln/join", fields, headers=here).status_code == 302


def test_no_page_can_be_framed(kiln: Any) -> None:
    response = Client().get("/kiln/")
    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_signing_in_makes_a_new_session(cast: Any) -> None:
    client = Client()
    client.cookies["sessionid"] = "planted-by-somebody-else-0000000"
    client.post("/accounts/login/", {"login": cast.jonas.email, "password": "a-long-password"})
    assert client.get("/me").status_code == 200
    assert client.cookies["sessionid"].value != "planted-by-somebody-else-0000000"
