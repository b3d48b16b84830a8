from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from . import rules


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files at once, each checked like one."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            ManyFiles(
                attrs={"accept": "image/jpeg,image/png,image/webp,image/gif", "multiple": True}
            ),
        )
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(PhotosField, self).clean(file, initial) for file in files]


class PostForm(forms.Form):
    """`kept` is the number of photos the post has already; `topics` the choices of this feed."""

    title = forms.CharField(label=_("Title"), required=False, max_length=rules.TITLE_LENGTH)
    body = forms.CharField(
        label=_("Your words"),
        required=False,
        max_length=rules.BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    photos = PhotosField(label=_("Photos"), required=False)
    topic = forms.ChoiceField(label=_("Topic"), required=False)

    def __init__(
        self, *args: Any, topics: list[tuple[str, str]], kept: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept
        self.fields["topic"].choices = [("", _("No topic")), *topics]  # type: ignore[attr-defined]
        if not topics:
            del self.fields["topic"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        photos = found.get("photos") or []
        total = self.kept + len(photos)
        if total > rules.MOST_PHOTOS:
            self.add_error(
                "photos",
                ngettext(
                    "At most %(most)d photo fits into a post.",
                    "At most %(most)d photos fit into a post.",
                    rules.MOST_PHOTOS,
                )
                % {"most": rules.MOST_PHOTOS},
            )
        words = found.get("title", "").strip() or found.get("body", "").strip()
        if not (words or total or "body" in self.errors or "title" in self.errors):
            self.add_error("body", _("Write a few words or add a photo first."))
        return found


class CommentForm(forms.Form):
    body = forms.CharField(
        label=_("Your comment"),
        max_length=rules.COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TopicForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("topic", "Name"), max_length=40)
    second_name = forms.CharField(
        label=_("Name in the other language"), required=False, max_length=40
    )
