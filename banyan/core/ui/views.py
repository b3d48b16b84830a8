"""The styleguide: every component in every state, for whoever builds pages. Debug only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from banyan.core.doors import debug_only

from . import specimens


@debug_only
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/styleguide.html", specimens.context())
