"""Today: what needs the operator, counted from the log, for those who may see it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from banyan.catalog.models import Product
from banyan.communities import actions
from banyan.conftest import NOW
from banyan.content.actions import post as posts
from banyan.orders.models import ShippingRate
from banyan.studio import queries

pytestmark = pytest.mark.django_db


def test_the_pulse_counts_people_once_a_day_and_leaves_today_out(kiln, cast, member_of):
    now = NOW + timedelta(days=20)  # long after the founding day's joins
    for days, who in ((1, "jonas"), (1, "jonas"), (1, "lan"), (3, "lan"), (0, "lan"), (40, "lan")):
        posts.publish(
            author=member_of(kiln, getattr(cast, who)), now=now - timedelta(days=days),
            title="", body=f"A cup, {days} days ago.", photos=[], products=[], topic=None,
        )  # fmt: skip
    pulse = queries.pulse(kiln, now=now)
    assert len(pulse.days) == queries.PULSE_DAYS
    assert pulse.days[-1][0] < now.astimezone(queries.zone_of(kiln)).date()
    assert [count for _, count in pulse.days[-3:]] == [1, 0, 2]
    assert not pulse.is_enough


def test_today_names_what_waits_and_goes_quiet_when_nothing_does(client, kiln, cast):
    client.force_login(cast.mei)
    page = client.get("/studio/kiln/today").content
    assert b"Nothing is pressing" in page  # but the shop is empty: a first step
    assert b"Nothing to sell yet" in page
    Product.objects.create(community=kiln, slug="cup", handle="cup", title="A cup")
    page = client.get("/studio/kiln/today").content
    assert b"Nothing is waiting" in page
    assert b"No way of sending yet" not in page
    Product.objects.update(state="published")
    assert b"No way of sending yet" in client.get("/studio/kiln/today").content
    ShippingRate.objects.create(community=kiln, name="Post", price_minor=1200)
    assert b"Nothing is waiting" in client.get("/studio/kiln/today").content
    actions.change_settings(community=kiln, by=cast.mei, join_policy="approval", now=timezone.now())
    actions.join(community=kiln, person=cast.dara, now=timezone.now())
    page = client.get("/studio/kiln/today").content.decode()
    assert "One thing needs you" in page
    assert client.get("/studio/kiln/").status_code == 302
    assert client.get("/studio/kiln/new").status_code == 200


@pytest.mark.parametrize("who", ["jonas", "sol", "rafe"])
def test_to_those_who_do_not_run_it_the_studio_does_not_exist(client, kiln, tea, cast, who):
    client.force_login(getattr(cast, who))
    for page in ("", "today", "new"):
        assert client.get(f"/studio/kiln/{page}").status_code == 404
