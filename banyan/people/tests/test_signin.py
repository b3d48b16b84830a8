"""Coming in, the switches, the profile, and what only developers see."""

from __future__ import annotations

import io
import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image

from banyan.core.idempotency import new_form_key
from banyan.core.models import Picture
from banyan.people.models import Person
from banyan.people.rules import zones


def press(client, path, **fields):
    return client.post(path, {"form_key": new_form_key(), **fields})


def code_of(message) -> str:
    return re.search(r"^    (\S+)$", message.body, re.MULTILINE)[1]


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


def test_signing_up_by_code_asks_the_name_and_goes_on_to_where_one_came_from(db):
    client = Client()
    client.post("/accounts/signup/?next=/discover", {"email": "New@Example.org", "next": "/start"})
    done = client.post("/accounts/confirm-email/", {"code": code_of(mail.outbox[-1])})
    assert done["Location"] == "/me/hello?next=%2Fstart"
    assert press(client, "/me/hello", name="", next="/start").status_code == 422
    assert press(client, "/me/hello", name="  Lan   阿岚 ", next="/start")["Location"] == "/start"
    person = Person.objects.get(email="new@example.org")
    assert person.name == "Lan 阿岚"
    assert not person.has_usable_password()


def test_signing_in_by_code_and_by_password(cast):
    client = Client()
    client.post("/accounts/login/code/", {"email": cast.jonas.email, "next": "/me"})
    done = client.post("/accounts/login/code/confirm/", {"code": code_of(mail.outbox[-1])})
    assert done["Location"] in ("/me", "/")
    assert client.get("/me").status_code == 200
    other = Client()
    done = other.post(
        "/accounts/login/",
        {"login": "JONAS@example.org", "password": "a-long-password", "next": "/discover"},
    )
    assert done["Location"] == "/discover"


def test_nobody_is_sent_to_another_site(cast, kiln):
    client = Client()
    for path in ("/language", "/theme"):
        done = client.post(path, {"next": "https://evil.example/", "language": "en"})
        assert done["Location"] == "/"
    done = client.post(
        "/accounts/login/",
        {"login": cast.jonas.email, "password": "a-long-password", "next": "//evil.example"},
    )
    assert "evil" not in done["Location"]


def test_a_new_account_for_a_taken_address_tells_only_its_owner(cast):
    page = Client().post("/accounts/signup/", {"email": cast.jonas.email})
    assert page["Location"] == "/accounts/confirm-email/"
    assert mail.outbox[-1].to == [cast.jonas.email]
    assert Person.objects.filter(email=cast.jonas.email).count() == 1


def test_language_theme_and_zone_stay_in_cookies_and_with_the_person(cast):
    stranger = Client()
    stranger.post("/language", {"language": "zh-hans", "next": "/discover"})
    assert "找到同好" in stranger.get("/discover").content.decode()
    stranger.post("/theme", {"theme": "dark"})
    assert 'data-theme="dark"' in stranger.get("/discover").content.decode()
    jonas = signed_in(cast.jonas)
    jonas.post("/language", {"language": "zh-hans"})
    jonas.post("/theme", {"theme": "dark"})
    jonas.post("/zone", {"zone": "Asia/Shanghai"})
    jonas.post("/language", {"language": "tlh"})
    cast.jonas.refresh_from_db()
    assert (cast.jonas.language, cast.jonas.theme, cast.jonas.zone) == (
        "zh-hans", "dark", "Asia/Shanghai",
    )  # fmt: skip


def test_the_next_device_knows_what_was_chosen(cast):
    Person.objects.filter(pk=cast.jonas.pk).update(language="zh-hans", theme="dark")
    fresh = Client()
    fresh.post("/accounts/login/", {"login": cast.jonas.email, "password": "a-long-password"})
    assert fresh.cookies["django_language"].value == "zh-hans"
    assert fresh.cookies["theme"].value == "dark"


def test_mails_speak_the_language_of_the_page(cast):
    client = Client(headers={"accept-language": "zh-hans"})
    client.post("/accounts/login/code/", {"email": cast.jonas.email})
    assert mail.outbox[-1].subject == "你的登录验证码"


