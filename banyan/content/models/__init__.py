from .given import Follow, Like, Saved
from .poll import Ballot, Choice, Poll
from .preview import LinkPreview
from .written import Comment, Post, PostPhoto, PostProduct, PostTag, Topic, Version, Written

__all__ = [
    "Ballot", "Choice", "Comment", "Follow", "Like", "LinkPreview", "Poll", "Post", "PostPhoto",
    "PostProduct", "PostTag", "Saved", "Topic", "Version", "Written",
]  # fmt: skip
