import pytest

from banyan.core.text import clean_html, lang_of, plain, render_markdown, search_words


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](x onerror=alert(1))",
        "<img src=x onerror=alert(1)>",
        "<a href='data:text/html,x'>x</a>",
        "<svg/onload=alert(1)>",
        "[x](vbscript:x)",
    ],
)
def test_nothing_a_member_writes_can_run(source):
    for html in (render_markdown(source), clean_html(source)):
        assert "<script" not in html
        assert "<img" not in html
        assert "<svg" not in html
        assert 'href="javascript' not in html.lower()
        assert 'href="data' not in html.lower()


def test_markdown_keeps_its_structure_below_the_page_heading():
    html = render_markdown("# One\n\n- a\n- **b**\n\nhttps://x.example [y](https://y.example)")
    assert "<h2>One</h2>" in html
    assert "<strong>b</strong>" in html
    assert 'rel="nofollow ugc noopener"' in html


def test_plain_text_is_short_and_without_signs():
    assert plain("**Hello** *you* & me") == "Hello you & me"
    assert plain("字" * 300, 10).endswith("…")


def test_the_language_of_a_text_is_seen():
    assert lang_of("第一窑的青瓷出来了 celadon") == "zh-Hans"
    assert lang_of("First light on the spring firing") == "en"
    assert lang_of("123", default="zh-Hans") == "zh-Hans"


def test_chinese_is_cut_into_words_that_can_be_found():
    words = search_words("青瓷盖碗套装", "Celadon Gaiwan").split()
    assert "celadon" in words
    assert "青瓷" in words
