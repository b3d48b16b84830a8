from django.urls import path

from . import studio
from .views import comment, compose, feed, post

urlpatterns = [path("", feed.home, name="home")]
community_urlpatterns = [
    path("feed", feed.feed, name="feed"),
    path("feed/counts", feed.counts, name="feed-counts"),
    path("new", compose.new, name="post-new"),
    path("new/products", compose.find_products, name="post-products"),
    path("p/<oid:id>", post.post, name="post"),
    path("p/<oid:id>/edit", compose.edit, name="post-edit"),
    path("p/<oid:id>/delete", post.delete, name="post-delete"),
    path("p/<oid:id>/undelete", post.undelete, name="post-undelete"),
    path("p/<oid:id>/like", post.like, name="post-like"),
    path("p/<oid:id>/comments", comment.new, name="comment-new"),
    path("comments/<oid:id>/edit", comment.edit, name="comment-edit"),
    path("comments/<oid:id>/delete", comment.delete, name="comment-delete"),
    path("comments/<oid:id>/undelete", comment.undelete, name="comment-undelete"),
    path("comments/<oid:id>/like", post.like_comment, name="comment-like"),
]
studio_urlpatterns = [
    path("topics", studio.topics, name="studio-topics"),
    path("topics/<oid:id>/rename", studio.rename_topic, name="studio-topic-rename"),
    path("topics/<oid:id>/remove", studio.remove_topic, name="studio-topic-remove"),
]
