from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from banyan.communities import rules as membership
from banyan.communities.models import Community, Invitation, Member
from banyan.content.models import Post
from banyan.core.idempotency import new_form_key
from banyan.core.jobs import run_due
from banyan.core.models import Activity, Picture
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.culture import actions as culture
from banyan.moving import actions, inviting, rules, tasks
from banyan.moving.models import InviteList, Package, Unclaimed, Unpacking
from banyan.people import actions as people
from banyan.people.rules import ADDRESS, CARE

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    def make(person: Any) -> Client:
        client = Client()
        client.force_login(person, backend="banyan.people.backends.PasswordBackend")
        return client

    return make


def post(client: Client, address: str, **fields: Any) -> Any:
    return client.post(address, {"form_key": new_form_key(), **fields})


def verbs() -> list[str]:
    return list(Activity.objects.order_by("pk").values_list("verb", flat=True))


# Members as a table


def table(client: Client, address: str = "/studio/kiln/moving/members.csv") -> list[dict[str, str]]:
    response = client.get(address)
    assert response.status_code == 200
    text = response.content.decode()
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_an_address_stands_in_the_table_only_of_who_said_yes(
    kiln: Any, cast: SimpleNamespace, signed_in: Any, now: Any
) -> None:
    mei = signed_in(cast.mei)
    assert {row["email"] for row in table(mei)} == {""}
    jonas = signed_in(cast.jonas)
    assert "my address" not in table(mei)[0]
    assert post(jonas, "/kiln/membership/address", yes="on").status_code == 302
    rows = {row["name"]: row for row in table(mei)}
    assert rows["Jonas"]["email"] == "jonas@example.org"
    assert rows["Jonas"]["yes to giving the address since"]
    assert rows["Lan"]["email"] == ""
    post(jonas, "/kiln/membership/address")
    assert {row["email"] for row in table(mei)} == {""}
    assert people.consented(cast.jonas, ADDRESS, kiln.pk) is None


def test_the_table_tells_role_state_days_and_tags_said_yes_to(
    kiln: Any, cast: SimpleNamespace, signed_in: Any, member_of: Any, now: Any
) -> None:
    from banyan.communities.segments import actions as segments

    people.choose_likes(person=cast.lan, keys=["tea"], now=now)
    people.set_consent(person=cast.jonas, purpose=CARE, community_id=kiln.pk, yes=True, now=now)
    segments.give_tag(
        member=member_of(kiln, cast.jonas), by=member_of(kiln, cast.mei), words="throws well",
        why="saw it", days=30, lang="en", now=now,
    )  # fmt: skip
    rows = {row["name"]: row for row in table(signed_in(cast.mei))}
    assert rows["Kenji"]["role"] == "Moderator"
    assert rows["Mei Lin"]["state"] == "Joined"
    assert rows["Kenji"]["last active"] == "2026-11-22"
    assert rows["Lan"]["likes"] == "Tea"
    assert "throws well" in rows["Jonas"]["tags"]


def test_a_spreadsheet_takes_no_name_for_a_formula(
    kiln: Any, cast: SimpleNamespace, signed_in: Any
) -> None:
    type(cast.jonas).objects.filter(pk=cast.jonas.pk).update(name="=HYPERLINK(1)")
    names = {row["name"] for row in table(signed_in(cast.mei))}
    assert "'=HYPERLINK(1)" in names


def test_each_download_of_members_is_written_down(
    kiln: Any, cast: SimpleNamespace, signed_in: Any
) -> None:
    mei = signed_in(cast.mei)
    assert mei.get("/studio/kiln/moving/members.csv").content.startswith(b"\xef\xbb\xbf")
    plain = mei.get("/studio/kiln/moving/members.csv?mark=0").content
    assert not plain.startswith(b"\xef\xbb\xbf")
    rows = Activity.objects.filter(verb="MembersTaken")
    assert [(row.actor, row.props["rows"]) for row in rows] == [(cast.mei.pseudonym, 4)] * 2


@pytest.mark.parametrize("address", ["moving", "moving/members.csv"])
def test_members_and_moderators_and_strangers_do_not_get_the_table(
    kiln: Any, tea: Any, cast: SimpleNamespace, signed_in: Any, address: str
) -> None:
    for person, status in ((cast.jonas, 404), (cast.rafe, 404), (cast.kenji, 403), (cast.sol, 404)):
        assert signed_in(person).get(f"/studio/kiln/{address}").status_code == status
    assert "MembersTaken" not in verbs()


