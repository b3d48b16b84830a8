from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
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


class MomentField(forms.DateTimeField):
    """A day and time in the zone that the pages of this person show."""

    def __init__(self, **kwargs: Any) -> None:
        shape = "%Y-%m-%dT%H:%M"
        kwargs.setdefault(
            "widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format=shape)
        )
        super().__init__(input_formats=[shape, f"{shape}:%S", "%Y-%m-%d %H:%M"], **kwargs)


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
        self,
        *args: Any,
        topics: list[tuple[str, str]],
        kept: int = 0,
        may_wait: bool = True,
        must_wait: bool = False,
        **kwargs: Any,
    ) -> None:
        """`may_wait`: a later moment can be chosen; `must_wait`: it has one already."""
        super().__init__(*args, **kwargs)
        self.kept = kept
        if may_wait:
            self.fields["publish_at"] = MomentField(label=_("Publish at"), required=must_wait)
        self.fields["topic"].choices = [("", _("No topic")), *topics]  # type: ignore[attr-defined]
        if not topics:
            del self.fields["topic"]

    def clean_publish_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["publish_at"]
        now = timezone.now()
        if at is not None and not now < at <= now + timedelta(days=rules.LATEST_DAYS):
            raise forms.ValidationError(_("Choose a time to come, within a year."))
        return at

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


class QuestionForm(forms.Form):
    """What a poll asks beside its post; `question` once it is valid."""

    closes_at = MomentField(label=_("Voting ends"))
    is_many = forms.BooleanField(label=_("Several answers may be chosen"), required=False)
    shows = forms.ChoiceField(
        label=_("Who sees the results, and when"), choices=rules.SHOWS, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, rules.MOST_CHOICES + 1):
            self.fields[f"choice_{n}"] = forms.CharField(
                label=_("Answer %(number)d") % {"number": n},
                required=n <= rules.LEAST_CHOICES,
                max_length=rules.CHOICE_LENGTH,
            )

    @property
    def choice_fields(self) -> list[Any]:
        return [self[f"choice_{n}"] for n in range(1, rules.MOST_CHOICES + 1)]

    def clean_closes_at(self) -> datetime:
        at: datetime = self.cleaned_data["closes_at"]
        if at <= timezone.now():
            raise forms.ValidationError(_("Choose a time to come."))
        if at > timezone.now() + timedelta(days=rules.LONGEST_POLL_DAYS):
            raise forms.ValidationError(_("Half a year ahead is the most."))
        return at

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        seen: set[str] = set()
        for n in range(1, rules.MOST_CHOICES + 1):
            words = found.get(f"choice_{n}", "").casefold()
            if words and words in seen:
                self.add_error(f"choice_{n}", _("This answer stands here already."))
            seen.add(words)
        return found

    @property
    def question(self) -> rules.Question:
        said = self.cleaned_data
        words = [said.get(f"choice_{n}", "") for n in range(1, rules.MOST_CHOICES + 1)]
        return rules.Question(
            choices=tuple(word for word in words if word),
            closes_at=said["closes_at"],
            is_many=said["is_many"],
            shows=said["shows"],
            zone=timezone.get_current_timezone_name(),
        )


class CommentForm(forms.Form):
    body = forms.CharField(
        label=_("Your comment"),
        max_length=rules.COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MomentForm(forms.Form):
    """Another moment for a post that waits."""

    at = MomentField(label=_("Publish at"))

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if not timezone.now() < at <= timezone.now() + timedelta(days=rules.LATEST_DAYS):
            raise forms.ValidationError(_("Choose a time to come, within a year."))
        return at


class TopicForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("topic", "Name"), max_length=40)
    second_name = forms.CharField(
        label=_("Name in the other language"), required=False, max_length=40
    )
