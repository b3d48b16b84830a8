"""What the tags promise to the pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from banyan.core.money import Money

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def show(source: str, language: str = "en", **context: object) -> str:
    with translation.override(language):
        return Template("{% load ui %}" + source).render(Context(context))


def test_an_icon_is_hidden_from_screen_readers_and_keeps_its_strokes() -> None:
    html = show('{% icon "shopping-bag" %}')
    assert html.startswith('<svg class="i" viewBox="0 0 24 24" aria-hidden="true">')
    assert "<path" in html
    assert "stroke-width" not in html  # the stylesheet says 1.8


def test_every_icon_the_kit_names_exists() -> None:
    for name in ("banyan-leaf", "chevron-down", "search", "heart", "bandage", "split", "sun-moon"):
        assert "<path" in show(f'{{% icon "{name}" %}}') or "<circle" in show(
            f'{{% icon "{name}" %}}'
        )


def test_an_avatar_shows_the_first_character_and_escapes_it() -> None:
    person = SimpleNamespace(name="<阿岚", hue=6, picture_url=None)
    html = show('{% avatar p "sm" %}', p=person)
    assert 'class="av sm h6"' in html
    assert "&lt;" in html
    assert 'aria-hidden="true"' in html


def test_an_avatar_standing_alone_says_its_name() -> None:
    person = SimpleNamespace(name="Mei Lin", hue=1, picture_url="/media/mei.jpg")
    html = show("{% avatar p alone=True %}", p=person)
    assert 'aria-label="Mei Lin"' in html
    assert 'src="/media/mei.jpg"' in html


def test_a_community_wears_its_own_hue() -> None:
    kiln = SimpleNamespace(name="Slow Kiln", initial="慢", brand_h=158, picture_url=None)
    assert 'class="av sm h11"' in show('{% avatar c "sm" %}', c=kiln)
    assert "慢" in show('{% avatar c "sm" %}', c=kiln)


def test_a_price_splits_its_sign_and_shows_what_it_was() -> None:
    html = show("{% price now was=before %}", now=Money(15800, "CNY"), before=Money(19800, "CNY"))
    assert '<span class="price num"><small>¥</small>158</span>' in html
    assert '<s class="was num"><span class="sr">Was </span>¥198</s>' in html
    assert "原价" in show(
        "{% price now was=before %}", "zh-hans", now=Money(1, "CNY"), before=Money(2, "CNY")
    )


def test_numbers_are_short_in_each_language() -> None:
    assert show("{{ n|compact }}", n=12345) == "12.3K"
    assert show("{{ n|compact }}", "zh-hans", n=12345) == "1.2万"
    assert show("{{ n|whole }}", n=2318) == "2,318"


@pytest.mark.parametrize(
    ("away", "english", "chinese"),
    [
        (timedelta(seconds=-5), "just now", "刚刚"),
        (timedelta(hours=-3), "3 hours ago", "3小时前"),
        (timedelta(days=2), "in 2 days", "2天后"),
        (timedelta(days=-40), "Tue 13 Oct", "10月13日 周二"),
        (timedelta(days=-400), "18 Oct 2025", "2025年10月18日"),
    ],
)
def test_moments_are_relative_for_a_week_and_exact_after(
    away: timedelta, english: str, chinese: str
) -> None:
    for language, wanted in (("en", english), ("zh-hans", chinese)):
        html = show("{% when at now %}", language, at=NOW + away, now=NOW)
        assert f">{wanted}</time>" in html
        assert "title=" in html


def test_a_deadline_is_always_exact_and_names_a_foreign_zone() -> None:
    at = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
    assert "Tue 24 Nov, 21:00</time>" in show("{% deadline at now=now %}", at=at, now=NOW)
    assert "(UTC)" in show('{% deadline at zone="Asia/Shanghai" now=now %}', at=at, now=NOW)


def test_language_marks_are_proper_tags() -> None:
    assert show("<b{% lang_attr code %}>", code="zh-hans") == '<b lang="zh-Hans">'
    assert show("<b{% lang_attr code %}>", code="") == "<b>"


def test_a_button_can_be_a_link_a_picture_or_busy() -> None:
    assert show('{% button "Pack" kind="buy" name="do" value="pack" %}') == (
        '<button class="btn buy" type="submit" name="do" value="pack"><span>Pack</span></button>'
    )
    assert show('{% button "Look" href="/x" kind="line" %}').startswith(
        '<a class="btn line" href="/x"'
    )
    assert 'aria-label="Share"' in show('{% button "Share" icon="share" bare=True kind="ghost" %}')
    assert 'aria-busy="true"' in show('{% button "Pay" busy=True %}')
    assert " disabled>" in show('{% button "Pay" disabled=True %}')


def test_every_form_key_is_fresh_and_a_cached_card_keeps_its_placeholder() -> None:
    assert show("{% form_key %}") != show("{% form_key %}")
    assert 'value="--form-key--"' in show("{% form_key %}", form_key="--form-key--")


class Piece(forms.Form):
    name = forms.CharField(help_text="As on the shelf")
    price = forms.CharField(required=False)
    ship = forms.ChoiceField(choices=[("post", "By post")], widget=forms.RadioSelect)


def test_a_field_is_wired_for_readers() -> None:
    form = Piece({"price": "x"})
    form.add_error("price", "Write it as a number")
    html = show('{% field f.name %}{% field f.price prefix="¥" %}{% field f.ship %}', f=form)
    assert '<label for="id_name">' in html
    assert 'aria-describedby="id_name_hint id_name_error"' in html
    assert 'id="id_price_error"' in html
    assert 'aria-invalid="true"' in html
    assert "optional" in html
    assert "<legend>" in html


def test_the_summary_of_errors_takes_focus_and_leads_to_each_field() -> None:
    html = show("{% form_errors f %}", f=Piece({"ship": "post", "name": ""}))
    assert 'role="alert"' in html
    assert "autofocus" in html
    assert 'href="#id_name"' in html
    assert show("{% form_errors f %}", f=Piece()) == ""


def test_money_flow_draws_its_parts_without_styles() -> None:
    parts = [
        {"label": "Yours", "amount": Money(7500, "CNY"), "tone": "brand"},
        {"label": "Fees", "amount": Money(2500, "CNY"), "tone": "line"},
    ]
    html = show("{% money_flow parts %}", parts=parts)
    assert 'width="74.60%"' in html
    assert "Yours ¥75" in html
    assert "style=" not in html


def test_stages_know_where_the_tree_is() -> None:
    html = show('{% stage_strip "canopy" %}')
    assert html.count('class="on') == 3
    assert html.count("aria-current") == 1


def test_pages_keep_the_rest_of_the_address() -> None:
    page = Paginator(range(50), 10).page(2)
    request = RequestFactory().get("/kiln/shop", {"kind": "tea", "page": "2"})
    html = show("{% paginate page %}", page=page, request=request)
    assert "?kind=tea&amp;page=1" in html
    assert "?kind=tea&amp;page=3" in html
    assert show("{% paginate page %}", page=Paginator([1], 10).page(1)) == ""


def test_charts_say_in_words_what_they_show() -> None:
    points = [("Mon", 1), ("Tue", 0), ("Wed", 6, True)]
    html = show('{% bar_chart p headline="Six on Wednesday" %}', p=points)
    assert 'aria-label="Six on Wednesday. Mon 1, Tue 0, Wed 6"' in html
    assert "<table" in html
    assert "<svg" in show("{% line_chart p %}", p=points)
    assert show("{% line_chart p %}", p=[]).count("<svg") == 0
