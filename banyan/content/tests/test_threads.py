"""Answers, names after an @, reactions, what one keeps and follows, and earlier words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banyan.communities import actions as communities
from banyan.communities.places import url
from banyan.content import rules
from banyan.content.actions import comment as comments
from banyan.content.actions import keep, like
from banyan.content.actions import post as posts
from banyan.content.models import Comment, Follow, Like, Post, PostTag, Saved, Version
from banyan.content.queries import feed, thread, words
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed
from banyan.core.text import render_markdown


@pytest.fixture
def client_of():
    from django.test import Client

    def make(person=None):
        made = Client(headers={"Sec-Fetch-Site": "same-origin"})
        if person is not None:
            made.force_login(person)
        return made

    return make


@pytest.fixture
def keyed():
    from uuid import uuid4

    return lambda **fields: {"form_key": str(uuid4()), **fields}


def test_names_are_found_in_both_tongues_the_longest_first():
    people = {"Lan": {4: "lan"}, "Mei Lin": {1: "mei"}, "Mei": {9: "other"}, "阿岚": {5: "al"}}
    said = rules.named_in("@Mei Lin and @Lana, ask @阿岚吧, not me@Lan.org or @lan", people)
    assert said == [("Mei Lin", "mei"), ("阿岚", "al"), ("lan", "lan")]


def test_a_name_that_two_bear_needs_its_number():
    people = {"Lan": {4: "four", 7: "seven"}}
    assert rules.named_in("@Lan", people) == []
    assert rules.named_in("@Lan#7, @Lan#99", people) == [("Lan#7", "seven")]


def test_words_after_a_hash_are_tags_headings_and_numbers_are_not():
    assert rules.tags_in("# Title\n#Glaze, #釉色#很好 #12 a#b x/#c ##d") == ["glaze", "釉色"]


def test_names_and_tags_become_links_but_not_in_code_or_links():
    def cut(text):
        return [(w, f"/{k}" if k else "") for w, k, _key in rules.linked_words(text, ["Lan"])]

    html = render_markdown("@Lan `@Lan` [@Lan](https://a.example) @Lana #tag", cut=cut)
    assert html.count('href="/person"') == 1
    assert html.count('href="/tag"') == 1
    assert "<code>@Lan</code>" in html


def test_a_mention_is_told_once_and_never_to_oneself(write, kiln, cast, member_of, now):
    post = write("Hello", body="@Lan, @Mei Lin and @Jonas")
    told = Activity.objects.filter(verb="MemberMentioned").order_by("pk")
    born = Activity.objects.get(verb="PostPublished")
    assert {row.object_id for row in told} == {member_of(kiln, p).pk for p in (cast.lan, cast.mei)}
    assert {row.parent_id for row in told} == {born.pk}
    posts.edit(
        post=post, by=member_of(kiln, cast.jonas), title="Hello", body="@Lan and @Kenji", now=now
    )
    assert told.all().count() == 3
    assert told.all().last().object_id == member_of(kiln, cast.kenji).pk
    assert "Lan" in words.html_of(post, kiln)
    assert f'href="{url(kiln, "member", id=member_of(kiln, cast.lan).public_id)}"' in words.html_of(
        post, kiln
    )


def test_a_stranger_cannot_be_mentioned(write, cast):
    write("Hello", body="@Rafe")
    assert not Activity.objects.filter(verb="MemberMentioned").exists()


def test_names_are_offered_to_members_only(client_of, kiln, cast):
    assert client_of().get(url(kiln, "names") + "?q=la").status_code == 302
    assert client_of(cast.rafe).get(url(kiln, "names") + "?q=la").status_code == 403
    found = client_of(cast.jonas).get(url(kiln, "names") + "?q=la").json()["names"]
    assert [one["said"] for one in found] == ["Lan"]


def test_an_answer_says_to_whom_and_tells_that_person(
    client_of, keyed, write, kiln, cast, member_of, now
):
    post = write()
    members = [member_of(kiln, p) for p in (cast.lan, cast.jonas, cast.kenji)]
    first = comments.comment(post=post, author=members[0], body="Which clay?", now=now)
    second = comments.comment(post=post, author=members[1], body="Red", parent=first, now=now)
    third = comments.comment(post=post, author=members[2], body="Mine too", parent=second, now=now)
    assert (third.parent_id, third.answers_id) == (first.pk, second.pk)
    row = Activity.objects.get(verb="Commented", object_id=third.pk)
    assert row.props["subject"] == str(cast.jonas.pseudonym)
    page = client_of().get(url(kiln, "post", id=post.public_id)).content.decode()
    assert "replying to <b>Jonas</b>" in page


def test_a_link_to_a_comment_leads_to_its_page(client_of, write, kiln, cast, member_of, now):
    post, lan = write(), member_of(kiln, cast.lan)
    made = Comment.objects.bulk_create(
        Comment(community=kiln, post=post, author=lan, body=f"no {n}", published_at=now)
        for n in range(150)
    )
    answers = Comment.objects.bulk_create(
        Comment(
            community=kiln, post=post, author=lan, parent=made[100], answers=made[100],
            body=f"answer {n}", published_at=now,
        )
        for n in range(70)
    )  # fmt: skip
    for one in (made[3], made[100], made[149], answers[5], answers[69]):
        answer = client_of().get(url(kiln, "comment", id=one.public_id))
        page = client_of().get(answer.headers["Location"]).content.decode()
        assert f'id="comment-{one.oid}"' in page


def test_a_reaction_is_one_a_person_changed_and_taken_back(write, kiln, cast, member_of, now):
    post, lan = write(), member_of(kiln, cast.lan)
    for kind in ("like", "thanks", "thanks"):
        like.like(thing=post, member=lan, now=now, kind=kind)
    post.refresh_from_db()
    assert (Like.objects.get().kind, post.like_count) == ("thanks", 1)
    assert [r.props["before"] for r in Activity.objects.filter(verb="Liked").order_by("pk")] == [
        "", "like",
    ]  # fmt: skip
    like.unlike(thing=post, member=lan, now=now)
    like.unlike(thing=post, member=lan, now=now)
    post.refresh_from_db()
    assert post.like_count == 0
    with pytest.raises(NotAllowed):
        like.like(thing=post, member=lan, now=now, kind="hate")


def test_reactions_are_pressed_with_and_without_scripts(
    client_of, write, kiln, cast, member_of, now
):
    post = write()
    comment = comments.comment(post=post, author=member_of(kiln, cast.jonas), body="So", now=now)
    lan, address = client_of(cast.lan), url(kiln, "post-like", id=post.public_id)
    answer = lan.post(address, {"kind": "thanks", "like": "1"}, headers={"HX-Request": "true"})
    assert 'value="thanks"' in answer.content.decode()
    assert 'aria-pressed="true"' in answer.content.decode()
    picker = url(kiln, "comment-react", id=comment.public_id)
    assert "I am with you" in lan.get(picker).content.decode()
    assert client_of(cast.rafe).get(picker).status_code == 403
    answer = lan.post(url(kiln, "comment-like", id=comment.public_id), {"kind": "smile"})
    assert answer.headers["Location"] == url(kiln, "comment", id=comment.public_id)
    assert Like.objects.get(comment=comment).kind == "smile"


def test_what_one_saves_is_at_me_saved_and_nobody_elses(client_of, write, kiln, cast, tea):
    post = write("Keep this one")
    address = url(kiln, "post-save", id=post.public_id)
    lan = client_of(cast.lan)
    for _ in range(2):
        assert lan.post(address, {"on": "1"}).status_code == 302
    assert Saved.objects.count() == 1
    assert "Keep this one" in lan.get("/me/saved").content.decode()
    assert "Keep this one" not in client_of(cast.mei).get("/me/saved").content.decode()
    assert client_of(cast.rafe).post(address, {"on": "1"}).status_code == 403
    answer = lan.post(address, {"on": "0"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="false"' in answer.content.decode()
    assert not Saved.objects.exists()


def test_saved_posts_of_a_closed_door_are_not_shown(client_of, write, kiln, cast, member_of, now):
    post = write("Among us")
    lan = member_of(kiln, cast.lan)
    keep.save(post=post, member=lan, now=now)
    kiln.visibility = "members"
    kiln.save()
    communities.leave(member=lan, now=now)
    assert "Among us" not in client_of(cast.lan).get("/me/saved").content.decode()


def test_following_brings_people_topics_tags_and_threads_together(
    client_of, write, kiln, cast, member_of, now
):
    from banyan.content.actions import topic as topics

    notes = topics.add(community=kiln, name="Notes", now=now)
    by_jonas = write("By Jonas")
    noted = write("Noted", by=cast.kenji, topic=notes)
    tagged = write("Tagged #Glaze", by=cast.kenji)
    followed = write("Followed", by=cast.kenji)
    other = write("Other", by=cast.kenji)
    lan = member_of(kiln, cast.lan)
    for _ in range(2):
        keep.follow_person(followed=member_of(kiln, cast.jonas), member=lan, now=now)
        keep.follow_topic(topic=notes, member=lan, now=now)
        keep.follow_tag(tag="Glaze", member=lan, now=now)
        keep.follow_thread(post=followed, member=lan, now=now)
    assert Follow.objects.count() == 4
    verbs = ["PersonFollowed", "TagFollowed", "ThreadFollowed", "TopicFollowed"]
    assert sorted(Activity.objects.filter(verb__in=verbs).values_list("verb", flat=True)) == verbs
    rows = feed.newest(feed.followed(Post.objects.of(kiln).published(), lan), [lan]).rows
    assert {row["pk"] for row in rows} == {p.pk for p in (by_jonas, noted, tagged, followed)}
    assert other.pk not in {row["pk"] for row in rows}
    page = client_of(cast.lan).get(url(kiln, "community") + "?feed=following").content.decode()
    assert "By Jonas" in page
    assert ">Other<" not in page
    mine = client_of(cast.lan).get("/me/following").content.decode()
    assert all(word in mine for word in ("Jonas", "Notes", "#glaze", "Followed"))
    keep.unfollow(member=lan, tag="glaze")
    assert Follow.objects.count() == 3


def test_nobody_follows_themselves_or_a_stranger(kiln, tea, cast, member_of, now):
    lan = member_of(kiln, cast.lan)
    with pytest.raises(keep.YourselfFollowed):
        keep.follow_person(followed=lan, member=lan, now=now)
    with pytest.raises(NotAllowed):
        keep.follow_person(followed=member_of(tea, cast.sol), member=lan, now=now)
    with pytest.raises(NotAllowed):
        keep.follow_tag(tag="two words", member=lan, now=now)


def test_a_tag_has_its_feed_and_follows_the_words(client_of, write, kiln, cast, member_of, now):
    post = write("Look", body="#Glaze")
    write("Else")
    page = client_of(cast.lan).get(url(kiln, "community") + "?tag=glaze").content.decode()
    assert "Look" in page
    assert ">Else<" not in page
    assert url(kiln, "tag-follow", tag="glaze") in page
    posts.edit(post=post, by=member_of(kiln, cast.jonas), title="Look", body="#kiln", now=now)
    assert [row.tag for row in PostTag.objects.all()] == ["kiln"]


def test_edited_opens_the_differences_and_moderators_see_who_and_when(
    client_of, write, kiln, cast, member_of, now
):
    post, jonas = write("First light", body="Fired at 1,240"), member_of(kiln, cast.jonas)
    address = url(kiln, "post-history", id=post.public_id)
    assert "as it was first written" in client_of().get(address).content.decode()
    later = now + timedelta(hours=1)
    posts.edit(post=post, by=jonas, title="First light", body="Fired at 1,260 <b>", now=later)
    posts.edit(post=post, by=jonas, title="First light", body="Fired at 1,260 <b>", now=later)
    assert Version.objects.count() == 1
    page = client_of().get(address).content.decode()
    assert "<del>240</del>" in page
    assert "<ins>260 &lt;b&gt;</ins>" in page
    assert ">Jonas</b> ·" not in page
    assert ">Jonas</b> ·" in client_of(cast.kenji).get(address).content.decode()
    shown = client_of().get(url(kiln, "post", id=post.public_id)).content.decode()
    assert address in shown


def test_a_changed_comment_keeps_its_earlier_words_and_erasure_takes_them(
    client_of, write, kiln, cast, member_of, now
):
    from banyan.people import privacy

    lan = member_of(kiln, cast.lan)
    comment = comments.comment(post=write(), author=lan, body="你好", now=now)
    comments.edit(comment=comment, by=lan, body="你们好", now=now)
    address = url(kiln, "comment-history", id=comment.public_id)
    assert "<ins>们</ins>" in client_of().get(address).content.decode()
    privacy.erase(person=cast.lan, now=now)
    assert not Version.objects.exists()
    assert client_of().get(address).status_code == 404


def test_earlier_words_go_with_what_was_deleted(write, kiln, cast, member_of, now):
    from banyan.content.tasks import clear_deleted_before

    post, jonas = write("One"), member_of(kiln, cast.jonas)
    posts.edit(post=post, by=jonas, title="Two", body="", now=now)
    posts.delete(post=post, by=jonas, now=now)
    clear_deleted_before(now + timedelta(days=31))
    assert not Version.objects.exists()


def test_a_member_has_a_page_and_the_erased_has_none(client_of, write, kiln, cast, member_of, now):
    from banyan.people import privacy

    write("On my shelf")
    address = url(kiln, "member", id=member_of(kiln, cast.jonas).public_id)
    page = client_of(cast.lan).get(address).content.decode()
    assert "On my shelf" in page
    assert "member-follow" not in page
    assert url(kiln, "member-follow", id=member_of(kiln, cast.jonas).public_id) in page
    privacy.erase(person=cast.jonas, now=now)
    assert client_of(cast.lan).get(address).status_code == 404


def test_a_page_of_comments_asks_as_often_for_sixty_as_for_two(
    client_of, write, kiln, cast, member_of, now, django_assert_max_num_queries
):
    post, lan = write(), member_of(kiln, cast.lan)
    reader = client_of(cast.mei)
    reader.get(url(kiln, "post", id=post.public_id))
    for n in range(12):
        one = comments.comment(
            post=post, author=lan, body=f"@Jonas {n}", now=now + timedelta(hours=n)
        )
        like.like(thing=one, member=lan, now=now, kind="thanks")
    with django_assert_max_num_queries(10):
        reader.get(url(kiln, "post", id=post.public_id))


def test_what_is_gone_cannot_be_answered_from_another_page(write, kiln, cast, member_of, now):
    post, lan = write(), member_of(kiln, cast.lan)
    one = comments.comment(post=post, author=lan, body="So", now=now)
    assert thread.answerable(post, [], one.oid) == one
    comments.delete(comment=one, by=lan, now=now)
    assert thread.answerable(post, [], one.oid) is None
    assert thread.answerable(post, [], "nonsense") is None
