from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from banyan.core.slots import fill

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: Any, name: str, **kwargs: Any) -> SafeString:
    """Everything the modules above put here: {% slot "catalog.product.aside" product=product %}."""
    return mark_safe("".join(fill(name, context["request"], **kwargs)))
