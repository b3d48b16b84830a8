"""Pages: who may, what they say, how they refuse."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from banyan.communities.places import url
from banyan.content import rules
from banyan.content.actions import post as posts
from banyan.content.actions.comment import comment
from banyan.content.models import Comment, Like, Post
from banyan.core.models import Picture

from .conftest import jpeg


@pytest.fixture
def browse(client):
    """Requests of one person: browse(cast.jonas).post(url, {...})."""

    class Browser:
        def __init__(self, person=None):
            if person is None:
                client.logout()
            else:
                client.force_login(person)

        def get(self, address, **headers):
            return client.get(address, headers=headers)

        def post(self, address, fields=None, **headers):
            sent = {"form_key": str(uuid4()), **(fields or {})}
            return client.post(address, sent, headers={"Sec-Fetch-Site": "same-origin", **headers})

    return Browser


def test_a_member_posts_a_photo_with_a_product(browse, kiln, cast, product):
    product()
    photo = SimpleUploadedFile("bowl.jpg", jpeg(), "image/jpeg")
    answer = browse(cast.jonas).post(
        url(kiln, "post-new"),
        {"title": "First light", "body": "**Brown** at the rim", "photos": photo,
         "alt": "A bowl in the sun", "product": "moon-jar"},
    )  # fmt: skip
    made = Post.objects.get()
    assert answer.headers["Location"] == url(kiln, "post", id=made.public_id)
    assert (made.cover.alt, made.lead.slug) == ("A bowl in the sun", "moon-jar")
    page = browse().get(answer.headers["Location"]).content.decode()
    assert "<strong>Brown</strong>" in page
    assert 'alt="A bowl in the sun"' in page
    assert "Moon jar" in page


def test_words_and_photos_are_kept_when_the_post_must_be_mended(browse, kiln, cast):
    jonas = browse(cast.jonas)
    photo = SimpleUploadedFile("bowl.jpg", jpeg(), "image/jpeg")
    answer = jonas.post(
        url(kiln, "post-new"), {"title": "x" * 121, "body": "Kept words", "photos": photo}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Kept words" in page
    picture = Picture.objects.get()
    assert f'value="{picture.oid}"' in page
    answer = jonas.post(
        url(kiln, "post-new"),
        {"title": "Mended", "photo": picture.oid, f"alt-{picture.oid}": "A bowl"},
    )
    assert answer.status_code == 302
    assert (Post.objects.get().cover, Post.objects.get().cover.alt) == (picture, "A bowl")


def test_an_empty_post_and_a_false_picture_are_refused_at_the_field(browse, kiln, cast):
    jonas = browse(cast.jonas)
    assert jonas.post(url(kiln, "post-new"), {"body": " "}).status_code == 422
    bad = SimpleUploadedFile("bowl.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    answer = jonas.post(url(kiln, "post-new"), {"title": "A bowl", "photos": bad})
    assert answer.status_code == 422
    assert "not a picture we can read" in answer.content.decode()
    assert not Post.objects.exists()


def test_seven_photos_are_too_many(browse, kiln, cast):
    photos = [SimpleUploadedFile(f"{n}.jpg", jpeg(size=(40, 50)), "image/jpeg") for n in range(7)]
    answer = browse(cast.jonas).post(url(kiln, "post-new"), {"title": "Many", "photos": photos})
    assert answer.status_code == 422
    assert not Post.objects.exists()


def test_somebody_elses_photo_cannot_be_named(browse, kiln, cast, member_of, photo_of):
    picture = photo_of(member_of(kiln, cast.lan))
    browse(cast.jonas).post(url(kiln, "post-new"), {"title": "Mine", "photo": picture.oid})
    assert Post.objects.get().cover is None


def test_the_shop_is_searched_while_writing_and_choices_stay(browse, kiln, cast, product):
    product("Moon jar")
    product("Tenmoku bowl")
    page = browse(cast.jonas).get(
        url(kiln, "post-products") + "?q=tenmoku&product=moon-jar", **{"HX-Request": "true"}
    )
    text = page.content.decode()
    assert 'value="moon-jar" checked' in text
    assert 'value="tenmoku-bowl">' in text
    without_scripts = browse(cast.jonas).post(
        url(kiln, "post-new"), {"title": "Kept", "q": "moon", "find": "1"}
    )
    assert without_scripts.status_code == 200
    assert 'value="Kept"' in without_scripts.content.decode()
    assert not Post.objects.exists()


def test_strangers_neither_write_nor_like_nor_comment(browse, kiln, cast, write):
    post = write()
    for name, kwargs in (
        ("post-new", {}), ("comment-new", {"id": post.public_id}),
        ("post-like", {"id": post.public_id}),
    ):  # fmt: skip
        address = url(kiln, name, **kwargs)
        assert browse().post(address, {"body": "x"}).status_code == 302
        assert browse(cast.rafe).post(address, {"body": "x"}).status_code == 403
    assert not Comment.objects.exists()
    assert not Like.objects.exists()


def test_another_communitys_post_is_not_found_here(browse, kiln, tea, cast, write):
    post = write()
    for name in ("post", "post-edit", "post-delete", "post-like"):
        address = url(kiln, name, id=post.public_id).replace("/kiln/", "/four/")
        sol = browse(cast.sol)
        assert (sol.get(address) if name == "post" else sol.post(address)).status_code in (404,)


def test_only_its_author_edits_or_deletes_by_hand(browse, kiln, cast, write):
    post = write()
    for name in ("post-edit", "post-delete", "post-undelete"):
        address = url(kiln, name, id=post.public_id)
        assert browse(cast.mei).post(address, {"title": "Mine"}).status_code == 404


def test_a_post_is_deleted_with_an_undo_and_is_gone_for_all(browse, kiln, cast, write):
    post = write()
    answer = browse(cast.jonas).post(url(kiln, "post-delete", id=post.public_id))
    home = browse(cast.jonas).get(answer.headers["Location"]).content.decode()
    undo = url(kiln, "post-undelete", id=post.public_id)
    assert f'action="{undo}"' in home
    assert browse(cast.jonas).get(url(kiln, "post", id=post.public_id)).status_code == 404
    browse(cast.jonas).post(undo)
    assert browse().get(url(kiln, "post", id=post.public_id)).status_code == 200


def test_an_edited_post_says_so(browse, kiln, cast, write):
    post = write()
    page = browse(cast.jonas).get(url(kiln, "post-edit", id=post.public_id)).content.decode()
    assert 'value="First light"' in page
    browse(cast.jonas).post(url(kiln, "post-edit", id=post.public_id), {"title": "Second light"})
    shown = browse().get(url(kiln, "post", id=post.public_id)).content.decode()
    assert "Second light" in shown
    assert "edited" in shown


def test_liking_works_with_and_without_scripts(browse, kiln, cast, write):
    post = write()
    address = url(kiln, "post-like", id=post.public_id)
    answer = browse(cast.lan).post(address, {"like": "1"}, **{"HX-Request": "true"})
    assert 'aria-pressed="true"' in answer.content.decode()
    assert 'value="0"' in answer.content.decode()
    answer = browse(cast.lan).post(address, {"like": "0"}, Referer="http://testserver/kiln/")
    assert answer.headers["Location"] == f"http://testserver/kiln/#post-{post.oid}"
    answer = browse(cast.lan).post(address, {"like": "1"}, Referer="https://evil.example/")
    assert answer.headers["Location"].startswith(url(kiln, "post", id=post.public_id))
    post.refresh_from_db()
    assert post.like_count == 1


def test_a_person_who_has_not_joined_is_told_so_when_liking(browse, kiln, cast, write):
    address = url(kiln, "post-like", id=write().public_id)
    answer = browse(cast.rafe).post(address, {"like": "1"}, **{"HX-Request": "true"})
    assert answer.status_code == 403
    assert "Join first" in answer.headers["HX-Trigger"]


def test_a_comment_is_written_answered_edited_and_taken_back(browse, kiln, cast, write):
    post = write()
    browse(cast.lan).post(url(kiln, "comment-new", id=post.public_id), {"body": "How *hot*?"})
    first = Comment.objects.get()
    page = browse(cast.jonas).get(url(kiln, "post", id=post.public_id) + f"?reply={first.oid}")
    assert "Answering Lan" in page.content.decode()
    browse(cast.jonas).post(
        url(kiln, "comment-new", id=post.public_id), {"body": "1,260°", "parent": first.oid}
    )
    assert Comment.objects.get(parent=first).body == "1,260°"
    edit = url(kiln, "comment-edit", id=first.public_id)
    assert browse(cast.jonas).get(edit).status_code == 404
    assert browse(cast.lan).post(edit, {"body": " "}).status_code == 422
    browse(cast.lan).post(edit, {"body": "How warm?"})
    browse(cast.lan).post(url(kiln, "comment-delete", id=first.public_id))
    page = browse(cast.jonas).get(url(kiln, "post", id=post.public_id)).content.decode()
    assert "Taken back by its author" in page
    assert "1,260°" in page
    browse(cast.lan).post(url(kiln, "comment-undelete", id=first.public_id))
    page = browse(cast.jonas).get(url(kiln, "post", id=post.public_id)).content.decode()
    assert "How warm?" in page


def test_an_empty_comment_keeps_the_page_and_says_what_is_missing(browse, kiln, cast, write):
    post = write()
    answer = browse(cast.lan).post(url(kiln, "comment-new", id=post.public_id), {"body": ""})
    assert answer.status_code == 422
    assert 'class="errors"' in answer.content.decode()


def test_a_sixth_form_with_the_same_key_writes_one_comment(client, kiln, cast, write):
    post = write()
    client.force_login(cast.lan)
    fields = {"body": "Once", "form_key": str(uuid4())}
    for _ in range(2):
        client.post(
            url(kiln, "comment-new", id=post.public_id), fields,
            headers={"Sec-Fetch-Site": "same-origin"},
        )  # fmt: skip
    assert Comment.objects.count() == 1


def test_too_many_posts_are_answered_with_a_friendly_429(browse, kiln, cast, write, monkeypatch):
    monkeypatch.setattr(rules, "POSTS_PER_WINDOW", 0)
    answer = browse(cast.jonas).post(url(kiln, "post-new"), {"title": "Again"})
    assert answer.status_code == 429


def test_a_members_only_community_shows_nothing_to_strangers(browse, kiln, cast, write):
    post = write()
    kiln.visibility = "members"
    kiln.save()
    assert browse().get(url(kiln, "post", id=post.public_id)).status_code == 302
    assert "First light" not in browse().get("/").content.decode()
    assert browse(cast.lan).get(url(kiln, "post", id=post.public_id)).status_code == 200


def test_the_product_page_shows_what_members_say(kiln, cast, write, product, rf):
    from banyan.core.slots import fill

    jar = product()
    write("On my shelf", products=[jar])
    write("Something else")
    request = rf.get("/kiln/shop/moon-jar")
    request.community, request.member, request.user = kiln, None, cast.rafe
    request.session, request.htmx = {}, None
    [html] = [h for h in fill("catalog.product.below", request, product=jar) if "voices" in h]
    assert "On my shelf" in html
    assert "Something else" not in html


def test_erasure_takes_the_words_and_keeps_the_thread(browse, kiln, cast, write, member_of, now):
    from banyan.people import privacy

    post = write("My secret glaze", body="Copper and patience")
    lan = comment(post=post, author=member_of(kiln, cast.lan), body="Which copper?", now=now)
    comment(post=post, author=member_of(kiln, cast.jonas), body="The red one", parent=lan, now=now)
    privacy.erase(person=cast.jonas, now=now)
    page = browse(cast.mei).get(url(kiln, "post", id=post.public_id)).content.decode()
    assert "Deleted by its author’s erasure" in page
    assert "Which copper?" in page
    for gone in ("secret glaze", "patience", "The red one", "Jonas"):
        assert gone not in page
    post.refresh_from_db()
    assert (post.title, post.body, post.state, post.comment_count) == ("", "", "erased", 1)
    assert "secret" not in browse().get(url(kiln, "feed")).content.decode()


def test_what_a_person_wrote_is_in_the_export(kiln, cast, write, member_of, now):
    from banyan.core.privacy import answer_of
    from banyan.people import privacy

    post = write("First light", body="Brown at the rim")
    comment(post=post, author=member_of(kiln, cast.jonas), body="Thank you", now=now)
    said = [
        row
        for model in (Post, Comment)
        for row in privacy.exported(model, answer_of(model), cast.jonas)
    ]
    assert [row["body"] for row in said] == ["Brown at the rim", "Thank you"]


def test_posts_of_an_author_who_left_stay(browse, kiln, cast, write, member_of, now):
    from banyan.communities import actions as communities

    post = write()
    communities.leave(member=member_of(kiln, cast.jonas), now=now)
    assert browse().get(url(kiln, "post", id=post.public_id)).status_code == 200
    with pytest.raises(posts.NotAllowed):
        posts.delete(post=post, by=member_of(kiln, cast.jonas), now=now)
