"""The styleguide: every component in every state, and four pages of the design. Debug only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from banyan.core.doors import debug_only

from . import errors, specimens


@debug_only
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/specimens/styleguide.html", specimens.context())


@debug_only
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/specimens/home.html", specimens.place("feed"))


@debug_only
def shop(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/specimens/shop.html", specimens.place("shop"))


@debug_only
def product(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/specimens/product.html", specimens.place("shop"))


@debug_only
def studio(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/specimens/studio.html", specimens.place("today"))


@debug_only
def error(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "ui/error.html", errors.words(status), status=200)
