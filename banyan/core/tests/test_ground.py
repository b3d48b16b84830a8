"""States, pictures and the writer's queue."""

import io
import threading
from datetime import UTC, datetime

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from PIL import Image

from banyan.communities import rules
from banyan.communities.models import Community, Member
from banyan.core.models import Picture
from banyan.core.pictures import NotAPicture, drop_picture, take_picture
from banyan.core.refusals import WrongMoment
from banyan.people.models import Person

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def applicant():
    person = Person.objects.create_user("jonas@example.org")
    kiln = Community.objects.create(slug="kiln", name="Slow Kiln", purpose="One cup")
    return Member.objects.create(community=kiln, person=person)


@pytest.mark.django_db
def test_of_two_movers_one_wins_and_the_other_is_refused():
    first = applicant()
    second = Member.objects.get(pk=first.pk)
    first.move(rules.JOINED, number=1)
    with pytest.raises(WrongMoment):
        second.move(rules.REFUSED)
    assert Member.objects.get().state == rules.JOINED
    with pytest.raises(WrongMoment):
        first.move(rules.REFUSED)


@pytest.mark.django_db(transaction=True)
def test_writers_in_one_process_queue_and_none_is_lost():
    pk = applicant().community_id

    def add():
        try:
            for _ in range(10):
                with transaction.atomic():
                    row = Community.objects.get(pk=pk)
                    if connection.vendor == "postgresql":
                        row = Community.objects.select_for_update().get(pk=pk)
                    Community.objects.filter(pk=pk).update(last_number=row.last_number + 1)
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert Community.objects.get(pk=pk).last_number == 60


def photo(size=(2400, 1200), **save):
    out = io.BytesIO()
    Image.new("RGB", size, (90, 120, 60)).save(out, "JPEG", **save)
    return out.getvalue()


@pytest.mark.django_db
def test_a_picture_is_kept_small_bare_and_in_useful_widths():
    exif = Image.Exif()
    exif[0x8825] = {2: (31.0, 0.0, 0.0)}  # where it was taken
    exif[0x010F] = "SecretCam"
    picture = take_picture(photo(exif=exif), community_id=1, owner=None, now=NOW)
    assert (picture.width, picture.height) == (1920, 960)
    assert picture.widths == [320, 640, 1280]
    kept = Image.open(default_storage.open(picture.file.name))
    assert not dict(kept.getexif())
    assert b"SecretCam" not in default_storage.open(picture.file.name).read()
    assert default_storage.exists(picture.sized(320).removeprefix("/media/"))
    drop_picture(picture)
    assert not Picture.objects.exists()
    assert not default_storage.exists(picture.file.name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"<svg onload=alert(1)>", photo()[:200], b"\xff\xd8" + b"0" * 99]
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(NotAPicture):
        take_picture(data, community_id=1, owner=None, now=NOW)
    assert not Picture.objects.exists()


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("path", ["/no/such/page", "/kiln/nothing-here", "/kiln/shop/nothing"])
@pytest.mark.django_db
def test_a_missing_page_is_our_page_also_while_debugging(client, kiln, settings, path, debug):
    settings.DEBUG = debug
    answer = client.get(path)
    assert answer.status_code == 404
    assert 'class="empty"' in answer.content.decode()
    assert client.get("/kiln").headers["Location"] == "/kiln/"
