"""Plain form controls as text, without a template for each control and each choice.

A list of 250 countries costs Django 250 small templates, a quarter of a checkout. What this does
not know it leaves to Django.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

_INPUTS = (forms.TextInput, forms.EmailInput, forms.NumberInput, forms.URLInput, forms.HiddenInput)


def control(bound: BoundField, given: dict[str, Any]) -> SafeString:
    """What `bound.as_widget(attrs=given)` draws."""
    widget = bound.field.widget
    kind = type(widget)
    if bound.field.localize or kind not in (*_INPUTS, forms.Textarea, forms.Select):
        return bound.as_widget(attrs=given)
    attrs = bound.build_widget_attrs(dict(given), widget)
    if bound.auto_id and "id" not in widget.attrs:
        attrs.setdefault("id", bound.auto_id)
    attrs = widget.build_attrs(widget.attrs, attrs)
    value, name = widget.format_value(bound.value()), bound.html_name
    if kind is forms.Select:
        choices = tuple(widget.choices)
        if any(isinstance(label, (list, tuple)) for _, label in choices):
            return bound.as_widget(attrs=given)
        options = _options(tuple((str(key), str(label)) for key, label in choices), tuple(value))
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(attrs), options)
    if kind is forms.Textarea:
        text = "" if value is None else value
        return format_html('<textarea name="{}"{}>\n{}</textarea>', name, flatatt(attrs), text)
    given_value = {} if value is None else {"value": value}
    kind_of = {"type": attrs.pop("type", widget.input_type), "name": name}
    return format_html("<input{}>", flatatt(kind_of | given_value | attrs))


@lru_cache(maxsize=256)
def _options(choices: tuple[tuple[str, str], ...], chosen: tuple[str, ...]) -> SafeString:
    one = '<option value="{}"{}>{}</option>'
    return mark_safe(
        "".join(
            one.format(
                conditional_escape(key),
                " selected" if key in chosen else "",
                conditional_escape(label),
            )
            for key, label in choices
        )
    )
