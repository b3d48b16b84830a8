"""Fields, their errors, and the key every write carries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banyan.core.idempotency import new_form_key

from .. import controls, drawings
from . import register
from .buttons import attributes


@register.simple_tag(takes_context=True)
def form_key(context: Context) -> SafeString:
    """A fresh key: the same form sent twice does its work once.

    A cached card is given `form_key` (cards.FORM_KEY), which each page replaces by a fresh one.
    """
    key = context.get("form_key") or new_form_key()
    return format_html('<input type="hidden" name="form_key" value="{}" autocomplete="off">', key)


@register.simple_tag
def form_errors(form: Any) -> SafeString | str:
    """What has to be mended, on top of the form; takes focus."""
    if not getattr(form, "is_bound", False) or not form.errors:
        return ""
    rows: list[SafeString] = []
    for name, errors in form.errors.items():
        for error in errors:
            if name in form.fields and not form.fields[name].widget.is_hidden:
                bound = form[name]
                target = bound.id_for_label or bound.auto_id
                rows.append(
                    format_html('<li><a href="#{}">{}</a>: {}</li>', target, bound.label, error)
                )
            else:
                rows.append(format_html("<li>{}</li>", error))
    title = ngettext("One thing to mend", "%(count)d things to mend", len(rows)) % {
        "count": len(rows)
    }
    return format_html(
        '<div class="errors" role="alert" tabindex="-1" autofocus data-focus>'
        "<h2>{}{}</h2><ul>{}</ul><p>{}</p></div>",
        drawings.icon("circle-alert"),
        title,
        SafeString("".join(rows)),
        _("What you typed is kept."),
    )


@register.simple_tag
def field(
    bound: BoundField,
    label: str = "",
    hint: str = "",
    prefix: str = "",
    suffix: str = "",
    cls: str = "",
    editor: bool = False,
    **attrs: Any,
) -> SafeString:
    """Label, control, hint and error of one form field, wired for screen readers."""
    widget = bound.field.widget
    if widget.is_hidden:
        return SafeString(str(bound))
    ident = bound.auto_id or f"id_{bound.html_name}"
    hint = hint or str(bound.help_text or "")
    described = [f"{ident}_hint"] if hint else []
    if bound.errors:
        described.append(f"{ident}_error")
    given = {k.rstrip("_").replace("_", "-"): v for k, v in attrs.items()}
    if described:
        given["aria-describedby"] = " ".join(described)
    if bound.errors:
        given["aria-invalid"] = "true"
    if editor:
        given["data-editor"] = ""
    label = label or str(bound.label or "")
    optional = (
        format_html(' <span class="opt">{}</span>', _("optional"))
        if not bound.field.required
        else ""
    )
    hint_html = format_html('<p class="hint" id="{}_hint">{}</p>', ident, hint) if hint else ""
    error_html = (
        format_html(
            '<p class="err" id="{}_error">{}<span>{}</span></p>',
            ident,
            drawings.icon("circle-alert"),
            " ".join(bound.errors),
        )
        if bound.errors
        else ""
    )
    classes = " ".join(filter(None, ["field", "bad" if bound.errors else "", cls]))
    if isinstance(widget, forms.CheckboxInput):
        return format_html(
            '<div class="{} check"><label>{}<span>{}</span></label>{}{}</div>',
            classes,
            bound.as_widget(attrs=given),
            label,
            hint_html,
            error_html,
        )
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        choices = format_html_join(
            "",
            '<label class="choice">{}<span>{}</span></label>',
            ((option.tag(), option.choice_label) for option in bound.subwidgets),
        )
        wiring = attributes({k: v for k, v in given.items() if k == "aria-describedby"})
        return format_html(
            '<fieldset class="{}" id="{}" tabindex="-1"{}><legend>{}{}</legend>{}'
            '<div class="choices">{}</div>{}</fieldset>',
            classes,
            ident,
            wiring,
            label,
            optional,
            hint_html,
            choices,
            error_html,
        )
    control = controls.control(bound, given)
    if editor:
        control = _editor(control)
    elif prefix or suffix:
        control = format_html(
            '<div class="joined">{}{}{}</div>',
            format_html('<span aria-hidden="true">{}</span>', prefix) if prefix else "",
            control,
            format_html('<span aria-hidden="true">{}</span>', suffix) if suffix else "",
        )
    elif isinstance(widget, forms.Select) and not isinstance(widget, forms.SelectMultiple):
        control = format_html(
            '<div class="select">{}{}</div>', control, drawings.icon("chevron-down")
        )
    elif isinstance(widget, forms.FileInput):
        control = format_html(
            '<div class="drop" data-drop>{}<p>{}</p>{}'
            '<ul class="previews" data-previews></ul></div>',
            drawings.icon("image-plus"),
            _("Choose files, or drop them here"),
            control,
        )
    return format_html(
        '<div class="{}"><label for="{}">{}{}</label>{}{}{}</div>',
        classes,
        bound.id_for_label or ident,
        label,
        optional,
        hint_html,
        control,
        error_html,
    )


def _editor(control: SafeString) -> SafeString:
    """The Markdown tools show themselves once their script has come."""
    tools = (
        ("bold", "bold", _("Bold")),
        ("quote", "text-quote", _("Quote")),
        ("list", "list", _("List")),
        ("link", "link", _("Link")),
    )
    buttons = format_html_join(
        "",
        '<button type="button" data-md="{}" aria-label="{}" title="{}">{}</button>',
        ((name, label, label, drawings.icon(picture)) for name, picture, label in tools),
    )
    return format_html(
        '<div class="editor"><div class="tools" role="group" aria-label="{}" hidden>{}</div>{}'
        '<p class="kept" aria-live="polite"></p></div>',
        _("Formatting"),
        buttons,
        control,
    )
