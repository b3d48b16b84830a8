"""TRUST 2: somebody else's things are not found. Every route, nine roles, own and other things.

The matrix is made from the map of addresses and each view's audience: a route without an audience
or without an example (tests/trust/examples.py) fails.
"""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client

from banyan.communities import actions as communities
from banyan.communities import rules
from banyan.communities.models import Community, Member
from banyan.core.idempotency import new_form_key
from banyan.culture import actions as culture
from banyan.people.models import Person
from tests.trust.examples import Place, Route, routes
from tests.trust.rows import Rows, a_picture

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

OWN_MARK, OTHER_MARK = "only-for-the-kiln", "only-for-the-tea"
ROLES = ["anonymous", "member", "other", "applicant", "moderator", "operator", "owner", "host",
         "banned"]  # fmt: skip
INSIDE = {"member": rules.MEMBER, "moderator": rules.MODERATOR, "operator": rules.OPERATOR,
          "owner": rules.OWNER}  # fmt: skip
AUDIENCES = ("public", "signed", "debug", "person", "host", "threshold", "reader", "member",
             "operator:")  # fmt: skip

# allauth's own pages: who may see them.
OF_ALLAUTH = {
    "anybody": {
        "account_login", "account_logout", "account_inactive", "account_signup",
        "account_reset_password", "account_reset_password_done", "account_signup_by_passkey",
        "account_request_login_code", "account_confirm_login_code", "mfa_login_webauthn",
        "account_email_verification_sent", "account_confirm_password_reset_code",
        "account_complete_password_reset", "account_password_reset_completed",
        "mfa_authenticate", "mfa_signup_webauthn", "mfa_trust",
    },
    "person": {
        "account_reauthenticate", "account_email", "account_change_password",
        "account_set_password", "mfa_index", "mfa_reauthenticate", "mfa_activate_totp",
        "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn",
        "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn",
        "usersessions_list",
    },
}  # fmt: skip

MAP = routes()


@pytest.mark.parametrize("route", MAP, ids=str)
def test_every_route_has_a_row(route: Route) -> None:
    if route.audience == "allauth":
        assert route.name in OF_ALLAUTH["anybody"] | OF_ALLAUTH["person"]
    else:
        assert route.audience.startswith(AUDIENCES), "declare the view's audience (a door)"
    route.sources()


@pytest.fixture
def world(kiln: Any, tea: Any, cast: Any, new_person: Any, member_of: Any, now: Any) -> Any:
    """Slow Kiln, where only members read, and Tea at Four, each with one of everything."""
    Community.objects.filter(pk=kiln.pk).update(
        visibility=rules.MEMBERS_ONLY, join_policy=rules.APPROVAL
    )
    kiln.refresh_from_db()
    culture.join(community=kiln, person=cast.dara, version=1, now=now)
    communities.ban(member=member_of(kiln, cast.lan), by=member_of(kiln, cast.mei), now=now)
    yusuf = culture.join(community=kiln, person=cast.yusuf, version=1, now=now)
    Member.objects.filter(pk=yusuf.pk).update(state=rules.JOINED, role=rules.OPERATOR)
    host = new_person("Hedda")
    Person.objects.filter(pk=host.pk).update(is_host=True)
    people = {
        "anonymous": None, "member": cast.jonas, "other": cast.sol, "applicant": cast.dara,
        "moderator": cast.kenji, "operator": cast.yusuf, "owner": cast.mei, "host": host,
        "banned": cast.lan,
    }  # fmt: skip
    clients = {}
    for role, person in people.items():
        clients[role] = Client(raise_request_exception=False)
        if person:
            clients[role].force_login(person, backend="banyan.people.backends.PasswordBackend")
    for mark in (OWN_MARK, OTHER_MARK):
        default_storage.save(marks(mark)["file"], ContentFile(a_picture()))
    other = new_person("Otto Otherthings")
    # The kiln's things are Jonas's, who is the plain member: his own he may edit.
    rows = {
        "kiln": Rows(
            person=cast.jonas, community=kiln, now=now, marks=marks(OWN_MARK), fill=OWN_MARK
        ),
        "tea": Rows(person=other, community=tea, now=now, marks=marks(OTHER_MARK), fill=OTHER_MARK),
    }
    return SimpleNamespace(
        own=Place(kiln, rows["kiln"]), other=Place(tea, rows["tea"]), clients=clients
    )


def marks(mark: str) -> dict[str, str]:
    return {"name": mark, "email": f"{mark}@example.org", "file": f"pictures/2026/11/{mark}.jpg"}


def ask(client: Client, method: str, address: str) -> Any:
    """One request whose writes are undone, so that each finds the world as it was."""
    cookies = dict(client.cookies)
    place = transaction.savepoint_create()
    try:
        if method == "GET":
            return client.get(address)
        return client.post(address, {"form_key": new_form_key()})
    finally:
        transaction.savepoint_rollback(place)
        client.cookies.clear()
        client.cookies.update(cookies)


