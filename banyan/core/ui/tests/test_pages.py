"""The styleguide and the layouts stand in both languages."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.utils import translation

PAGES = ["", "/home", "/shop", "/product", "/studio", "/error/404", "/error/409", "/error/500"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("page", PAGES)
@override_settings(DEBUG=True)
def test_specimen_pages_open(client: Client, page: str, language: str) -> None:
    response = client.get(f"/styleguide{page}", headers={"accept-language": language})
    assert response.status_code == 200
    html = response.content.decode()
    assert f'<html lang="{"zh-Hans" if language.startswith("zh") else "en"}"' in html
    assert "csrfmiddlewaretoken" not in html
    assert "style=" not in html


@override_settings(DEBUG=False)
def test_the_styleguide_is_not_for_visitors(client: Client) -> None:
    assert client.get("/styleguide").status_code == 404


@override_settings(DEBUG=True)
def test_the_theme_comes_from_the_cookie(client: Client) -> None:
    assert 'data-theme="system"' in client.get("/styleguide/home").content.decode()
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in client.get("/styleguide/home").content.decode()
    client.cookies["theme"] = '"><script>'
    assert 'data-theme="system"' in client.get("/styleguide/home").content.decode()


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422, 429, 500, 503])
def test_an_error_page_says_what_happened_and_one_next_step(status: int) -> None:
    with translation.override("zh-hans"):
        html = render_to_string("ui/error.html", {"status": status})
    assert "<h1>" in html
    assert html.count('class="btn main"') == 1
    assert "%(" not in html
