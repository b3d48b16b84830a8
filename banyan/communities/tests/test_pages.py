"""Home, members, directory, the studio's pages, domains; what they cost and whom they let in."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banyan.communities import actions, rules
from banyan.communities.models import Community, Member
from banyan.core import cards
from banyan.core.idempotency import new_form_key
from banyan.culture import actions as culture
from banyan.people.actions import choose_likes


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


def press(client, path, **fields):
    return client.post(path, {"form_key": new_form_key(), **fields})


def forget_all_but_the_session(client) -> None:
    cache.clear()
    cards.forget()
    client.get("/me/hello")


def queries_of(client, path, connection):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        response = client.get(path)
    assert response.status_code == 200
    return [
        q["sql"] for q in seen.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))
    ]


def test_home_shows_both_names_people_and_what_we_hold_to(kiln, client):
    page = client.get("/kiln/").content.decode()
    for words in ("Slow Kiln", "慢窑", "Make less, keep it longer.", "Signed by"):
        assert words in page
    assert 'href="/kiln/join"' in page


def test_a_reader_of_chinese_gets_the_chinese_name_first(kiln):
    page = Client(headers={"accept-language": "zh-hans"}).get("/kiln/").content.decode()
    assert page.index("慢窑</b></h1>" if "慢窑</b></h1>" in page else "慢窑") < page.index("</h1>")
    assert '<b lang="zh-Hans">慢窑</b>' in page


def test_home_costs_at_most_ten_queries_and_four_of_ours(kiln, cast, django_assert_max_num_queries):
    jonas = signed_in(cast.jonas)
    forget_all_but_the_session(jonas)
    with django_assert_max_num_queries(10):
        jonas.get("/kiln/")
    cache.clear()
    cards.forget()
    with django_assert_max_num_queries(10):
        Client().get("/kiln/")


def test_ten_times_the_members_cost_no_query_more(kiln, new_person, now, connection_of):
    def cost():
        cache.clear()
        cards.forget()
        return len(queries_of(Client(), "/kiln/members", connection_of))

    few = cost()
    for n in range(30):
        person = new_person(f"Guest {n}")
        choose_likes(person=person, keys=["tea"], now=now)
        culture.join(community=kiln, person=person, version=1, now=now)
    assert cost() == few


@pytest.fixture
def connection_of(db):
    from django.db import connection

    return connection


def test_discover_costs_at_most_six_queries(kiln, tea, cast, django_assert_max_num_queries):
    jonas = signed_in(cast.jonas)
    forget_all_but_the_session(jonas)
    with django_assert_max_num_queries(6):
        assert jonas.get("/discover").status_code == 200
    with django_assert_max_num_queries(6):
        Client().get("/discover?interest=tea&lang=zh&size=small&policy=open&q=four&sort=new")


def test_discover_narrows_by_each_facet(kiln, tea):
    def found(query):
        page = Client().get(f"/discover?{query}").content.decode()
        return ("Slow Kiln" in page, "Tea at Four" in page)

    assert found("") == (True, True)
    assert found("interest=tea") == (False, True)
    assert found("q=慢窑") == (True, False)
    assert found("size=large") == (False, False)
    assert found("policy=approval") == (False, False)


def test_hidden_communities_are_in_no_list_and_at_no_address(kiln, cast):
    Community.objects.filter(pk=kiln.pk).update(visibility=rules.HIDDEN)
    assert "Slow Kiln" not in Client().get("/discover").content.decode()
    assert Client().get("/kiln/").status_code == 404
    assert signed_in(cast.jonas).get("/kiln/").status_code == 200


def test_a_members_only_community_shows_strangers_its_threshold_and_no_more(kiln, cast):
    Community.objects.filter(pk=kiln.pk).update(visibility=rules.MEMBERS_ONLY)
    page = Client().get("/kiln/")
    assert page.status_code == 200
    assert "What we hold to" in page.content.decode()
    assert Client().get("/kiln/members").status_code == 302
    assert signed_in(cast.rafe).get("/kiln/members").status_code == 302
    assert signed_in(cast.jonas).get("/kiln/members").status_code == 200


def test_members_are_found_by_name_and_by_what_they_like(kiln, cast, now):
    choose_likes(person=cast.lan, keys=["tea"], now=now)
    page = Client().get("/kiln/members?like=tea").content.decode()
    assert ">Lan<" in page
    assert ">Jonas<" not in page
    assert ">Jonas<" in Client().get("/kiln/members?q=jon").content.decode()


def test_joining_through_the_pages_asks_for_the_charters_yes(kiln, cast):
    dara = signed_in(cast.dara)
    refused = press(dara, "/kiln/join", version=1)
    assert refused.status_code == 422
    assert not Member.objects.filter(person=cast.dara).exists()
    done = press(dara, "/kiln/join", version=1, accept="on")
    assert done["Location"] == "/kiln/"
    assert Member.objects.get(person=cast.dara).is_in
    assert "You’re a member" in dara.get("/kiln/").content.decode()


def test_strangers_are_asked_to_sign_in_and_come_back(kiln):
    response = Client().get("/kiln/join")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/kiln/join"


def test_leaving_asks_once_and_then_the_door_stays_open(kiln, cast):
    jonas = signed_in(cast.jonas)
    assert "number 3" in jonas.get("/kiln/leave").content.decode()
    assert Member.objects.get(community=kiln, person=cast.jonas).is_in
    press(jonas, "/kiln/leave")
    assert not Member.objects.get(community=kiln, person=cast.jonas).is_in
    assert press(jonas, "/kiln/leave").status_code == 409


def test_a_changed_charter_asks_members_to_sign_again(kiln, cast, now):
    culture.publish(community=kiln, by=cast.mei, now=now, goal="New", values=["One"],
                    conventions=[])  # fmt: skip
    jonas = signed_in(cast.jonas)
    assert "The charter has changed" in jonas.get("/kiln/charter").content.decode()
    press(jonas, "/kiln/charter/sign", version=2)
    assert "You signed it" in jonas.get("/kiln/charter").content.decode()
    assert jonas.get("/kiln/charter/1").status_code == 200
    assert press(jonas, "/kiln/charter/sign", version=1).status_code == 409


def test_brand_css_is_kept_for_ever_and_clamped(client):
    response = client.get("/brand/158-900.css")
    assert b"--brand-c:0.1" in response.content or b"--brand-c:0.0" in response.content
    assert "immutable" in response["Cache-Control"]
    assert client.get("/brand/158--5.css").status_code == 404


def test_the_same_page_stands_below_the_slug_and_at_the_own_domain(kiln, cast, now, settings):
    settings.ALLOWED_HOSTS = ["*"]
    actions.change_settings(community=kiln, by=cast.mei, now=now, domain="kiln.example.com")
    cache.clear()
    cards.forget()
    own = Client(headers={"host": "kiln.example.com"}).get("/")
    assert own.status_code == 200
    page = own.content.decode()
    assert "Make less, keep it longer." in page
    assert "https://kiln.example.com/charter" in page or "http://kiln.example.com/charter" in page
    assert "/kiln/" not in page
    assert "Make less, keep it longer." in Client().get("/kiln/").content.decode()
    assert Client(headers={"host": "kiln.example.com"}).get("/members").status_code == 200


def test_the_studio_admits_refuses_bans_and_gives_roles(tea, cast, now):
    Community.objects.filter(pk=tea.pk).update(join_policy=rules.APPROVAL)
    tea.refresh_from_db()
    for person in (cast.jonas, cast.dara):
        culture.join(community=tea, person=person, version=1, now=now, note="Let me in")
    sol = signed_in(cast.sol)
    assert "Let me in" in sol.get("/studio/four/members").content.decode()
    assert "2 people ask to join" in sol.get("/studio/four/today").content.decode()
    jonas = Member.objects.get(community=tea, person=cast.jonas)
    dara = Member.objects.get(community=tea, person=cast.dara)
    assert press(sol, f"/studio/four/members/{jonas.oid}/admit").status_code == 302
    assert press(sol, f"/studio/four/members/{jonas.oid}/admit").status_code == 409
    assert sol.get(f"/studio/four/members/{dara.oid}/refuse").status_code == 200
    press(sol, f"/studio/four/members/{dara.oid}/refuse", reason="Full")
    press(sol, f"/studio/four/members/{jonas.oid}/role", role="moderator")
    jonas.refresh_from_db()
    dara.refresh_from_db()
    assert (jonas.state, jonas.role, dara.state, dara.answer) == (
        "joined", "moderator", "refused", "Full",
    )  # fmt: skip
    press(sol, f"/studio/four/members/{jonas.oid}/ban")
    jonas.refresh_from_db()
    assert jonas.state == "banned"
    press(sol, f"/studio/four/members/{jonas.oid}/unban")
    jonas.refresh_from_db()
    assert jonas.state == "left"


def test_operators_change_settings_but_only_owners_the_domain(kiln, cast):
    Member.objects.filter(community=kiln, person=cast.kenji).update(role=rules.OPERATOR)
    fields = {
        "name": "Slower Kiln", "purpose": "Slower.", "lang": "en", "brand_h": 200, "brand_c": 60,
        "interests": ["tea"], "join_policy": "approval", "visibility": "public",
        "zone": "Asia/Shanghai", "domain": "stolen.example.com",
    }  # fmt: skip
    done = press(signed_in(cast.kenji), "/studio/kiln/settings", **fields)
    assert done.status_code == 302
    kiln.refresh_from_db()
    assert (kiln.name, kiln.domain, kiln.join_policy) == ("Slower Kiln", None, "approval")
    press(signed_in(cast.mei), "/studio/kiln/settings", **fields)
    kiln.refresh_from_db()
    assert kiln.domain == "stolen.example.com"


def test_wrong_settings_keep_what_was_typed(kiln, cast):
    response = press(signed_in(cast.mei), "/studio/kiln/settings", name="Typed and kept", lang="en")
    assert response.status_code == 422
    assert "Typed and kept" in response.content.decode()
    kiln.refresh_from_db()
    assert kiln.name == "Slow Kiln"


def test_a_moderator_sees_members_but_does_not_decide(kiln, cast, member_of):
    kenji = signed_in(cast.kenji)
    assert kenji.get("/studio/kiln/members").status_code == 200
    jonas = member_of(kiln, cast.jonas)
    assert press(kenji, f"/studio/kiln/members/{jonas.oid}/ban").status_code == 403
    assert kenji.get("/studio/kiln/settings").status_code == 403
    assert signed_in(cast.jonas).get("/studio/kiln/members").status_code == 404


def test_studio_pages_of_members_of_another_community_are_not_found(kiln, tea, cast, member_of):
    sol = signed_in(cast.sol)
    jonas = member_of(kiln, cast.jonas)
    assert press(sol, f"/studio/four/members/{jonas.oid}/ban").status_code == 404
    assert sol.get("/studio/kiln/members").status_code == 404


def test_every_public_address_resolves(kiln):
    for name in ("discover", "language", "theme"):
        assert reverse(name)