def picture(color="tan") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (600, 600), color).save(out, "PNG")
    return SimpleUploadedFile("me.png", out.getvalue(), "image/png")


PROFILE = {
    "name": "Jonas B.", "bio": "Bowls.", "likes": ["tea"], "language": "en", "theme": "system",
    "zone": "Europe/Berlin", "region": "DE", "age_band": "adult",
}  # fmt: skip


def test_the_profile_keeps_picture_likes_and_place(cast):
    jonas = signed_in(cast.jonas)
    assert press(jonas, "/me", **PROFILE, picture=picture()).status_code == 302
    cast.jonas.refresh_from_db()
    assert (cast.jonas.name, cast.jonas.region, cast.jonas.age_band) == ("Jonas B.", "DE", "adult")
    assert [tag.key for tag in cast.jonas.tags.all()] == ["tea"]
    first = cast.jonas.picture_id
    press(jonas, "/me", **PROFILE, picture=picture("navy"))
    assert not Picture.objects.filter(pk=first).exists()  # the old one is not kept
    press(jonas, "/me", **PROFILE, drop_picture="on")
    assert Picture.objects.filter(owner=cast.jonas.pseudonym).count() == 0


def test_a_wrong_profile_keeps_what_was_typed(cast):
    page = press(signed_in(cast.jonas), "/me", **{**PROFILE, "zone": "Mars/North"})
    assert page.status_code == 422
    assert "Jonas B." in page.content.decode()
    cast.jonas.refresh_from_db()
    assert cast.jonas.name == "Jonas"


@pytest.mark.parametrize(
    "path",
    ["/me", "/me/security", "/me/privacy", "/accounts/2fa/webauthn/", "/accounts/email/",
     "/accounts/password/change/", "/accounts/sessions/", "/accounts/2fa/"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_about_me_open_in_both_languages(cast, path, language):
    client = Client()
    client.post("/accounts/login/", {"login": cast.jonas.email, "password": "a-long-password"})
    client.cookies["django_language"] = language
    assert client.get(path).status_code == 200
    assert Client().get(path).status_code == 302


def test_zones_are_places():
    assert zones()[0] == "UTC"
    assert "Asia/Shanghai" in zones()


def test_the_mails_of_this_machine_are_for_developers_only(db, settings, tmp_path):
    settings.DATA = tmp_path
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "one.log").write_bytes(
        b"Subject: Your code\nTo: jonas@example.org\n"
        b"Content-Type: text/plain; charset=utf-8\n\n    ABC-123\n" + b"-" * 79 + b"\n"
    )
    assert Client().get("/dev/mail").status_code == 404
    settings.DEBUG = True
    assert "ABC-123" in Client().get("/dev/mail").content.decode()


def test_a_host_is_made_from_the_command_line(cast, monkeypatch):
    monkeypatch.setenv("BANYAN_HOST_PASSWORD", "a-very-long-password")
    call_command("createhost", "hedda@example.org", "--name", "Hedda")
    hedda = Person.objects.get(email="hedda@example.org")
    assert hedda.is_host
    assert EmailAddress.objects.get(user=hedda).verified
    call_command("createhost", cast.jonas.email)
    cast.jonas.refresh_from_db()
    assert cast.jonas.is_host
    assert cast.jonas.check_password("a-long-password")  # an account there keeps its password
    with pytest.raises(CommandError):
        call_command("createhost", "no address")
    monkeypatch.setenv("BANYAN_HOST_PASSWORD", "123")
    with pytest.raises(CommandError):
        call_command("createhost", "weak@example.org")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/accounts/login/", {"login": "nobody@mail.example", "password": "not-this-one"}),
        ("/accounts/signup/", {"email": "no address"}),
        ("/accounts/password/reset/", {"email": "no address"}),
    ],
)
def test_a_form_with_something_to_mend_answers_422_and_keeps_what_was_typed(path, fields, db):
    answer = Client().post(path, fields)
    assert answer.status_code == 422
    assert next(iter(fields.values())) in answer.content.decode()
