"""Browsers that may be woken. Only ever asked for after a press."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.core.notices import PUSH
from banyan.core.ui.toasts import toast
from banyan.people.doors import person

from ..actions import choose
from ..forms import DeviceForm
from ..models import Device
from ..push import keys


@person
@require_POST
def key(request: Any) -> HttpResponse:
    """The site's public key, made when the first person asks."""
    return JsonResponse({"key": keys.public_key()})


@person
@require_POST
def add(request: Any) -> HttpResponse:
    form = DeviceForm(request.POST)
    if not form.is_valid():
        raise choose.NotADevice
    now, said = timezone.now(), form.cleaned_data
    choose.add_device(
        person=request.user,
        endpoint=said["endpoint"],
        p256dh=said["p256dh"],
        auth=said["auth"],
        label=_label(request.headers.get("User-Agent", "")),
        now=now,
    )
    if said["topic"]:
        choose.choose(person=request.user, wanted={(said["topic"], PUSH): True}, now=now)
    return JsonResponse({"said": _("This device is woken from now on.")}, status=201)


@person
@require_POST
def remove(request: Any, id: UUID) -> HttpResponse:
    device = Device.objects.filter(person=request.user, public_id=id).first()
    if device is None:
        raise Http404
    choose.remove_device(person=request.user, device=device)
    toast(request, _("Removed. It stays silent from now on."))
    return redirect("notices-settings")


_BROWSERS = ("Firefox", "Edg", "OPR", "Chrome", "Safari")
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
_NAMES = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "Mac"}


def _label(agent: str) -> str:
    """ "Firefox, Android", for its owner to tell it from the others."""
    parts = [next((n for n in names if n in agent), "") for names in (_BROWSERS, _SYSTEMS)]
    return ", ".join(_NAMES.get(part, part) for part in parts if part)
