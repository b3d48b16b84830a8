"""`{{ challenge|said:"about" }}` in the reader's language, and which language that is."""

from __future__ import annotations

from django import template

from ..models import Challenge

register = template.Library()


@register.filter
def said(challenge: Challenge, field: str) -> str:
    return challenge.said(field)


@register.filter
def said_lang(challenge: Challenge, field: str) -> str:
    return challenge.said_lang(field)
