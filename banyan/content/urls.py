from django.urls import path

from . import studio
from .views import comment, compose, feed, history, keep, people, poll, post, scheduled, syndication

urlpatterns = [
    path("", feed.home, name="home"),
    path("robots.txt", syndication.robots, name="robots"),
    path("sitemap.xml", syndication.sitemap_index, name="sitemap-index"),
    path("sitemap/<slug:kind>-<int:page>.xml", syndication.sitemap, name="sitemap"),
    path("me/saved", keep.saved, name="me-saved"),
    path("me/following", keep.following, name="me-following"),
]
community_urlpatterns = [
    path("feed", feed.feed, name="feed"),
    path("feed.rss", syndication.rss, name="feed-rss"),
    path("feed.atom", syndication.atom, name="feed-atom"),
    path("feed/counts", feed.counts, name="feed-counts"),
    path("new", compose.new, name="post-new"),
    path("new/products", compose.find_products, name="post-products"),
    path("p/<oid:id>", post.post, name="post"),
    path("p/<oid:id>/edit", compose.edit, name="post-edit"),
    path("p/<oid:id>/delete", post.delete, name="post-delete"),
    path("p/<oid:id>/undelete", post.undelete, name="post-undelete"),
    path("p/<oid:id>/like", post.like, name="post-like"),
    path("p/<oid:id>/save", keep.save, name="post-save"),
    path("p/<oid:id>/follow", keep.follow_thread, name="post-follow"),
    path("p/<oid:id>/vote", poll.vote, name="post-vote"),
    path("scheduled", scheduled.scheduled, name="scheduled"),
    path("p/<oid:id>/publish", scheduled.publish_now, name="post-publish"),
    path("p/<oid:id>/cancel", scheduled.cancel, name="post-cancel"),
    path("p/<oid:id>/preview", post.take_preview_out, name="post-preview"),
    path("p/<oid:id>/history", history.post_history, name="post-history"),
    path("p/<oid:id>/comments", comment.new, name="comment-new"),
    path("comments/<oid:id>", history.one_comment, name="comment"),
    path("comments/<oid:id>/history", history.comment_history, name="comment-history"),
    path("comments/<oid:id>/react", post.react, name="comment-react"),
    path("comments/<oid:id>/edit", comment.edit, name="comment-edit"),
    path("comments/<oid:id>/delete", comment.delete, name="comment-delete"),
    path("comments/<oid:id>/undelete", comment.undelete, name="comment-undelete"),
    path("comments/<oid:id>/like", post.like_comment, name="comment-like"),
    path("names", people.names, name="names"),
    path("members/<oid:id>", people.member, name="member"),
    path("members/<oid:id>/follow", keep.follow_person, name="member-follow"),
    path("topics/<oid:id>/follow", keep.follow_topic, name="topic-follow"),
    path("tags/<str:tag>/follow", keep.follow_tag, name="tag-follow"),
]
studio_urlpatterns = [
    path("topics", studio.topics, name="studio-topics"),
    path("topics/<oid:id>/rename", studio.rename_topic, name="studio-topic-rename"),
    path("topics/<oid:id>/remove", studio.remove_topic, name="studio-topic-remove"),
    path("topics/<oid:id>/do/<slug:do>", studio.steer_topic, name="studio-topic-steer"),
    path("content/scheduled", studio.scheduled, name="studio-scheduled"),
    path(
        "content/scheduled/<oid:id>/do/<slug:do>",
        studio.steer_scheduled,
        name="studio-scheduled-steer",
    ),
    path("posts/<oid:id>/pin", studio.pin, name="studio-post-pin"),
]