def outcome(response: Any) -> str:
    status, place = response.status_code, response.get("Location", "")
    if status in (301, 302, 303) and place.startswith("/accounts/login/"):
        return "sign in"
    if status in (301, 302, 303) and place == "/kiln/":
        return "threshold"
    return {403: "refused", 404: "not found", 405: "no such verb"}.get(status, "in")


def may_enter(route: Route, role: str) -> bool:
    audience = route.audience
    if audience == "allauth":
        return role != "anonymous" or route.name in OF_ALLAUTH["anybody"]
    if audience in ("public", "signed", "threshold"):
        return True
    if audience == "person":
        return role != "anonymous"
    if audience == "host":
        return role == "host"
    if audience in ("reader", "member"):
        return role in INSIDE
    if audience.startswith("operator:"):
        return role in INSIDE and rules.may(INSIDE[role], audience.removeprefix("operator:"))
    return False  # debug pages do not exist here


def test_whom_each_door_lets_in(world: Any) -> None:
    seen: Counter[str] = Counter()
    wrong, broken = [], []
    entered = {str(route): False for route in MAP if route.audience != "debug"}
    for route in MAP:
        address = route.address(world.own)
        for role in ROLES:
            for method in ("GET", "POST"):
                response = ask(world.clients[role], method, address)
                came = outcome(response)
                seen[came] += 1
                if response.status_code >= 500:
                    broken.append(f"{method} {address} as {role}: {response.status_code}")
                if not may_enter(route, role):
                    if came == "in":
                        wrong.append(f"{method} {address} let {role} in")
                    if OWN_MARK in text_of(response):
                        wrong.append(f"{method} {address} showed {role} what is the kiln's")
                elif came in ("in", "threshold"):
                    entered[str(route)] = True
                elif came == "sign in" and role != "anonymous" and route.audience != "allauth":
                    wrong.append(f"{method} {address} sent {role} to sign in")
    assert not wrong, "\n".join(wrong)
    assert not broken, "\n".join(broken)
    never = [name for name, came in entered.items() if not came and name not in NOBODY_ENTERS]
    assert not never, f"no role got in, so their examples prove nothing: {never}"
    print(f"TRUST 2: {len(MAP)} routes x {len(ROLES)} roles, {sum(seen.values())} requests: "
          f"{dict(seen)}, 0 leaks")  # fmt: skip


# What they need is not in this world: a file, a signature, a key, a failed refund, a full basket,
# somebody else's message, a post that waits for its time, a public community, one from elsewhere.
NOBODY_ENTERS = {
    "settle", "media", "payment-hook", "notices-stop", "me-export-file", "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    "mfa_download_recovery_codes", "mfa_trust", "mfa_view_recovery_codes", "mfa_deactivate_totp",
    "account_confirm_password_reset_code", "studio-refund-again", "basket-add", "cart-line",
    "wish-stock", "checkout", "message-report", "post-publish", "post-cancel",
    "studio-scheduled-steer", "feed-rss", "feed-atom", "studio-package-file", "claim",
}  # fmt: skip


def test_things_of_another_community_are_not_found(world: Any) -> None:
    """Those who run Slow Kiln ask in Slow Kiln for things of Tea at Four."""
    wrong, asked = [], 0
    with_things = [
        route for route in MAP
        if route.is_of_community and set(route.arguments) - {"kind", "verdict", "do", "version"}
    ]  # fmt: skip
    for route in with_things:
        address = route.address(world.other, slug="kiln")
        for role in ("member", "moderator", "operator", "owner", "host", "other", "anonymous"):
            for method in ("GET", "POST"):
                response = ask(world.clients[role], method, address)
                asked += 1
                if outcome(response) == "in":
                    wrong.append(f"{method} {address} as {role}: {response.status_code}")
                if OTHER_MARK in text_of(response):
                    wrong.append(f"{method} {address} showed {role} what is the tea's")
    assert not wrong, "\n".join(wrong)
    print(f"TRUST 2: {len(with_things)} routes asked for another community's things, "
          f"{asked} requests, 0 leaks")  # fmt: skip


def test_things_of_another_person_are_not_found(world: Any) -> None:
    """Exports, tags, baskets, orders and wallet entries belong to one person."""
    wrong = []
    for route in MAP:
        if route.is_of_community or not route.arguments or route.audience not in (
            "public", "signed", "person"
        ):  # fmt: skip
            continue
        if route.name in ("brand-css", "media", "payment-hook", "cart-undo", "payment-return",
                          "sitemap", "app-icon", "short"):  # fmt: skip
            continue  # nobody's things, or the browser's way back from the provider
        for role in ROLES:
            for method in ("GET", "POST"):
                response = ask(world.clients[role], method, route.address(world.other))
                if OTHER_MARK in text_of(response) or outcome(response) == "in":
                    wrong.append(f"{method} {route} as {role}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


def text_of(response: Any) -> str:
    if response.streaming:
        return b"".join(response.streaming_content).decode(errors="replace")
    return response.content.decode(errors="replace")
