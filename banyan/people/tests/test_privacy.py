"""Export and erasure as a person meets them."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from banyan.communities.actions import LastOwner
from banyan.communities.models import Member
from banyan.core.idempotency import new_form_key
from banyan.core.jobs import run_due
from banyan.core.models import Activity
from banyan.core.refusals import WrongMoment
from banyan.people import actions, privacy, rules
from banyan.people.models import Export, Person, Tag
from banyan.people.tasks import sweep_exports


def by_password(person) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": "a-long-password"})
    return client


def press(client, path, **fields):
    return client.post(path, {"form_key": new_form_key(), **fields})


def test_the_page_names_what_is_kept_and_tags_can_be_removed(kiln, cast, now):
    actions.choose_likes(person=cast.jonas, keys=["tea"], now=now)
    jonas = by_password(cast.jonas)
    page = jonas.get("/me/privacy").content.decode()
    for words in ("Your memberships", "Your e-mail addresses", "You chose it", "Tea"):
        assert words in page
    tag = Tag.objects.get(person=cast.jonas)
    assert press(by_password(cast.lan), f"/me/privacy/tags/{tag.oid}/remove").status_code == 404
    press(jonas, f"/me/privacy/tags/{tag.oid}/remove")
    assert not Tag.objects.filter(person=cast.jonas).exists()


def test_an_export_is_made_in_the_background_told_by_mail_and_downloaded(kiln, cast):
    jonas = by_password(cast.jonas)
    waiting = press(jonas, "/me/privacy/export")["Location"]
    assert "is being made" in jonas.get(waiting).content.decode()
    run_due()
    assert waiting in mail.outbox[-1].body
    assert "Your file is ready" in jonas.get(waiting).content.decode()
    answer = jonas.get(f"{waiting}/file")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    (me,) = json.loads(archive.read("data/people.person.json"))
    assert me["email"] == cast.jonas.email
    (membership,) = json.loads(archive.read("data/communities.member.json"))
    assert membership["number"] == 3
    for other in (by_password(cast.rafe), Client()):
        assert other.get(f"{waiting}/file").status_code in (302, 404)
        assert other.get(waiting).status_code in (302, 404)


def test_asking_twice_makes_one_file(cast, now):
    first = actions.ask_for_export(person=cast.jonas, now=now)
    assert actions.ask_for_export(person=cast.jonas, now=now).pk == first.pk


def test_files_are_gone_after_seven_days(cast, now):
    export = actions.ask_for_export(person=cast.jonas, now=now)
    run_due()
    Export.objects.filter(pk=export.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    jonas = by_password(cast.jonas)
    assert jonas.get(f"/me/privacy/export/{export.oid}/file").status_code == 404
    assert sweep_exports() == 1
    export.refresh_from_db()
    assert export.state == rules.EXPIRED
    assert sweep_exports() == 0


def test_erasing_takes_typing_the_address_and_a_fresh_proof(kiln, cast):
    stale = Client()
    stale.force_login(cast.jonas, backend="banyan.people.backends.PasswordBackend")
    assert "reauthenticate" in stale.get("/me/privacy/erase")["Location"]
    jonas = by_password(cast.jonas)
    assert press(jonas, "/me/privacy/erase", typed="something else").status_code == 422
    assert Person.objects.here().filter(pk=cast.jonas.pk).exists()
    done = press(jonas, "/me/privacy/erase", typed=cast.jonas.email.upper())
    assert done.status_code == 302
    assert not Person.objects.here().filter(pk=cast.jonas.pk).exists()
    assert jonas.get("/me").status_code == 302
    assert by_password(cast.jonas).get("/me").status_code == 302  # the password opens nothing
    kiln.refresh_from_db()
    assert kiln.member_count == 3


def test_all_devices_are_signed_out(kiln, cast, now, django_capture_on_commit_callbacks):
    phone = by_password(cast.jonas)
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(person=cast.jonas, now=now)
    assert phone.get("/me").status_code == 302


def test_the_last_owner_hands_over_first_and_nothing_is_half_done(kiln, cast, member_of, now):
    with pytest.raises(LastOwner):
        privacy.erase(person=cast.mei, now=now)
    cast.mei.refresh_from_db()
    assert cast.mei.email
    Member.objects.filter(pk=member_of(kiln, cast.jonas).pk).update(role="owner")
    privacy.erase(person=cast.mei, now=now)
    assert Member.objects.get(community=kiln, person=cast.mei).state == "left"


def test_nobody_is_erased_twice(cast, now):
    privacy.erase(person=cast.jonas, now=now)
    with pytest.raises(WrongMoment):
        privacy.erase(person=cast.jonas, now=now)


def test_the_log_stays_and_names_nobody(kiln, cast, now):
    pseudonym = cast.jonas.pseudonym
    before = Activity.objects.filter(actor=pseudonym).count()
    privacy.erase(person=cast.jonas, now=now)
    assert Activity.objects.filter(actor=pseudonym).count() > before  # leaving was written too
    assert not Person.objects.filter(pseudonym=pseudonym).exists()
    assert not Activity.objects.filter(verb="PersonErased", actor__isnull=False).exists()


def test_the_same_address_may_come_back_as_somebody_new(kiln, cast, new_person, now):
    privacy.erase(person=cast.jonas, now=now)
    again = new_person("Jonas", email="jonas@example.org")
    assert again.pk != cast.jonas.pk
    assert not Member.objects.filter(person=again).exists()


def test_the_page_costs_one_count_a_table(kiln, cast, django_assert_max_num_queries):
    tables = sum(1 for _model, answer in privacy.answers() if answer.person)
    jonas = by_password(cast.jonas)
    with django_assert_max_num_queries(tables + 8):
        jonas.get("/me/privacy")
    assert connection.queries_log is not None


def test_every_table_about_people_has_a_name_in_their_words() -> None:
    from banyan.people import privacy as answers
    from banyan.people.kept import NAMES

    for model, answer in answers.answers():
        if answer.person and answer.exports != "none":
            named = NAMES.get(model._meta.label_lower) or getattr(model, "privacy_name", "")
            assert named, model._meta.label
