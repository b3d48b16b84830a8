from __future__ import annotations

from datetime import timedelta

import pytest

from banyan.guard import rules, script


@pytest.mark.parametrize(
    "text",
    ["加微信 123", "加 微 信", "加．微．信", "請加微信領紅包", "加\u200b微\u200d信", "＋加微信＋"],
)
def test_a_chinese_word_is_found_however_it_is_spaced_or_written(text: str) -> None:
    assert script.words_in(text, ["加微信", "赌场"]) == ["加微信"]


@pytest.mark.parametrize("text", ["ＣＡＳＩＮＯ now", "our Casino!", "ca\u200bsino", "(casino)"])
def test_an_english_word_is_found_whatever_its_width_and_case(text: str) -> None:
    assert script.words_in(text, ["casino"]) == ["casino"]


def test_a_latin_word_inside_another_is_none() -> None:
    assert script.words_in("A casinova of glazes", ["casino"]) == []
    assert script.words_in("free followers here", ["Free   followers"]) == ["Free   followers"]


def test_traditional_and_simplified_are_the_same_word() -> None:
    assert script.words_in("賭場開業", ["赌场"]) == ["赌场"]
    assert script.words_in("赌场开业", ["賭場"]) == ["賭場"]


def test_texts_are_alike_in_both_languages_when_little_was_changed() -> None:
    def likeness(a: str, b: str) -> float:
        return script.likeness(script.sketch(a), script.sketch(b))

    one = "Best cups on the market, order today at our shop and get the second one free"
    assert likeness(one, one.upper() + "!!") == 1
    assert likeness(one, one.replace("today", "now")) > rules.ALIKE_FROM
    assert likeness(one, "I fired the kiln at night and the glaze ran over the shelf again") < 0.3
    han = "本店新到一批好茶具，今天下单买一送一，数量不多先到先得，欢迎来店里看看"
    assert likeness(han, han.replace("今天", "明天")) > rules.ALIKE_FROM
    assert likeness(han, "昨晚开窑，天目釉流到了棚板上，只好重新打磨一遍，大家有什么办法吗") < 0.3


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        ("see https://a.example/x and www.b.example", ["a.example", "b.example"]),
        ("ｈｔｔｐ：／／ｃ.example/页 看这里", ["c.example"]),
        ("write to mei@kiln.com", []),
        ("cheap at deals.shop/now!", ["deals.shop"]),
        ("version 1.2.3 of glaze no.4", []),
    ],
)
def test_links_are_found_with_and_without_their_beginning(text: str, domains: list[str]) -> None:
    assert [rules.domain_of(link) for link in rules.links_in(text)] == domains


def test_a_new_account_with_one_link_or_a_photo_waits_for_nothing() -> None:
    day = timedelta(hours=1)
    one_link = rules.Facts(links=1, new_domains=["a.example"], age=day, lately=1)
    photo = rules.Facts(photos=6, age=day, lately=1)
    for facts in (one_link, photo):
        assert not rules.needs_a_look(rules.weigh(facts), rules.THRESHOLD)
    assert not rules.needs_a_look(rules.weigh(photo), rules.LEAST_THRESHOLD)


def test_many_links_of_a_new_account_wait_and_the_reasons_say_why() -> None:
    facts = rules.Facts(links=3, new_domains=["a.example", "b.example"], age=timedelta(hours=1))
    reasons = rules.weigh(facts)
    assert rules.needs_a_look(reasons, rules.THRESHOLD)
    assert {one.rule: one.points for one in reasons} == {
        rules.YOUNG: 2, rules.DOMAINS: 3, rules.LINKS: 2,
    }  # fmt: skip


def test_a_readers_links_and_pictures_are_shown_at_once() -> None:
    facts = rules.Facts(
        links=9, new_domains=["a.example", "b.example"], photos=4, age=timedelta(hours=1),
        level=rules.READER,
    )  # fmt: skip
    assert not rules.needs_a_look(rules.weigh(facts), rules.THRESHOLD)


def test_a_word_of_the_list_is_enough_and_a_reason_that_is_off_counts_nothing() -> None:
    facts = rules.Facts(words=["高仿"])
    assert rules.needs_a_look(rules.weigh(facts), rules.THRESHOLD)
    assert rules.weigh(facts, off=[rules.WORDS]) == []


def test_a_level_needs_all_of_its_own_and_all_below_it() -> None:
    needs = rules.needs_of({})
    counts = {"days": 60, "opened": 200, "gave": 3, "got": 3, "since": 90}
    assert rules.level_of(counts, needs) == rules.NEIGHBOUR
    assert rules.level_of(counts | {"got": 0, "gave": 50}, needs) == rules.READER
    assert rules.level_of(counts | {"gave": 10, "got": 10}, needs) == rules.KEEPER
    assert rules.level_of(counts | {"opened": 2}, needs) == rules.NEWCOMER
    assert rules.level_of(counts, needs, most=rules.READER) == rules.READER


def test_a_community_may_ask_for_more_or_less() -> None:
    needs = rules.needs_of({"1": {"days": 1, "opened": 0}})
    assert rules.level_of({"days": 1}, needs) == rules.READER
    assert needs[rules.NEIGHBOUR] == rules.NEEDS[rules.NEIGHBOUR]
