"""What the first link of a post leads to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community
from banyan.core.models import Picture, Scoped
from banyan.core.privacy import Privacy

from .. import rules
from .written import Post


class LinkPreview(Scoped):
    """Title, words and picture of a linked page, as they were when we fetched them."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="preview")
    url = models.CharField(max_length=rules.ADDRESS_LENGTH)
    state = models.CharField(max_length=8, choices=rules.PREVIEWS, default=rules.WAITING)
    title = models.CharField(max_length=200, blank=True)
    text = models.CharField(max_length=300, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    picture = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    fetched_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Previews of links in your posts")
    privacy = Privacy(
        person="post__author__person",
        exports=("post_id", "url", "state", "title", "text", "fetched_at"),
        on_erase="delete",
        keeps="while its post says the link",
    )

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def is_shown(self) -> bool:
        return self.state == rules.READY

    @property
    def site(self) -> str:
        return self.url.split("/")[2].removeprefix("www.")
