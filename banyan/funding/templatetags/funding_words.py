"""{% load funding_words %}: a share of the money as people write it."""

from __future__ import annotations

from django import template

from banyan.core.money import percent

register = template.Library()


@register.simple_tag
def share(bp: int) -> str:
    """{% share 2500 %}: 25%"""
    return f"{percent(bp)}%"
