"""Me: profile and switches. What is kept about me is in privacy_views.py."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.core.doors import public
from banyan.core.idempotency import keyless
from banyan.core.pictures import NotAPicture
from banyan.core.ui.context import THEMES
from banyan.core.ui.toasts import toast

from . import actions, rules
from .cookies import keep, keep_choices
from .doors import person
from .forms import NameForm, ProfileForm


def safe_next(request: Any, default: str = "/") -> str:
    """Where to go on, if it is on this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if allowed else default


@keyless
@public
@require_POST
def language(request: Any) -> HttpResponse:
    """Read the pages in another language, from now on."""
    chosen = request.POST.get("language", "")
    response = redirect(safe_next(request))
    if chosen in dict(settings.LANGUAGES):
        keep(response, settings.LANGUAGE_COOKIE_NAME, chosen)
        if request.user.is_authenticated:
            actions.set_switch(person=request.user, language=chosen)
    return response


@keyless
@public
@require_POST
def theme(request: Any) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    response = redirect(safe_next(request))
    if chosen in THEMES:
        keep(response, "theme", "" if chosen == "system" else chosen)
        if request.user.is_authenticated:
            actions.set_switch(person=request.user, theme=chosen)
    return response


@keyless
@public
@require_POST
def zone(request: Any) -> HttpResponse:
    """The place whose time the pages show."""
    chosen = request.POST.get("zone", "")
    response = redirect(safe_next(request))
    if chosen in rules.zones():
        keep(response, "zone", chosen)
        if request.user.is_authenticated:
            actions.set_switch(person=request.user, zone=chosen)
    return response


@person
def hello(request: Any) -> HttpResponse:
    """The first page after signing up: what shall members call you?"""
    going_on = safe_next(request)
    form = NameForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _saved(form, request, name=form.cleaned_data["name"]):
            return redirect(going_on)
        status = 422
    return render(request, "people/hello.html", {"form": form, "next": going_on}, status=status)


@person
def me(request: Any) -> HttpResponse:
    form = ProfileForm(request.POST or None, request.FILES or None, person=request.user)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            fields = {
                name: form.cleaned_data[name]
                for name in ("name", "bio", "language", "theme", "zone", "region", "age_band")
            }
            drop = form.cleaned_data.get("drop_picture", False)
            if _saved(form, request, drop=drop, **fields):
                actions.choose_likes(
                    person=request.user, keys=form.cleaned_data["likes"], now=timezone.now()
                )
                with translation.override(request.user.language):
                    toast(request, _("Saved."))
                response = redirect("me")
                keep_choices(response, request.user)
                if request.user.theme == "system":
                    keep(response, "theme", "")
                return response
        status = 422
    return render(request, "people/me.html", {"form": form}, status=status)


def _saved(form: Any, request: Any, **fields: Any) -> bool:
    """Save the profile; an unreadable picture becomes the field's error."""
    picture = form.cleaned_data.get("picture")
    try:
        actions.change_profile(person=request.user, picture=picture, now=timezone.now(), **fields)
    except NotAPicture as refusal:
        form.add_error("picture", str(refusal.sentence))
        return False
    return True


@person
def security(request: Any) -> HttpResponse:
    """The ways in: password, passkeys, codes, and where I am signed in."""
    from allauth.mfa.models import Authenticator
    from allauth.usersessions.models import UserSession

    keys = list(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    return render(
        request,
        "people/security.html",
        {
            "has_password": request.user.has_usable_password(),
            "passkeys": keys.count("webauthn"),
            "has_app": "totp" in keys,
            "has_codes": "recovery_codes" in keys,
            "sessions": UserSession.objects.filter(user=request.user).count(),
        },
    )
