"""Pages of sharing: short links, the sheet, the poster, one's own page, the studio."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from banyan.communities import actions as communities
from banyan.communities.models import Community
from banyan.communities.places import url
from banyan.content.actions import post as posts
from banyan.orders.tests.conftest import CHECKOUT
from banyan.sharing import fonts, posters, rules, visits
from banyan.sharing.actions import clearing, earning, linking
from banyan.sharing.models import Attribution, Commission, Link, Offer, Payout, Promoter, Touch

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now() -> Any:
    """Pages look at the real clock."""
    return timezone.now()


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


def send(client: Client, path: str, **fields: Any) -> Any:
    return client.post(path, {"form_key": str(uuid4()), **fields})


def share_path(kiln: Any, kind: str, thing: Any, name: str = "share") -> str:
    return url(kiln, name, kind=kind, id=thing.public_id)


def test_a_member_shares_every_kind_of_thing(kiln, cup, team_of, cast, member_of, now):
    team, _people, _orders = team_of(1)
    post = posts.publish(author=member_of(kiln, cast.mei), title="First light", now=now)
    jonas = signed_in(cast.jonas)
    for kind, thing in (
        ("product", cup.product), ("team", team), ("post", post), ("community", kiln),
    ):  # fmt: skip
        page = jonas.get(share_path(kiln, kind, thing))
        assert b"Make my links" in page.content
        answer = send(jonas, share_path(kiln, kind, thing, "share-make"))
        assert answer.status_code == 302
        page = jonas.get(answer["Location"])
        links = Link.objects.filter(kind=kind, member__person=cast.jonas)
        assert links.count() == len(rules.CHANNELS)
        for link in links:
            if link.channel == rules.POSTER:  # its address is in the code
                assert link.oid.encode() in page.content
            else:
                assert f"/s/{link.code}".encode() in page.content
            there = Client().get(f"/s/{link.code}")
            assert there.status_code == 302
            assert Client().get(there["Location"]).status_code == 200
    assert Link.objects.get(kind="team", channel="link").campaign == team.campaign


def test_the_pages_of_things_have_the_button(kiln, cup, team_of, cast, member_of, now):
    team, _people, _orders = team_of(1)
    post = posts.publish(author=member_of(kiln, cast.mei), title="First light", now=now)
    jonas, guest = signed_in(cast.jonas), Client()
    for kind, thing, page in (
        ("product", cup.product, url(kiln, "product", slug=cup.product.slug)),
        ("team", team, url(kiln, "group", id=team.public_id)),
        ("post", post, url(kiln, "post", id=post.public_id)),
        ("community", kiln, url(kiln, "community")),
    ):
        assert share_path(kiln, kind, thing, "share-make").encode() in jonas.get(page).content
        seen = guest.get(page).content
        assert f'href="{share_path(kiln, kind, thing)}"'.encode() in seen
        assert b'property="og:title"' in seen


def test_strangers_get_the_plain_address_and_no_link_of_their_own(kiln, cup, cast):
    path = share_path(kiln, "product", cup.product)
    for client in (Client(), signed_in(cast.rafe)):
        page = client.get(path)
        assert page.status_code == 200
        assert b"/s/" not in page.content.replace(b"/static/s", b"")
    assert send(signed_in(cast.rafe), path + "/links").status_code == 403
    assert send(Client(), path + "/links").status_code == 302  # to sign in
    assert not Link.objects.exists()


def test_what_is_not_there_is_not_shared(kiln, tea, cup, cast, member_of, now):
    jonas = signed_in(cast.jonas)
    there = posts.publish(author=member_of(tea, cast.sol), title="Tea", now=now)
    for kind, thing in (("post", there), ("community", tea), ("order", cup.product)):
        assert jonas.get(share_path(kiln, kind, thing)).status_code == 404
        assert send(jonas, share_path(kiln, kind, thing, "share-make")).status_code == 404


def test_opening_a_link_writes_no_row_and_remembers_it_in_the_browser(links_of, cast):
    link, guest = links_of(cast.jonas)["link"], Client()
    with CaptureQueriesContext(connection) as seen:
        answer = guest.get(f"/s/{link.code}")
    assert all(q["sql"].startswith("SELECT") for q in seen)
    assert answer["Location"] == "/kiln/shop/celadon-cup"
    assert "no-store" in answer["Cache-Control"]
    cookie = answer.cookies[visits.COOKIE]
    assert cookie["httponly"]
    assert "jonas" not in cookie.value.lower()
    assert not Touch.objects.exists()
    assert Client().get("/s/nothinghere").status_code == 404


def test_the_page_says_once_that_it_was_looked_at(links_of, cast):
    link, guest = links_of(cast.jonas)["link"], Client()
    page = guest.get(f"/s/{link.code}", follow=True)
    assert b'id="share-seen"' in page.content
    for _time in range(2):
        assert guest.post("/s/seen").status_code == 204
    assert Touch.objects.filter(link=link).count() == 1
    assert Client().post("/s/seen").status_code == 204
    forged = Client()
    forged.cookies[visits.COOKIE] = guest.cookies[visits.COOKIE].value[:-2] + "xx"
    assert forged.post("/s/seen").status_code == 204
    assert b'id="share-seen"' not in forged.get("/kiln/shop/celadon-cup").content
    assert Touch.objects.count() == 1


def test_ones_own_link_is_not_remembered(links_of, cast):
    jonas = signed_in(cast.jonas)
    answer = jonas.get(f"/s/{links_of(cast.jonas)['link'].code}")
    assert visits.COOKIE not in answer.cookies


def test_a_link_that_is_off_leads_on_and_is_not_remembered(kiln, links_of, member_of, cast, now):
    link = links_of(cast.jonas)["link"]
    linking.turn_off(link=link, by=member_of(kiln, cast.mei), now=now)
    answer = Client().get(f"/s/{link.code}")
    assert answer.status_code == 302
    assert visits.COOKIE not in answer.cookies


def test_the_links_of_a_community_with_its_own_domain_stand_there(kiln, links_of, cast, settings):
    Community.objects.filter(pk=kiln.pk).update(domain="kiln.example.org")
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "kiln.example.org"]
    link = links_of(cast.jonas)["link"]
    answer = Client().get(f"/s/{link.code}")
    assert answer["Location"].endswith(f"://kiln.example.org/s/{link.code}")
    assert visits.COOKIE not in answer.cookies
    there = Client(headers={"host": "kiln.example.org"}).get(f"/s/{link.code}")
    assert there["Location"].endswith("/shop/celadon-cup")
    assert visits.COOKIE in there.cookies


def test_a_link_that_earns_says_so_where_it_leads_and_others_do_not(
    kiln, links_of, offered, cast, member_of, now
):
    offer = offered(cast.jonas)
    for person, says in ((cast.jonas, True), (cast.lan, False)):
        guest = Client()
        page = guest.get(f"/s/{links_of(person)['wechat'].code}", follow=True)
        assert (b"who earns from sales" in page.content) is says
    sheet = signed_in(cast.jonas).get(f"/kiln/share/product/{_cup_oid()}")
    assert "Shared by Jonas, who earns from sales" in sheet.content.decode()
    guest = Client()
    guest.get(f"/s/{links_of(cast.jonas)['link'].code}")
    earning.leave(offer=offer, member=member_of(kiln, cast.jonas), now=now)
    assert b"who earns from sales" not in guest.get("/kiln/shop/celadon-cup").content


def _cup_oid() -> str:
    from banyan.catalog.models import Product

    return str(Product.objects.get(slug="celadon-cup").oid)


def test_pages_without_a_link_ask_nothing_of_sharing(kiln, cup):
    client = Client()
    client.get("/kiln/shop/celadon-cup")
    with CaptureQueriesContext(connection) as seen:
        client.get("/kiln/shop/celadon-cup")
    assert not [q for q in seen if "sharing_" in q["sql"]]


def test_a_guest_who_came_by_a_link_buys_and_the_order_is_the_sharers(
    kiln, cup, post, links_of, offered, cast
):
    from banyan.orders.models import Basket

    offered(cast.jonas)
    guest = Client()
    guest.get(f"/s/{links_of(cast.jonas)['poster'].code}")
    send(guest, url(kiln, "basket-add"), variant=cup.pk, quantity=1)
    basket = Basket.objects.get()
    page = guest.get(f"/checkout/{basket.oid}?country=CN")
    fields = dict(CHECKOUT)
    fields |= {name: str(value) for name, value in _hidden(page.content.decode()).items()}
    answer = send(guest, f"/checkout/{basket.oid}", **fields)
    assert answer.status_code == 302
    fixed = Attribution.objects.get()
    assert (fixed.member.person, fixed.link.channel) == (cast.jonas, "poster")
    assert fixed.offer is not None
    assert Touch.objects.count() == 1


def _hidden(html: str) -> dict[str, str]:
    import re

    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        wanted = name and (name[1] in ("seen", "rate") or name[1].startswith("total"))
        if wanted and value:
            found[name[1]] = value[1]
    return found


def test_the_poster_is_a_picture_of_the_thing_for_its_owner_alone(kiln, links_of, cast):
    link = links_of(cast.jonas)["poster"]
    path = url(kiln, "share-poster", id=link.public_id)
    answer = signed_in(cast.jonas).get(path)
    assert answer["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (picture.width, picture.height) == (1080, 1440)
    assert signed_in(cast.lan).get(path).status_code == 404
    assert signed_in(cast.rafe).get(path).status_code == 403
    other = links_of(cast.jonas)["link"]
    assert (
        signed_in(cast.jonas).get(url(kiln, "share-poster", id=other.public_id)).status_code == 404
    )


def test_the_poster_is_drawn_once_for_what_it_shows(kiln, links_of, cup, cast, monkeypatch):
    drawn = []
    plain = posters.draw
    monkeypatch.setattr(posters, "draw", lambda p: drawn.append(p) or plain(p))
    path = url(kiln, "share-poster", id=links_of(cast.jonas)["poster"].public_id)
    jonas = signed_in(cast.jonas)
    assert jonas.get(path).content == jonas.get(path).content
    assert len(drawn) == 1
    type(cup.product).objects.filter(pk=cup.product_id).update(price_from_minor=7000)
    jonas.get(path)
    assert [p.price for p in drawn] == ["¥68", "¥70"]


def test_without_a_typeface_for_chinese_posters_leave_it_out_and_say_so(
    kiln, links_of, cast, monkeypatch, settings
):
    links = links_of(cast.jonas)
    monkeypatch.setattr(fonts, "chinese_file", lambda: None)
    fonts.chinese.cache_clear()
    jonas = signed_in(cast.jonas)
    jonas.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    path = url(kiln, "share-poster", id=links["poster"].public_id)
    assert jonas.get(path).status_code == 200
    sheet = jonas.get(f"/kiln/share/product/{_cup_oid()}").content.decode()
    assert "没有中文字体" in sheet
    assert (
        "no typeface for Chinese"
        in signed_in(cast.mei).get("/studio/kiln/sharing").content.decode()
    )
    fonts.chinese.cache_clear()


def test_a_title_that_is_too_long_ends_in_dots_and_chinese_breaks_between_letters():
    rows = posters._wrapped("天目碗，口沿一圈褐色，釉聚处泛蓝。" * 3, "ui", 40, 500, 400, 2)
    assert len(rows) == 2
    assert rows[1].endswith("…")
    assert all(row[0] not in posters.NEVER_FIRST for row in rows)
    assert all(posters._width(row, "ui", 40, 500) <= 400 for row in rows)
    assert posters._wrapped("Two bowls", "ui", 20, 500, 900, 2) == ["Two bowls"]


def test_a_member_reads_what_came_of_it_and_why_each_amount(
    kiln, links_of, offered, sent_by, complete, give_back, cast, now
):
    jonas = signed_in(cast.jonas)
    assert b"You have not shared anything yet" in jonas.get("/kiln/sharing").content
    offered(cast.jonas)
    order = complete(sent_by(links_of(cast.jonas)["wechat"], at=now), now)
    page = jonas.get("/kiln/sharing").content.decode()
    assert "10% of goods worth ¥68: ¥6.80." in page
    assert "By the link for: WeChat." in page
    assert order.number not in page  # who bought stays the shop's
    give_back(order, 1, at=now)
    page = jonas.get("/kiln/sharing").content.decode()
    assert "¥6.80 was taken back, because goods came back." in page
    wallet = jonas.get("/wallet").content.decode()
    assert "You earned by sharing, held for now" in wallet
    assert order.number not in wallet
    assert signed_in(cast.rafe).get("/kiln/sharing").status_code == 403


def test_a_member_accepts_the_terms_and_leaves_again(kiln, offered, cast):
    offer, jonas = offered(), signed_in(cast.jonas)
    base = f"/kiln/sharing/{offer.oid}"
    assert send(jonas, f"{base}/accept").status_code == 302
    assert Promoter.objects.get(member__person=cast.jonas).left_at is None
    assert send(jonas, f"{base}/leave").status_code == 302
    assert send(jonas, f"{base}/leave").status_code == 409
    assert send(signed_in(cast.rafe), f"{base}/accept").status_code == 403


def test_the_studio_counts_visits_joinings_orders_and_sales(
    kiln, links_of, sent_by, capture, cast, now
):
    link = links_of(cast.jonas)["wechat"]
    guest = Client()
    guest.get(f"/s/{link.code}")
    guest.post("/s/seen")
    order = sent_by(link, at=now)
    capture(order)
    page = signed_in(cast.mei).get("/studio/kiln/sharing")
    found = page.context["figures"]
    assert (found.visits, found.joins, found.members) == (2, 0, 4)
    (jonas,) = found.by_sharer
    assert (jonas.touches, jonas.orders, jonas.sales_minor) == (2, 1, order.total_minor)
    (wechat,) = found.by_channel
    assert (wechat.touches, wechat.sales_minor) == (2, order.total_minor)
    assert (found.i, found.k, found.top.sales_minor) == (0.5, 0, order.total_minor)
    assert "Visits in 30 days: 2. Members: 4." in page.content.decode()


def test_ten_times_as_many_links_cost_the_studio_no_more_queries(
    kiln, links_of, crowd, cast, new_variant, sent_by, capture, now
):
    mei = signed_in(cast.mei)
    capture(sent_by(links_of(cast.jonas)["wechat"], at=now))
    counts = []
    for round_ in range(2):
        mei.get("/studio/kiln/sharing")
        with CaptureQueriesContext(connection) as seen:
            assert mei.get("/studio/kiln/sharing").status_code == 200
        counts.append(len(seen))
        if not round_:
            for person in crowd(6):
                sent_by(links_of(person)["link"], at=now)
    assert counts[0] == counts[1]


def test_operators_turn_a_link_off_and_on(kiln, links_of, cast):
    link, mei = links_of(cast.jonas)["link"], signed_in(cast.mei)
    base = f"/studio/kiln/sharing/links/{link.oid}"
    assert send(mei, f"{base}/off").status_code == 302
    assert send(mei, f"{base}/off").status_code == 409
    assert b"Let it count again" in mei.get("/studio/kiln/sharing").content
    assert send(mei, f"{base}/on").status_code == 302
    for person in (cast.kenji, cast.jonas):
        assert send(signed_in(person), f"{base}/off").status_code in (403, 404)
    link.refresh_from_db()
    assert link.off_at is None


def test_operators_set_the_window_and_wrong_input_is_kept(kiln, cast):
    mei = signed_in(cast.mei)
    answer = send(mei, "/studio/kiln/sharing", window_days="400")
    assert answer.status_code == 422
    assert b'value="400"' in answer.content
    assert send(mei, "/studio/kiln/sharing", window_days="14").status_code == 302
    assert b'value="14"' in mei.get("/studio/kiln/sharing").content


def test_operators_offer_a_commission_and_end_it(kiln, cup, cast):
    mei = signed_in(cast.mei)
    wrong = send(mei, "/studio/kiln/commission", rate_bp="80", hold_days="14")
    assert wrong.status_code == 422
    together = send(mei, "/studio/kiln/commission", rate_bp="40", second_bp="20", hold_days="14")
    assert together.status_code == 422
    given = {"rate_bp": "7.5", "cap_minor": "30", "hold_days": "14", "second_bp": "",
             "products": [cup.product_id]}  # fmt: skip
    assert send(mei, "/studio/kiln/commission", **given).status_code == 302
    offer = Offer.objects.get()
    assert (offer.rate_bp, offer.cap_minor, offer.product_ids) == (750, 3000, [cup.product_id])
    assert send(mei, "/studio/kiln/commission", **given).status_code == 409
    assert send(mei, f"/studio/kiln/commission/offers/{offer.oid}/end").status_code == 302
    assert send(mei, f"/studio/kiln/commission/offers/{offer.oid}/end").status_code == 409
    assert signed_in(cast.kenji).get("/studio/kiln/commission").status_code == 403


def test_operators_pay_out_and_say_that_it_arrived(
    kiln, links_of, offered, sent_by, complete, member_of, cast, now
):
    offered(cast.jonas, hold_days=0)
    complete(sent_by(links_of(cast.jonas)["link"], at=now), now)
    clearing.clear_due(now=now)
    mei, jonas = signed_in(cast.mei), member_of(kiln, cast.jonas)
    path = f"/studio/kiln/commission/{jonas.oid}/payout"
    assert send(mei, path, amount="lots").status_code == 422
    assert send(mei, path, amount="6.81").status_code == 409
    assert send(mei, path, amount="6.80", note="Transfer 7").status_code == 302
    assert send(mei, path, amount="6.80").status_code == 409
    payout = Payout.objects.get()
    base = f"/studio/kiln/commission/payouts/{payout.oid}"
    assert send(mei, f"{base}/done").status_code == 302
    for again in ("done", "back"):
        assert send(mei, f"{base}/{again}").status_code == 409
    assert "Transfer 7" in signed_in(cast.jonas).get("/kiln/sharing").content.decode()
    assert send(signed_in(cast.kenji), path, amount="1").status_code == 403


def test_operators_say_why_an_order_does_not_count(
    kiln, links_of, offered, sent_by, complete, cast, now
):
    offered(cast.jonas)
    order = complete(sent_by(links_of(cast.jonas)["link"], at=now), now)
    mei, fixed = signed_in(cast.mei), Attribution.objects.get()
    assert "Came by sharing" in mei.get(f"/studio/kiln/orders/{order.number}").content.decode()
    path = f"/studio/kiln/sharing/orders/{fixed.oid}/void"
    assert b"6.80" in mei.get(path).content
    assert send(mei, path, reason="").status_code == 422
    assert send(mei, path, reason="Bought for the shop itself").status_code == 302
    assert send(mei, path, reason="Bought for the shop itself").status_code == 409
    assert Commission.objects.get().left.minor == 0
    assert (
        "Bought for the shop itself" in signed_in(cast.jonas).get("/kiln/sharing").content.decode()
    )


def test_another_communitys_links_offers_and_payouts_are_not_there(
    tea, kiln, links_of, offered, cast
):
    sol, link, offer = signed_in(cast.sol), links_of(cast.jonas)["link"], offered()
    for path in (f"sharing/links/{link.oid}/off", f"commission/offers/{offer.oid}/end"):
        assert send(sol, f"/studio/four/{path}").status_code == 404
        assert send(sol, f"/studio/kiln/{path}").status_code == 404


def test_a_member_who_left_has_no_sheet_and_no_page(kiln, links_of, cast, member_of, now):
    links_of(cast.jonas)
    communities.leave(member=member_of(kiln, cast.jonas), now=now)
    jonas = signed_in(cast.jonas)
    assert jonas.get("/kiln/sharing").status_code == 403
    assert b"Make my links" not in jonas.get(f"/kiln/share/product/{_cup_oid()}").content


def test_a_link_into_a_hidden_community_is_known_to_its_members_alone(kiln, links_of, cast):
    link = links_of(cast.jonas)["link"]
    Community.objects.filter(pk=kiln.pk).update(visibility="hidden")
    for client in (Client(), signed_in(cast.rafe)):
        assert client.get(f"/s/{link.code}").status_code == 404
    assert signed_in(cast.lan).get(f"/s/{link.code}").status_code == 302


def test_whoever_earned_is_told_once_when_it_can_be_paid_out(
    kiln, links_of, offered, sent_by, complete, cast, now
):
    from banyan.core.jobs import run_due
    from banyan.outreach.models import Notice

    offered(cast.jonas, hold_days=0)
    complete(sent_by(links_of(cast.jonas)["link"], at=now), now)
    clearing.clear_due(now=now)
    for _time in range(2):
        run_due(now=now)
    assert Notice.objects.filter(person=cast.jonas, topic="commission").count() == 1
