"""What members and the shop do on the pages; who may, when, and what a second press does."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from banyan.campaigns import rules
from banyan.campaigns.actions import closing, planning
from banyan.campaigns.models import Campaign, Claim, Seat, Team
from banyan.communities.places import url
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.orders.models import Basket, Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def client_of(person=None, language="en"):
    made = Client(headers={"Sec-Fetch-Site": "same-origin"})
    made.cookies["django_language"] = language
    if person is not None:
        made.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return made


def keyed(**fields):
    return {"form_key": str(uuid4()), **fields}


def form(cup, **more):
    """What the studio's form sends, in the community's own zone."""
    here = timezone.localtime
    return keyed(
        product=cup.product_id, size=5, hours=24, most_each=1, seats_1=3, price_1="60",
        seats_2=5, price_2="50.00",
        starts_at=here(timezone.now() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
        ends_at=here(timezone.now() + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M"), **more,
    )  # fmt: skip


# Members


def test_the_product_shows_its_group_buy_and_its_open_groups(
    buy, join_in, capture, kiln, cast, cup
):
    campaign = buy()
    page = url(kiln, "product", slug=cup.product.slug)
    assert "Open a group" in client_of(cast.jonas).get(page).content.decode()
    assert "Open a group" not in client_of(cast.mei).get(page).content.decode()
    order = join_in(cast.jonas, campaign)
    lan = client_of(cast.lan)
    assert "Jonas’s group" not in lan.get(page).content.decode()  # not paid yet
    capture(order)
    assert "Jonas’s group" in lan.get(page).content.decode()
    assert "Jonas的团" in client_of(cast.lan, "zh-hans").get(page).content.decode()


def test_joining_leads_to_a_checkout_that_says_what_may_come_back(team_of, kiln, cast, cup, post):
    team, _people, _bought = team_of(2)
    lan, group = client_of(cast.lan), url(kiln, "group", id=team.public_id)
    assert "Join the group" in lan.get(group).content.decode()
    answer = lan.post(url(kiln, "group-join", id=team.public_id), keyed(variant=cup.pk))
    assert answer.status_code == 302
    page = lan.get(answer.url).content.decode()
    assert "You pay ¥60 now." in page
    assert "each pays ¥50 and ¥10 comes back" in page
    assert "¥72" in page  # with the post
    # the basket of the group is not among the others
    assert "Celadon cup" not in lan.get("/cart").content.decode()
    again = lan.post(url(kiln, "group-join", id=team.public_id), keyed(variant=cup.pk))
    assert again.url == answer.url
    assert Basket.objects.filter(person=cast.lan).count() == 1


def test_strangers_and_sellers_do_not_join(team_of, kiln, cast, cup):
    team, _people, _bought = team_of(2)
    join = url(kiln, "group-join", id=team.public_id)
    for person, status in ((cast.rafe, 403), (cast.mei, 403)):
        assert client_of(person).post(join, keyed(variant=cup.pk)).status_code == status
    assert client_of().post(join, keyed(variant=cup.pk)).status_code in (302, 303)
    group = url(kiln, "group", id=team.public_id)
    assert "join the community" in client_of(cast.rafe).get(group).content.decode()
    assert not Basket.objects.filter(deal_id=team.pk, ordered_at=None).exists()


def test_a_group_that_has_closed_says_so_and_takes_nobody(team_of, kiln, cast, cup, now):
    team, _people, _bought = team_of(2)
    Team.objects.filter(pk=team.pk).update(closes_at=now - timedelta(seconds=1))
    lan, group = client_of(cast.lan), url(kiln, "group", id=team.public_id)
    page = lan.get(group).content.decode()  # the sweep has not been there yet
    assert "The group has closed" in page
    assert "Join the group" not in page
    answer = lan.post(url(kiln, "group-join", id=team.public_id), keyed(variant=cup.pk))
    assert answer.status_code == 409
    assert Team.objects.get(pk=team.pk).state == rules.OPEN  # reading wrote nothing


def test_the_checkout_of_a_group_that_closed_meanwhile_is_refused_kindly(
    team_of, kiln, cast, cup, post, now
):
    team, _people, _bought = team_of(2)
    lan = client_of(cast.lan)
    till = lan.post(url(kiln, "group-join", id=team.public_id), keyed(variant=cup.pk)).url
    closing.close(team=team, now=now)
    assert "This group has closed" in lan.get(till).content.decode()
    assert Order.objects.filter(person=cast.lan).count() == 0


def test_leaving_on_the_page_gives_the_money_back_once(team_of, kiln):
    team, people, bought = team_of(2)
    one, leave = client_of(people[1]), url(kiln, "group-leave", id=team.public_id)
    assert "Leave the group" in one.get(url(kiln, "group", id=team.public_id)).content.decode()
    assert one.post(leave, keyed()).status_code == 302
    assert Seat.objects.get(order=bought[1]).state == rules.REFUNDING
    assert one.post(leave, keyed()).status_code == 409
    one = client_of(people[0])
    Team.objects.filter(pk=team.pk).update(closes_at=timezone.now())
    assert one.post(leave, keyed()).status_code == 409
    assert Seat.objects.get(order=bought[0]).state == rules.PAID


def test_the_orders_page_shows_its_group_and_when_it_can_be_left(team_of, finish, kiln, now):
    team, people, bought = team_of(3)
    client, page = client_of(people[0]), f"/orders/{bought[0].number}"
    seen = client.get(page).content.decode()
    assert "Your group" in seen
    assert "Cancel the order" in seen
    finish(team.closes_at)
    seen = client.get(page).content.decode()
    assert "It is on: everybody pays ¥60." in seen
    assert "Cancel the order" not in seen


def test_what_runs_here_stands_on_one_page(buy, kiln, cast, cup):
    page = url(kiln, "group-buys")
    assert "No offer is running" in client_of().get(page).content.decode()
    buy()
    assert "¥60, down to ¥50" in client_of().get(page).content.decode()


# The shop


def test_a_group_buy_is_drafted_changed_put_up_and_stopped(kiln, cast, cup, now):
    mei = client_of(cast.mei)
    bad = mei.post(url(kiln, "studio-campaign-new"), form(cup) | {"price_2": "70"})
    assert bad.status_code == 422
    assert "lower price than the one before" in bad.content.decode()
    assert mei.post(url(kiln, "studio-campaign-new"), form(cup)).status_code == 302
    campaign = Campaign.objects.get()
    assert (campaign.state, campaign.plan) == (rules.DRAFT, [(3, 6000), (5, 5000)])
    edit = url(kiln, "studio-campaign-edit", id=campaign.public_id)
    assert mei.get(edit).status_code == 200
    assert mei.post(edit, form(cup, seats_3=5, price_3="")).status_code == 422
    assert mei.post(edit, form(cup) | {"hours": 12}).status_code == 302
    up = url(kiln, "studio-campaign-up", id=campaign.public_id)
    assert client_of(cast.kenji).post(up, keyed()).status_code == 403
    assert client_of(cast.jonas).post(up, keyed()).status_code == 404
    assert mei.post(up, keyed()).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.state, campaign.hours) == (rules.LIVE, 12)
    assert mei.post(up, keyed()).status_code == 409
    assert mei.get(edit).status_code == 409
    stop = url(kiln, "studio-campaign-stop", id=campaign.public_id)
    assert mei.post(stop, keyed(reason="The kiln broke.")).status_code == 302
    assert mei.post(stop, keyed()).status_code == 409
    campaign.refresh_from_db()
    assert (campaign.state, campaign.reason) == (rules.STOPPED, "The kiln broke.")


def test_what_begins_later_can_be_taken_back_until_it_does(buy, kiln, cast, member_of, now):
    campaign = buy(starts_at=now + timedelta(hours=1))
    mei = member_of(kiln, cast.mei)
    assert campaign.state == rules.SCHEDULED
    planning.withdraw(campaign=campaign, by=mei, now=now)
    assert campaign.state == rules.DRAFT
    planning.put_up(campaign=campaign, by=mei, now=now)
    with pytest.raises(WrongMoment):
        planning.withdraw(campaign=campaign, by=mei, now=campaign.starts_at)
    assert planning.keep_time(now=campaign.starts_at - timedelta(seconds=1)) == 0
    assert planning.keep_time(now=campaign.starts_at) == 1
    assert planning.keep_time(now=campaign.starts_at) == 0
    campaign.refresh_from_db()
    assert campaign.state == rules.LIVE
    assert planning.keep_time(now=campaign.ends_at) == 1
    campaign.refresh_from_db()
    assert campaign.state == rules.ENDED


def test_one_group_buy_of_a_product_at_a_time_and_cheaper_than_alone(
    buy, kiln, cast, member_of, cup, now
):
    buy()
    with pytest.raises(planning.OneAtATime):
        buy()
    with pytest.raises(planning.NotCheaper):
        buy(steps=[(2, 6800)])
    draft = Campaign.objects.filter(state=rules.DRAFT).first()
    with pytest.raises(NotAllowed):
        planning.discard(campaign=draft, by=member_of(kiln, cast.kenji))
    planning.discard(campaign=draft, by=member_of(kiln, cast.mei))
    with pytest.raises(WrongMoment):
        planning.discard(campaign=draft, by=member_of(kiln, cast.mei))


def test_the_studio_shows_every_seat_and_completes_a_group(team_of, kiln, cast):
    team, people, bought = team_of(2)
    mei = client_of(cast.mei)
    page = mei.get(url(kiln, "studio-campaign", id=team.campaign.public_id)).content.decode()
    assert all(str(person) in page for person in people)
    assert bought[0].number in page
    done = url(kiln, "studio-group-complete", id=team.public_id)
    assert client_of(cast.kenji).post(done, keyed()).status_code == 403
    assert mei.post(done, keyed()).status_code == 302
    assert mei.post(done, keyed()).status_code == 409
    team.refresh_from_db()
    assert team.verdict == rules.SELLER_COMPLETED
    seen = client_of(cast.jonas).get(url(kiln, "group", id=team.public_id)).content.decode()
    assert "The shop completed this group" in seen
    assert "2 people were in, and the shop made it enough." in seen


def test_the_studios_order_says_that_its_group_is_open(team_of, kiln, cast):
    _team, _people, bought = team_of(2)
    page = url(kiln, "studio-order", no=bought[0].number)
    seen = client_of(cast.mei).get(page).content.decode()
    assert "The group is still open" in seen
    assert "/pack" not in seen
    pack = url(kiln, "studio-order-pack", no=bought[0].number)
    assert client_of(cast.mei).post(pack, keyed()).status_code == 409


# Flash sales


def sale_form(cup, **more):
    return form(cup) | keyed(price="50", size=5, most_each=2) | more


def test_the_shop_drafts_a_flash_sale_mends_it_puts_it_up_and_stops_it(kiln, cast, cup):
    mei = client_of(cast.mei)
    new = url(kiln, "studio-campaign-new") + "?kind=flash_sale"
    bad = mei.post(new, sale_form(cup, most_each=9))
    assert bad.status_code == 422
    assert "more than there are" in bad.content.decode()
    assert mei.post(new, sale_form(cup, price="68")).status_code == 302
    campaign = Campaign.objects.get()
    assert (campaign.kind, campaign.plan, campaign.size) == (rules.FLASH_SALE, [(1, 6800)], 5)
    up = url(kiln, "studio-campaign-up", id=campaign.public_id)
    refused = mei.post(up, keyed())
    assert refused.status_code == 422
    assert "lower than the one in the shop" in refused.content.decode()
    edit = url(kiln, "studio-campaign-edit", id=campaign.public_id)
    assert 'value="68"' in mei.get(edit).content.decode().replace('value="68.00"', 'value="68"')
    assert mei.post(edit, sale_form(cup)).status_code == 302
    assert mei.post(up, keyed()).status_code == 302
    assert (
        "限时抢购"
        in client_of(cast.mei, "zh-hans").get(url(kiln, "studio-campaigns")).content.decode()
    )
    stop = url(kiln, "studio-campaign-stop", id=campaign.public_id)
    assert mei.post(stop, keyed(reason="Enough.")).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.state, campaign.plan) == (rules.STOPPED, [(1, 5000)])


def test_a_member_buys_in_a_flash_sale_and_the_page_counts_what_is_left(
    sale, capture, kiln, cast, cup, post
):
    campaign = sale(size=3, most_each=2)
    page = url(kiln, "product", slug=cup.product.slug)
    jonas, buy_it = client_of(cast.jonas), url(kiln, "flash-buy", id=campaign.public_id)
    assert "3 left at this price" in jonas.get(page).content.decode()
    assert "for members" in client_of().get(page).content.decode()
    assert buy_it not in client_of(cast.mei).get(page).content.decode()
    to = jonas.post(buy_it, keyed(variant=cup.pk, quantity=9))
    basket = Basket.objects.get(deal_kind="flash-sale")
    assert basket.lines.get().quantity == 2  # never more than one's share
    till = jonas.get(to.url).content.decode()
    assert "From a flash sale" in till
    assert client_of(cast.mei).post(buy_it, keyed(variant=cup.pk)).status_code == 403
    assert client_of().post(buy_it, keyed(variant=cup.pk)).status_code in (302, 403)


def test_who_has_their_share_and_a_sale_that_is_sold_out_say_so(
    sale, buy_at, capture, kiln, cast, crowd, cup, now
):
    campaign = sale(size=3, most_each=2)
    capture(buy_at(cast.jonas, campaign, 2, at=now), at=now)
    page = url(kiln, "product", slug=cup.product.slug)
    assert "as many as one person may have" in client_of(cast.jonas).get(page).content.decode()
    buy_it = url(kiln, "flash-buy", id=campaign.public_id)
    assert client_of(cast.jonas).post(buy_it, keyed(variant=cup.pk)).status_code == 409
    ben, eva = crowd(2)
    capture(buy_at(ben, campaign, 1, at=now), at=now)
    assert "All gone at this price" in client_of().get(page).content.decode()
    assert client_of(eva).post(buy_it, keyed(variant=cup.pk)).status_code == 409
    studio = client_of(cast.mei).get(url(kiln, "studio-campaign", id=campaign.public_id))
    said = studio.content.decode()
    assert all(claim.order.number in said for claim in Claim.objects.all())
    assert "3 of 3" in said
    offers = client_of().get(url(kiln, "group-buys")).content.decode()
    assert "For a short time" in offers
