"""{% load ui %}: everything a page needs from the kit. docs/ui.md shows each with an example."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms, template
from django.contrib import messages as django_messages
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from banyan.core.idempotency import new_form_key

from .. import charts, drawings, errors, formats

register = template.Library()

_SYMBOL = re.compile(r"^(-?)([^\d-]+)(.*)$")


def _attributes(given: dict[str, Any]) -> SafeString:
    """data_draft="x" becomes data-draft="x"; True stands alone, False and None fall away."""
    return format_html_join(
        "", "{}",
        (
            (format_html(" {}", k.rstrip("_").replace("_", "-")),)
            if v is True
            else (format_html(' {}="{}"', k.rstrip("_").replace("_", "-"), v),)
            for k, v in given.items()
            if v is not None and v is not False and v != ""
        ),
    )


# Pictures

@register.simple_tag
def icon(name: str, cls: str = "") -> SafeString:
    return drawings.icon(name, cls)


@register.simple_tag
def mark() -> SafeString:
    return drawings.MARK


@register.simple_tag
def avatar(person: Any, size: str = "", alone: bool = False) -> SafeString:
    return drawings.avatar(person, size, alone)


@register.simple_tag
def avatars(people: Any, size: str = "sm", most: int = 5) -> SafeString:
    """A stack of leaves; names belong in the words beside it."""
    row = format_html_join("", "{}", ((drawings.avatar(p, size),) for p in list(people)[:most]))
    return format_html('<span class="stack" aria-hidden="true">{}</span>', row)


# Numbers, money, moments, language

@register.filter
def money(amount: Any) -> str:
    return "" if amount is None else amount.display(get_language() or "en")


@register.simple_tag
def price(amount: Any, was: Any = None, big: bool = False, cls: str = "") -> SafeString:
    text = money(amount)
    found = _SYMBOL.match(text)
    shown = format_html("{}<small>{}</small>{}", *found.groups()) if found else text
    classes = " ".join(filter(None, ["price num", "big" if big else "", cls]))
    out = format_html('<span class="{}">{}</span>', classes, shown)
    if was is not None and was != amount:
        out += format_html(
            ' <s class="was num"><span class="sr">{} </span>{}</s>',
            pgettext("before a crossed-out price", "Was"), money(was),
        )
    return out


@register.filter
def compact(n: int | None) -> str:
    return "" if n is None else formats.compact(n)


@register.filter
def whole(n: int | None) -> str:
    return "" if n is None else formats.whole(n)


@register.simple_tag
def when(moment: datetime | None, now: datetime | None = None) -> SafeString | str:
    """3 hours ago, with the exact time on hover and for screen readers that ask."""
    if moment is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(), formats.exact(moment, now=now), formats.relative(moment, now=now),
    )


@register.simple_tag
def deadline(moment: datetime | None, zone: str = "", now: datetime | None = None) -> SafeString | str:
    """Always exact; says the zone when `zone` (the shop's) is not the viewer's."""
    if moment is None:
        return ""
    shown = formats.exact(moment, now=now)
    if zone and zone != timezone.get_current_timezone_name():
        shown = _("%(moment)s (%(zone)s)") % {"moment": shown, "zone": formats.zone_name(moment)}
    return format_html('<time class="num" datetime="{}">{}</time>', moment.isoformat(), shown)


@register.simple_tag
def lang_attr(code: str | None) -> SafeString | str:
    return format_html(' lang="{}"', formats.tag_of(code)) if code else ""


@register.simple_tag
def page_lang() -> str:
    return formats.tag_of(get_language() or "en")


@register.simple_block_tag
def captured(content: str) -> str:
    """{% captured as actions %}…{% endcaptured %}: HTML to hand to an include."""
    return content


# Buttons and small marks

@register.simple_tag
def button(
    label: str,
    kind: str = "main",
    icon: str = "",
    type: str = "submit",
    href: str = "",
    size: str = "",
    busy: bool = False,
    bare: bool = False,
    cls: str = "",
    **attrs: Any,
) -> SafeString:
    """A button, or a link when `href` is given. `bare`: only the icon shows, the label is spoken."""
    classes = " ".join(filter(None, ["btn", kind, size, "icon" if bare else "", cls]))
    inner = drawings.icon(icon) if icon else ""
    if bare:
        attrs["aria_label"] = label
    else:
        inner = format_html("{}<span>{}</span>", inner, label)
    if busy:
        attrs["aria_busy"] = "true"
    if href:
        return format_html('<a class="{}" href="{}"{}>{}</a>', classes, href, _attributes(attrs), inner)
    return format_html(
        '<button class="{}" type="{}"{}>{}</button>', classes, type, _attributes(attrs), inner
    )


@register.simple_tag
def chip(label: str, tone: str = "", icon: str = "", live: bool = False) -> SafeString:
    dot = mark_safe('<span class="dot pulse"></span>') if live else ""
    picture = drawings.icon(icon) if icon else ""
    return format_html('<span class="chip {}">{}{}{}</span>', tone, dot, picture, label)


@register.simple_tag
def progress(value: float, max: float, label: str, shown: str = "") -> SafeString:
    words = format_html('<span class="sm-t sub">{}</span>', shown) if shown else ""
    return format_html(
        '<progress class="bar" value="{}" max="{}" aria-label="{}">{}</progress>{}',
        value, max, label, shown or f"{value} / {max}", words,
    )


# Forms

@register.simple_tag(takes_context=True)
def form_key(context: template.Context) -> SafeString:
    """A fresh key: the same form sent twice does its work once.

    A cached card is given `form_key` (cards.FORM_KEY), which each page replaces by a fresh one.
    """
    key = context.get("form_key") or new_form_key()
    return format_html('<input type="hidden" name="form_key" value="{}">', key)


@register.simple_tag
def error_words(status: int) -> dict[str, Any]:
    return errors.words(status)


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
                rows.append(format_html('<li><a href="#{}">{}</a>: {}</li>', target, bound.label, error))
            else:
                rows.append(format_html("<li>{}</li>", error))
    title = ngettext("One thing to mend", "%(count)d things to mend", len(rows)) % {"count": len(rows)}
    return format_html(
        '<div class="errors" role="alert" tabindex="-1" autofocus data-focus><h2>{}{}</h2><ul>{}</ul><p>{}</p></div>',
        drawings.icon("circle-alert"), title, SafeString("".join(rows)),
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
        format_html(' <span class="opt">{}</span>', _("optional")) if not bound.field.required else ""
    )
    hint_html = format_html('<p class="hint" id="{}_hint">{}</p>', ident, hint) if hint else ""
    error_html = (
        format_html(
            '<p class="err" id="{}_error">{}<span>{}</span></p>',
            ident, drawings.icon("circle-alert"), " ".join(bound.errors),
        )
        if bound.errors
        else ""
    )
    classes = " ".join(filter(None, ["field", "bad" if bound.errors else "", cls]))
    if isinstance(widget, forms.CheckboxInput):
        return format_html(
            '<div class="{} check"><label>{}<span>{}</span></label>{}{}</div>',
            classes, bound.as_widget(attrs=given), label, hint_html, error_html,
        )
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        choices = format_html_join(
            "", '<label class="choice">{}<span>{}</span></label>',
            ((option.tag(), option.choice_label) for option in bound.subwidgets),
        )
        wiring = _attributes({k: v for k, v in given.items() if k == "aria-describedby"})
        return format_html(
            '<fieldset class="{}" id="{}" tabindex="-1"{}><legend>{}{}</legend>{}<div class="choices">{}</div>{}</fieldset>',
            classes, ident, wiring, label, optional, hint_html, choices, error_html,
        )
    control = bound.as_widget(attrs=given)
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
        control = format_html('<div class="select">{}{}</div>', control, drawings.icon("chevron-down"))
    elif isinstance(widget, forms.FileInput):
        control = format_html(
            '<div class="drop" data-drop>{}<p>{}</p>{}<ul class="previews" data-previews></ul></div>',
            drawings.icon("image-plus"), _("Choose files, or drop them here"), control,
        )
    return format_html(
        '<div class="{}"><label for="{}">{}{}</label>{}{}{}</div>',
        classes, bound.id_for_label or ident, label, optional, hint_html, control, error_html,
    )


def _editor(control: SafeString) -> SafeString:
    """The Markdown tools show themselves once their script has come."""
    tools = (
        ("bold", "bold", _("Bold")), ("quote", "text-quote", _("Quote")),
        ("list", "list", _("List")), ("link", "link", _("Link")),
    )
    buttons = format_html_join(
        "", '<button type="button" data-md="{}" aria-label="{}" title="{}">{}</button>',
        ((name, label, label, drawings.icon(picture)) for name, picture, label in tools),
    )
    return format_html(
        '<div class="editor"><div class="tools" role="group" aria-label="{}" hidden>{}</div>{}'
        '<p class="kept" aria-live="polite"></p></div>',
        _("Formatting"), buttons, control,
    )


# Larger parts

@register.simple_tag
def empty(
    drawing: str, title: str, text: str = "", url: str = "", label: str = "", kind: str = "main"
) -> SafeString:
    act = button(label, kind=kind, href=url) if url and label else ""
    return format_html(
        '<div class="empty">{}<h2>{}</h2>{}{}</div>',
        drawings.empty_drawing(drawing), title, format_html("<p>{}</p>", text) if text else "", act,
    )


@register.simple_tag
def empty_picture(name: str) -> SafeString:
    return drawings.empty_drawing(name)


def _stage_names() -> dict[str, str]:
    return {
        "seed": _("Seed"), "sapling": _("Sapling"), "canopy": _("Canopy"),
        "market": _("Market"), "grove": _("Grove"),
    }


@register.simple_tag
def stage_strip(stage: str, note: str = "") -> SafeString:
    names = _stage_names()
    reached = list(names).index(stage) if stage in names else -1
    steps = format_html_join(
        "", '<li class="{}"{}><svg viewBox="0 0 44 44" aria-hidden="true"><path d="{}"/></svg>{}</li>',
        (
            (
                " ".join(filter(None, ["on" if i <= reached else "", "now" if i == reached else ""])),
                mark_safe(' aria-current="step"') if i == reached else "",
                drawings.STAGES[key], name,
            )
            for i, (key, name) in enumerate(names.items())
        ),
    )
    words = format_html("<p>{}</p>", note) if note else ""
    return format_html('<div class="stages"><ol>{}</ol>{}</div>', steps, words)


@register.simple_tag
def money_flow(parts: Any, label: str = "") -> SafeString:
    """One bar and its rows. Parts: {label, amount, tone}; tones brand, sprout, amber, sky, line, fig."""
    rows = [
        (str(drawings.read(p, "label")), drawings.read(p, "amount"), drawings.read(p, "tone") or "line")
        for p in parts
    ]
    said = label or _("Where the money went")
    spoken = ", ".join(f"{name} {money(amount)}" for name, amount, _tone in rows)
    bar = charts.stacked(
        [(tone, max(0, amount.minor)) for _name, amount, tone in rows], said=f"{said}: {spoken}"
    )
    lines = format_html_join(
        "", '<div><dt><svg class="key" viewBox="0 0 10 10" aria-hidden="true"><rect class="t-{}" width="10" '
        'height="10" rx="3"/></svg>{}</dt><dd class="num">{}</dd></div>',
        ((tone, name, money(amount)) for name, amount, tone in rows),
    )
    return format_html('{}<dl class="rows">{}</dl>', bar, lines)


def _chart(picture: str, rows: list[charts.Point], headline: str, eyebrow: str, first: str, second: str) -> SafeString:
    head = format_html('<p class="mut sm-t">{}</p>', eyebrow) if eyebrow else ""
    if headline:
        head += format_html('<p class="sum">{}</p>', headline)
    return format_html(
        '<figure class="chart">{}{}<details class="numbers"><summary>{}</summary>{}</details></figure>',
        head, SafeString(picture), _("See numbers"),
        charts.table(rows, first=first or _("When"), second=second or _("How many")),
    )


@register.simple_tag
def bar_chart(points: Any, headline: str = "", eyebrow: str = "", first: str = "", second: str = "") -> SafeString:
    rows = charts.points_of(points)
    said = f"{headline or eyebrow}. " + ", ".join(f"{p.label} {charts.number(p.value)}" for p in rows)
    picture = charts.bars(rows, width=720, height=180, said=said, cls="broad")
    picture += charts.bars(rows, width=360, height=176, said=said, cls="slim")
    return _chart(picture, rows, headline, eyebrow, first, second)


@register.simple_tag
def line_chart(points: Any, headline: str = "", eyebrow: str = "", first: str = "", second: str = "") -> SafeString:
    rows = charts.points_of(points)
    ends = f"{rows[0].label} {charts.number(rows[0].value)}, {rows[-1].label} {charts.number(rows[-1].value)}" if rows else ""
    said = f"{headline or eyebrow}. {ends}"
    picture = charts.line(rows, width=760, height=172, said=said, cls="broad")
    picture += charts.line(rows, width=360, height=172, said=said, cls="slim")
    return _chart(picture, rows, headline, eyebrow, first, second)


@register.simple_tag
def spark_bars(points: Any, label: str = "") -> SafeString:
    """The small bars of a need card; no table, so name every number in `label` or the words beside."""
    rows = charts.points_of(points)
    said = label or ", ".join(f"{p.label} {charts.number(p.value)}" for p in rows)
    return charts.bars(rows, width=208, height=98, said=said, cls="")


@register.simple_tag
def compare_bars(points: Any, of: float | None = None, label: str = "") -> SafeString:
    rows = charts.points_of(points)
    said = label or ", ".join(f"{p.label} {charts.number(p.value)}" for p in rows)
    return charts.compare(rows, of=of, said=said)


@register.simple_tag(takes_context=True)
def paginate(context: template.Context, page: Any, param: str = "page") -> SafeString | str:
    """Earlier and later pages; keeps the other things in the address."""
    if page is None or not page.has_other_pages():
        return ""
    request = context.get("request")

    def address(number: int) -> str:
        query = request.GET.copy() if request else None
        if query is None:
            return f"?{param}={number}"
        query[param] = str(number)
        return f"?{query.urlencode()}"

    back = (
        button(_("Back"), kind="line", icon="chevron-left", href=address(page.previous_page_number()), rel="prev")
        if page.has_previous()
        else ""
    )
    on = (
        button(_("Next"), kind="line", icon="chevron-right", href=address(page.next_page_number()), rel="next", cls="after")
        if page.has_next()
        else ""
    )
    where = _("Page %(page)d of %(pages)d") % {"page": page.number, "pages": page.paginator.num_pages}
    return format_html(
        '<nav class="pages" aria-label="{}">{}<span class="sm-t mut num">{}</span>{}</nav>',
        _("Pages"), back, where, on,
    )


@register.simple_tag
def post_card(post: Any, **extra: Any) -> SafeString:
    return mark_safe(render_to_string("ui/parts/post_card.html", {"post": post, **extra}))


@register.simple_tag
def product_card(product: Any, **extra: Any) -> SafeString:
    return mark_safe(render_to_string("ui/parts/product_card.html", {"product": product, **extra}))


@register.filter
def undo_url(message: Any) -> str:
    """The address behind a message's Undo, if toasts.toast() gave it one."""
    for tag in (message.extra_tags or "").split():
        if tag.startswith("undo="):
            return tag.removeprefix("undo=")
    return ""


@register.filter
def toast_tone(message: Any) -> str:
    if message.level >= django_messages.ERROR:
        return "bad"
    return "good" if message.level == django_messages.SUCCESS else ""
