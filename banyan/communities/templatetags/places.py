from __future__ import annotations

from typing import Any

from django import template

from banyan.communities.places import url

register = template.Library()


@register.simple_tag(takes_context=True)
def here(context: Any, name: str, **kwargs: Any) -> str:
    """The address of a page of the present community: {% here "product" slug=product.slug %}."""
    return url(context["community"], name, **kwargs)


@register.simple_tag
def place(community: Any, name: str, **kwargs: Any) -> str:
    """The same in a named community: {% place post.community "post" id=post.public_id %}."""
    return url(community, name, **kwargs)
