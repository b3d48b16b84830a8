"""Founding through the page: nothing is lost, everything is there afterwards."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from banyan.communities.models import Community, Member
from banyan.core.idempotency import new_form_key
from banyan.core.models import Picture
from banyan.culture.models import Charter
from banyan.sellers.models import Book


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (800, 450), (120, 160, 130)).save(out, "JPEG")
    return SimpleUploadedFile("cover.jpg", out.getvalue(), "image/jpeg")


FIELDS = {
    "name": "Rain Club", "slug": "rain", "purpose": "People who like being indoors when it rains.",
    "lang": "en", "second_name": "听雨社", "second_purpose": "下雨天爱待在屋里的人。",
    "brand_h": "240", "brand_c": "90", "interests": ["tea", "books"], "goal": "Listen.",
    "values": "Slowness\nWarm socks", "conventions": "No spoilers", "second_values": "慢\n暖袜子",
    "join_policy": "approval", "visibility": "public", "zone": "Asia/Shanghai", "currency": "CNY",
}  # fmt: skip


def press(client, **changes):
    return client.post("/start", {"form_key": new_form_key(), **FIELDS, **changes})


def test_one_form_makes_community_charter_owner_and_book(cast):
    done = press(signed_in(cast.dara), cover=picture())
    assert done["Location"] == "/rain/"
    rain = Community.objects.get(slug="rain")
    assert (rain.second_name, rain.second_lang, rain.join_policy) == (
        "听雨社",
        "zh-Hans",
        "approval",
    )
    assert sorted(rain.interests) == ["books", "tea"]
    charter = Charter.objects.get(community=rain)
    assert charter.values == ["Slowness", "Warm socks"]
    assert charter.second_values == ["慢", "暖袜子"]
    assert Member.objects.get(community=rain, person=cast.dara).role == "owner"
    assert Book.objects.get(community=rain).currency == "CNY"
    assert rain.cover.community_id == rain.pk
    assert rain.cover.owner is None
    assert signed_in(cast.dara).get("/rain/").status_code == 200


def test_a_wrong_field_loses_neither_words_nor_picture(cast):
    dara = signed_in(cast.dara)
    refused = press(dara, slug="start", cover=picture())
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Warm socks" in page
    assert "Your picture is kept." in page
    kept = Picture.objects.get()
    done = press(dara, kept_cover=kept.oid)
    assert done.status_code == 302
    assert Community.objects.get(slug="rain").cover_id == kept.pk


def test_nobody_takes_somebody_elses_kept_picture(cast):
    press(signed_in(cast.dara), slug="start", cover=picture())
    kept = Picture.objects.get()
    press(signed_in(cast.sol), kept_cover=kept.oid)
    assert Community.objects.get(slug="rain").cover_id is None


def test_a_file_that_is_no_picture_is_said_at_its_field(cast):
    bad = SimpleUploadedFile("cover.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    refused = press(signed_in(cast.dara), cover=bad)
    assert refused.status_code == 422
    assert "not a picture we can read" in refused.content.decode()
    assert not Community.objects.filter(slug="rain").exists()


def test_the_same_form_sent_twice_founds_once(cast):
    dara, key = signed_in(cast.dara), new_form_key()
    for _ in range(2):
        dara.post("/start", {**FIELDS, "form_key": key})
    assert Community.objects.filter(slug="rain").count() == 1


def test_addresses_are_checked_while_they_are_typed(kiln, cast):
    dara = signed_in(cast.dara)
    for slug, word in (("kiln", "is taken"), ("rain", "is free"), ("me", "cannot be")):
        assert word in dara.get(f"/start/slug?slug={slug}").content.decode()


def test_strangers_sign_in_first():
    assert Client().get("/start")["Location"] == "/accounts/login/?next=/start"


def test_an_operator_publishes_the_next_version_and_two_at_once_are_told(kiln, cast):
    mei = signed_in(cast.mei)
    fields = {"after_version": 1, "goal": "One cup.", "values": "Less", "conventions": ""}
    done = mei.post("/studio/kiln/charter", {"form_key": new_form_key(), **fields})
    assert done.status_code == 302
    late = mei.post("/studio/kiln/charter", {"form_key": new_form_key(), **fields, "goal": "Two."})
    assert late.status_code == 409
    assert Charter.objects.of(kiln).count() == 2
