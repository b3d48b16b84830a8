"""What members, strangers and the shop see and press."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from banyan.catalog.models import Product
from banyan.communities.places import url
from banyan.wishes import rules
from banyan.wishes.actions import waiting, watching, wishing
from banyan.wishes.models import Wait, Wish

pytestmark = pytest.mark.django_db


def client_of(person: Any = None, language: str = "en") -> Client:
    made = Client(headers={"Sec-Fetch-Site": "same-origin"})
    made.cookies["django_language"] = language
    if person is not None:
        made.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return made


def keyed(**fields: Any) -> dict[str, Any]:
    return {"form_key": str(uuid4()), **fields}


def at(community: Any, name: str, variant: Any) -> str:
    return url(community, name, slug=variant.product.slug)


def test_a_member_keeps_it_reads_the_list_and_takes_it_off(
    cup: Any, kiln: Any, cast: Any, price: Any
) -> None:
    client = client_of(cast.jonas)
    page = client.get(at(kiln, "product", cup)).content.decode()
    assert "Wish for it" in page
    done = client.post(at(kiln, "wish", cup), keyed(on="1"))
    assert (done.status_code, done["Location"]) == (302, at(kiln, "product", cup))
    assert "On my wish list" in client.get(at(kiln, "product", cup)).content.decode()
    price(cup, 6000)
    page = client.get(url(kiln, "wishes")).content.decode()
    for words in ("Celadon cup", "¥8 less", "(¥68)", "In stock"):
        assert words in page
    added = client.post(url(kiln, "basket-add"), keyed(variant=str(cup.pk)))
    assert added.status_code == 302
    price(cup, 9000)
    assert "¥22 more" in client.get(url(kiln, "wishes")).content.decode()
    done = client.post(at(kiln, "wish", cup), keyed(on="0", **{"from": "list"}))
    assert done["Location"] == url(kiln, "wishes")
    assert "Nothing on your list yet" in client.get(url(kiln, "wishes")).content.decode()


def test_htmx_swaps_the_part_in_place(cup: Any, kiln: Any, cast: Any) -> None:
    client = client_of(cast.jonas)
    headers = {"HX-Request": "true"}
    part = client.post(at(kiln, "wish", cup), keyed(on="1"), headers=headers).content.decode()
    assert part.startswith("<section")
    assert "On my wish list" in part
    part = client.post(at(kiln, "wish-price", cup), keyed(on="1"), headers=headers).content.decode()
    assert "less than ¥68" in part
    listed = keyed(on="0", **{"from": "list"})
    part = client.post(at(kiln, "wish", cup), listed, headers=headers).content.decode()
    assert part.startswith("<li")
    assert "Put it back" in part


def test_a_stranger_signs_in_and_comes_back_with_the_wish_kept(
    cup: Any, pot: Any, kiln: Any, cast: Any, stock: Any
) -> None:
    client = client_of()
    done = client.post(at(kiln, "wish", cup), keyed(on="1"))
    assert done.status_code == 302
    assert done["Location"].startswith("/accounts/login/?next=/kiln/shop/celadon-cup")
    signed = {"login": cast.jonas.email, "password": "a-long-password"}
    back = client.post(done["Location"], keyed(**signed))
    assert back["Location"] == "/kiln/shop/celadon-cup"
    assert Wish.objects.get().person == cast.jonas
    assert "It is on your list." in client.get(back["Location"]).content.decode()
    stock(pot, 0)
    guest = client_of()
    fields = keyed(on="1", variant=str(pot.pk))
    done = guest.post(at(kiln, "wish-stock", pot), fields, headers={"HX-Request": "true"})
    assert done.status_code == 204
    guest.post(done["HX-Redirect"], keyed(login=cast.lan.email, password="a-long-password"))
    assert Wait.objects.get().person == cast.lan


def test_what_was_said_after_a_strangers_press_stands_above_it(
    cup: Any, kiln: Any, cast: Any
) -> None:
    client = client_of()
    to = client.post(at(kiln, "wish", cup), keyed(on="1"))["Location"]
    signed = {"login": cast.jonas.email, "password": "a-long-password"}
    client.post(to, keyed(**signed))
    client.post(at(kiln, "wish", cup), keyed(on="0"))
    Wish.objects.update(changed_at=Wish.objects.get().changed_at.replace(year=2099))
    client.post("/accounts/logout/", keyed())
    client.post("/accounts/login/", keyed(**signed))
    assert Wish.objects.get().state == rules.TAKEN_OFF
    forged = client_of()
    forged.cookies["wish_pressed"] = "nonsense"
    assert forged.post("/accounts/login/", keyed(**signed)).status_code == 302


def test_nobody_sees_the_list_of_another(
    cup: Any, kiln: Any, cast: Any, fresh: Any, now: Any
) -> None:
    wishing.wish(product=fresh(cup), person=cast.jonas, now=now)
    for person in (cast.mei, cast.lan):
        page = client_of(person).get(url(kiln, "wishes")).content.decode()
        assert "Celadon cup" not in page
    assert client_of().get(url(kiln, "wishes")).status_code == 302
    client_of(cast.lan).post(at(kiln, "wish", cup), keyed(on="0"))
    assert Wish.objects.get().state == rules.KEPT


def test_a_sold_out_variant_is_waited_for_on_its_page_in_both_languages(
    cup: Any, kiln: Any, cast: Any, stock: Any
) -> None:
    client = client_of(cast.jonas)
    assert "Tell me when it is back" not in client.get(at(kiln, "product", cup)).content.decode()
    refused = client.post(at(kiln, "wish-stock", cup), keyed(on="1", variant=str(cup.pk)))
    assert refused.status_code == 409
    stock(cup, 0)
    assert "Tell me when it is back" in client.get(at(kiln, "product", cup)).content.decode()
    client.post(at(kiln, "wish-stock", cup), keyed(on="1", variant=str(cup.pk)))
    page = client.get(at(kiln, "product", cup)).content.decode()
    assert "You will be told once, when it is back." in page
    assert "You also wait for" in client.get(url(kiln, "wishes")).content.decode()
    zh = client_of(cast.jonas, "zh-hans")
    assert "到货后会告诉你一次" in zh.get(at(kiln, "product", cup)).content.decode()
    assert "我的心愿单" in zh.get(url(kiln, "wishes")).content.decode()
    for bad in ("", "x", "99999999"):
        to = at(kiln, "wish-stock", cup)
        assert client.post(to, keyed(on="1", variant=bad)).status_code == 404
    client.post(at(kiln, "wish-stock", cup), keyed(on="0", variant=str(cup.pk)))
    assert Wait.objects.get().state == rules.WITHDRAWN


def test_a_wish_for_what_is_gone_says_so_and_keeps_a_drafts_words_to_the_shop(
    cup: Any, kiln: Any, cast: Any, fresh: Any, now: Any
) -> None:
    wishing.wish(product=fresh(cup), person=cast.jonas, now=now)
    Product.objects.filter(pk=cup.product_id).update(state="draft", title="A secret")
    page = client_of(cast.jonas).get(url(kiln, "wishes")).content.decode()
    assert "Not in the shop any more" in page
    assert "A secret" not in page
    refused = client_of(cast.jonas).post(at(kiln, "wish", cup), keyed(on="1"))
    assert refused.status_code in (302, 409)


def test_the_studio_names_numbers_from_five_on(
    cup: Any, kiln: Any, cast: Any, new_person: Any, fresh: Any, now: Any
) -> None:
    for n in range(4):
        wishing.wish(product=fresh(cup), person=new_person(f"Quiet {n}"), now=now)
    mei = client_of(cast.mei)
    page = mei.get(url(kiln, "studio-product", id=cup.product.public_id)).content.decode()
    assert "fewer than 5" in page
    assert "What people wish for" not in mei.get(url(kiln, "studio-catalog")).content.decode()
    wishing.wish(product=fresh(cup), person=new_person("Quiet 5"), now=now)
    page = mei.get(url(kiln, "studio-catalog")).content.decode()
    assert "What people wish for" in page
    assert "Quiet" not in page


def test_strangers_pay_no_statement_and_members_one(
    cup: Any, pot: Any, kiln: Any, cast: Any, stock: Any
) -> None:
    stock(pot, 0)

    def count(client: Client, variant: Any) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(at(kiln, "product", variant)).status_code == 200
        return len([one for one in seen if "wishes_" in one["sql"]])

    cache.clear()
    for variant in (cup, pot):
        assert count(client_of(), variant) == 0
        assert count(client_of(cast.jonas), variant) == 1


def test_the_list_costs_as_many_statements_for_many_wishes(
    cup: Any, kiln: Any, cast: Any, new_variant: Any, fresh: Any, now: Any
) -> None:
    client = client_of(cast.jonas)
    wishing.wish(product=fresh(cup), person=cast.jonas, now=now)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url(kiln, "wishes")).status_code == 200
        return len(seen)

    count()
    few = count()
    for n in range(40):
        variant = new_variant(f"Bowl {n}", stock=n % 3)
        wishing.wish(product=fresh(variant), person=cast.jonas, now=now)
        if n % 3 == 0:
            waiting.ask(variant=variant, person=cast.jonas, now=now)
        else:
            watching.ask(product=fresh(variant), person=cast.jonas, now=now)
    assert count() <= few + 1  # the number of pages is counted
    assert client.get(url(kiln, "wishes") + "?page=2").status_code == 200
