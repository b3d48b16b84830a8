"""The look comes from tokens; the strict content policy leaves no room for inline anything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]  # the package banyan
UI = Path(__file__).resolve().parents[1]
SHEETS = sorted(ROOT.rglob("static/**/*.css"))
TEMPLATES = sorted(p for p in ROOT.rglob("templates/**/*.html"))
# A number in a colour function, a hex value or a named colour.
RAW = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\(\s*[\d.]|:\s*(?:white|black|red|gray|grey)\b"
)


def bare(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.S)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_raw_colour_outside_the_tokens(sheet: Path) -> None:
    if sheet.name != "tokens.css":
        assert not RAW.findall(bare(sheet.read_text()))


def test_every_token_that_is_used_exists() -> None:
    everything = bare("".join(p.read_text() for p in SHEETS))
    made = set(re.findall(r"(--[\w-]+)\s*:", everything))
    used = set(re.findall(r"var\((--[\w-]+)", everything))
    assert used <= made


def test_braces_are_balanced() -> None:
    for sheet in SHEETS:
        css = bare(sheet.read_text())
        assert css.count("{") == css.count("}"), sheet


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_inline_style_handler_or_script(template: Path) -> None:
    if "email" in template.parts or "mail" in template.parts:
        pytest.skip("mail readers need inline styles")
    html = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", template.read_text(), flags=re.S)
    html = re.sub(r"{%.*?%}|{{.*?}}", "", html, flags=re.S)
    assert not re.findall(r"<[^>]*\sstyle\s*=", html)
    assert not re.findall(r"<[^>]*\son[a-z]+\s*=", html)
    assert not re.findall(r"hx-on[:-]|\bhx-vals\s*=\s*['\"]js:|javascript:", html)
    for script in re.findall(r"<script\b[^>]*>", html):
        assert "src=" in script or "application/json" in script or "nonce=" in script, script
    for sheet in re.findall(r"<style\b[^>]*>", html):
        assert "nonce=" in sheet


def test_pages_stay_light_before_photos() -> None:
    """HTML + CSS + JS of a page below 170 kB compressed: the kit itself may take 50."""
    import gzip

    files = [
        UI / "static/ui" / n
        for n in ("tokens.css", "base.css", "parts.css", "layout.css", "app.js", "writing.js")
    ]
    assert sum(len(gzip.compress(f.read_bytes())) for f in files) < 50_000