def test_a_table_of_ten_thousand_costs_no_more_statements(
    kiln: Any, cast: SimpleNamespace, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    mei = signed_in(cast.mei)
    with django_assert_max_num_queries(20):
        mei.get("/studio/kiln/moving/members.csv")


# People invited from a table


def a_list(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("people.csv", text.encode(), "text/csv")


LIST = "Name;E-Mail\nAda;ada@example.org\nBea;bea@example.org\nAda;ADA@example.org\n;x\nNo;\n"


def test_a_list_is_shown_first_with_what_is_wrong_in_it(
    kiln: Any, cast: SimpleNamespace, signed_in: Any
) -> None:
    mei = signed_in(cast.mei)
    answer = post(mei, "/studio/kiln/moving/invite", file=a_list(LIST + "J;jonas@example.org\n"))
    assert answer.status_code == 302
    one = InviteList.objects.get()
    assert one.waiting == ["ada@example.org", "bea@example.org"]
    assert [why for _row, why, _given in one.problems] == [
        "twice", "not-an-address", "empty", "here",
    ]  # fmt: skip
    assert not Invitation.objects.exists()
    page = mei.get(answer["Location"]).content.decode()
    assert "2 people would be invited" in page
    assert "is a member already" in page


def test_a_list_invites_and_makes_nobody_a_member(
    kiln: Any, cast: SimpleNamespace, signed_in: Any
) -> None:
    mei = signed_in(cast.mei)
    members = Member.objects.count()
    post(mei, "/studio/kiln/moving/invite", file=a_list(LIST))
    one = InviteList.objects.get()
    assert post(mei, f"/studio/kiln/moving/lists/{one.oid}/send").status_code == 302
    one.refresh_from_db()
    assert (one.state, one.sent, one.waiting) == (rules.SENT, 2, [])
    run_due()
    assert sorted(m.to[0] for m in mail.outbox) == ["ada@example.org", "bea@example.org"]
    assert Member.objects.count() == members
    assert post(mei, f"/studio/kiln/moving/lists/{one.oid}/send").status_code in (403, 409)
    assert Invitation.objects.count() == 2


def test_taken_back_no_invitation_of_the_list_stands(
    kiln: Any, cast: SimpleNamespace, signed_in: Any
) -> None:
    mei = signed_in(cast.mei)
    post(mei, "/studio/kiln/moving/invite", file=a_list(LIST))
    one = InviteList.objects.get()
    post(mei, f"/studio/kiln/moving/lists/{one.oid}/send")
    assert post(mei, f"/studio/kiln/moving/lists/{one.oid}/revoke").status_code == 302
    assert set(Invitation.objects.values_list("state", flat=True)) == {"revoked"}
    assert post(mei, f"/studio/kiln/moving/lists/{one.oid}/revoke").status_code == 409


def test_what_a_day_does_not_take_waits_for_the_next(
    kiln: Any, cast: SimpleNamespace, member_of: Any, now: Any
) -> None:
    mei = member_of(kiln, cast.mei)
    text = "email\n" + "".join(f"p{n}@example.org\n" for n in range(60))
    one = inviting.read(by=mei, file_name="a.csv", content=text.encode(), lang="en", now=now)
    inviting.begin(one=one, by=mei, now=now)
    one.refresh_from_db()
    assert (one.sent, len(one.waiting), one.state) == (50, 10, rules.SENDING)
    inviting.send_some(one=one, now=now + timedelta(days=1, minutes=1))
    one.refresh_from_db()
    assert (one.sent, one.state) == (60, rules.SENT)


@pytest.mark.parametrize("text", ["", "name\nAda\n", "email\n" + "a@b.example\n" * 501, "\0"])
def test_a_file_that_is_no_list_is_refused_with_a_reason(
    kiln: Any, cast: SimpleNamespace, signed_in: Any, text: str
) -> None:
    answer = post(signed_in(cast.mei), "/studio/kiln/moving/invite", file=a_list(text))
    assert answer.status_code == 422
    assert not InviteList.objects.exists()


def test_only_those_who_let_in_may_invite_from_a_list(
    kiln: Any, cast: SimpleNamespace, member_of: Any, now: Any
) -> None:
    with pytest.raises(NotAllowed):
        inviting.read(
            by=member_of(kiln, cast.kenji), file_name="a", content=b"email\na@b.example",
            lang="en", now=now,
        )  # fmt: skip


# The whole community


def test_an_owner_gets_the_file_and_each_download_is_written_down(
    lived: Any, cast: SimpleNamespace, signed_in: Any
) -> None:
    mei = signed_in(cast.mei)
    assert post(mei, "/studio/kiln/moving/package").status_code == 302
    assert post(mei, "/studio/kiln/moving/package").status_code == 302  # gives the same one
    package = Package.objects.get()
    assert mei.get(f"/studio/kiln/moving/package/{package.oid}").status_code == 404
    tasks.make_package(package_id=package.pk)
    tasks.make_package(package_id=package.pk)
    package.refresh_from_db()
    assert package.state == rules.READY
    assert "a day" not in mail.outbox[0].subject
    assert len(mail.outbox) == 1
    response = mei.get(f"/studio/kiln/moving/package/{package.oid}")
    content = b"".join(response.streaming_content)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert len(content) == package.size
    assert verbs().count("PackageAsked") == 1
    assert verbs().count("PackageTaken") == 1
    page = mei.get("/studio/kiln/moving").content.decode()
    assert "It stands until" in page


def test_nobody_but_an_owner_gets_the_file(
    kiln: Any, tea: Any, cast: SimpleNamespace, signed_in: Any, member_of: Any
) -> None:
    package = actions.ask_for_package(by=member_of(kiln, cast.mei), now=timezone.now())
    tasks.make_package(package_id=package.pk)
    culture.join(community=kiln, person=cast.yusuf, version=1, now=timezone.now())
    Member.objects.filter(community=kiln, person=cast.yusuf).update(role=membership.OPERATOR)
    file = f"/studio/kiln/moving/package/{package.oid}"
    for person, status in (
        (cast.yusuf, 403), (cast.kenji, 403), (cast.jonas, 404), (cast.rafe, 404), (cast.sol, 404),
    ):  # fmt: skip
        client = signed_in(person)
        assert client.get(file).status_code == status
        assert post(client, "/studio/kiln/moving/package").status_code == status
    assert signed_in(cast.sol).get(f"/studio/four/moving/package/{package.oid}").status_code == 404
    with pytest.raises(NotAllowed):
        actions.ask_for_package(by=member_of(kiln, cast.yusuf), now=timezone.now())
    page = signed_in(cast.yusuf).get("/studio/kiln/moving").content.decode()
    assert "whole community" not in page


def test_after_seven_days_the_file_is_gone(
    kiln: Any, cast: SimpleNamespace, signed_in: Any, member_of: Any
) -> None:
    package = actions.ask_for_package(by=member_of(kiln, cast.mei), now=timezone.now())
    tasks.make_package(package_id=package.pk)
    Package.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert signed_in(cast.mei).get(f"/studio/kiln/moving/package/{package.oid}").status_code == 404
    tasks.sweep_files()
    tasks.sweep_files()
    assert not storages["private"].exists(package.file_name)
    assert Package.objects.get().state == rules.EXPIRED


def test_orders_and_ledger_lie_beside_as_tables_that_nothing_reads(lived: Any, zipped: Any) -> None:
    import json

    with zipfile.ZipFile(io.BytesIO(zipped(lived.kiln))) as archive:
        assert archive.read("books/orders.order.csv").decode("utf-8-sig").startswith("number,")
        assert b"account_code" in archive.read("books/ledger.leg.csv")
        said = json.loads(archive.read("manifest.json"))
    assert "Money does not move" in said["money"]
    assert "orders.basket" in said["stays"]
    assert "ledger.entry" in said["books"]


# In


@pytest.fixture
def run(lived: Any, cast: SimpleNamespace, zipped: Any, signed_in: Any) -> Any:
    """Rafe uploads the kiln’s file by the page."""
    rafe = signed_in(cast.rafe)
    file = SimpleUploadedFile("kiln.zip", zipped(lived.kiln), "application/zip")
    answer = post(rafe, "/start/from-file", file=file)
    assert answer.status_code == 302
    found = Unpacking.objects.get()
    assert "Looking at your file" in rafe.get(answer["Location"]).content.decode()
    tasks.look(unpacking_id=found.pk)
    return SimpleNamespace(client=rafe, run=found, address=answer["Location"])


def test_a_person_uploads_looks_plants_and_sees_the_posts(run: Any, client: Client) -> None:
    page = run.client.get(run.address).content.decode()
    assert "The file is whole" in page
    assert "kiln-2" in page
    taken = post(run.client, f"{run.address}/begin", slug="kiln")
    assert taken.status_code == 422
    assert "taken or reserved" in taken.content.decode()
    assert post(run.client, f"{run.address}/begin", slug="kiln-two").status_code == 302
    assert post(run.client, f"{run.address}/begin", slug="kiln-two").status_code == 409
    assert client.get("/kiln-two/").status_code == 404
    tasks.bring_in(unpacking_id=run.run.pk)
    assert "It is planted here" in run.client.get(run.address).content.decode()
    page = client.get("/kiln-two/").content.decode()
    assert "First light" in page
    assert "Were you there before?" in page
    assert "CommunityBroughtIn" in verbs()
    studio = run.client.get("/studio/kiln-two/moving").content.decode()
    assert "It came in from a file" in studio
    assert post(run.client, f"{run.address}/undo").status_code == 302
    assert client.get("/kiln-two/").status_code == 404
    assert "BringingInUndone" in verbs()
    assert post(run.client, f"{run.address}/undo").status_code == 409


def test_somebody_elses_file_is_not_found(
    run: Any, cast: SimpleNamespace, signed_in: Any, client: Client
) -> None:
    sol = signed_in(cast.sol)
    assert sol.get(run.address).status_code == 404
    assert post(sol, f"{run.address}/begin", slug="mine").status_code == 404
    assert post(sol, f"{run.address}/undo").status_code == 404
    assert client.get(run.address).status_code == 302
    assert client.get("/start/from-file").status_code == 302


def test_a_file_that_is_none_says_why(cast: SimpleNamespace, signed_in: Any) -> None:
    rafe = signed_in(cast.rafe)
    assert post(rafe, "/start/from-file").status_code == 422
    file = SimpleUploadedFile("x.zip", b"hello", "application/zip")
    address = post(rafe, "/start/from-file", file=file)["Location"]
    tasks.look(unpacking_id=Unpacking.objects.get().pk)
    page = rafe.get(address).content.decode()
    assert "This file is not taken" in page
    assert "not a zip file" in page


def test_a_file_that_is_too_large_is_refused(cast: SimpleNamespace, now: Any) -> None:
    file = ContentFile(b"x", "kiln.zip")
    file.size = rules.MAX_ZIP_BYTES + 1
    with pytest.raises(actions.FileTooBig):
        actions.take_file(by=cast.rafe, file_name="kiln.zip", file=file, now=now)


# One’s own history


@pytest.fixture
def planted(run: Any, now: Any) -> Any:
    actions.begin(run=Unpacking.objects.get(), slug="kiln-two", now=now)
    tasks.bring_in(unpacking_id=run.run.pk)
    return Community.objects.get(slug="kiln-two")


def test_whoever_has_the_same_confirmed_address_takes_their_history(
    planted: Any, cast: SimpleNamespace, signed_in: Any
) -> None:
    jonas = signed_in(cast.jonas)
    page = jonas.get("/kiln-two/claim").content.decode()
    assert "This was you" in page
    assert Unclaimed.objects.filter(claimed_by=None).count() == 4
    answer = post(jonas, "/kiln-two/claim")
    assert answer["Location"] == "/kiln-two/join"
    member = Member.objects.get(community=planted, person=cast.jonas)
    assert (member.state, member.role, member.number) == ("left", "member", 3)
    assert Post.objects.get(community=planted, author=member).title == "First light"
    assert Picture.objects.get(community_id=planted.pk, owner=cast.jonas.pseudonym).alt == "A cup"
    assert post(jonas, "/kiln-two/claim").status_code == 403
    assert "HistoryClaimed" in verbs()


def test_history_joins_a_membership_that_is_there_already(
    planted: Any, cast: SimpleNamespace, now: Any
) -> None:
    own = culture.join(community=planted, person=cast.lan, version=2, now=now)
    assert own.number == 6
    actions.claim(community=planted, person=cast.lan, now=now)
    assert Post.objects.get(community=planted, author=own)
    assert Member.objects.filter(community=planted, person=cast.lan).count() == 1


def test_nobody_takes_what_is_not_theirs(
    planted: Any, cast: SimpleNamespace, signed_in: Any, client: Client
) -> None:
    from allauth.account.models import EmailAddress

    dara = signed_in(cast.dara)
    assert "Nothing of yours" in dara.get("/kiln-two/claim").content.decode()
    assert post(dara, "/kiln-two/claim").status_code == 403
    EmailAddress.objects.create(user=cast.dara, email="Jonas@example.org", verified=False)
    assert post(dara, "/kiln-two/claim").status_code == 403
    assert client.get("/kiln-two/claim").status_code == 302
    assert dara.get("/kiln/claim").status_code == 404


def test_after_a_claim_the_community_is_closed_not_deleted(
    planted: Any, cast: SimpleNamespace, now: Any
) -> None:
    actions.claim(community=planted, person=cast.jonas, now=now)
    run = Unpacking.objects.get()
    assert actions.undo(run=run, now=now) == "closed"
    with pytest.raises(WrongMoment):
        actions.undo(run=run, now=now)
