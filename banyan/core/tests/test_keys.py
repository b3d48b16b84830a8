"""Every write carries a key: once, the same answer, or a clear refusal."""

import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client, override_settings
from django.urls import path

from banyan.core.doors import public
from banyan.core.models import Attempt
from banyan.core.refusals import WrongMoment
from banyan.urls import urlpatterns as ours

done: list[str] = []
hold = threading.Event()


@public
def write(request):
    word = request.POST["word"]
    if word == "refused":
        return HttpResponse("no", status=422)
    if word == "late":
        raise WrongMoment
    if word == "slow":
        hold.wait(5)
    done.append(word)
    return HttpResponseRedirect(f"/done/{len(done)}")


urlpatterns = [path("write", write), *ours]
handler403 = "banyan.core.errors.forbidden"
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def nothing_done():
    done.clear()
    hold.clear()


def send(word, key=None, client=None, **headers):
    fields = {"word": word, **({"form_key": key} if key else {})}
    return (client or Client()).post("/write", fields, headers=headers)


def test_the_same_key_and_body_get_the_same_answer_and_act_once():
    client, key = Client(), str(uuid4())
    first, second = send("a", key, client), send("a", key, client)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert done == ["a"]


def test_another_body_under_the_same_key_is_refused():
    client, key = Client(), str(uuid4())
    send("a", key, client)
    assert send("b", key, client).status_code == 422
    assert done == ["a"]


@pytest.mark.parametrize("word", ["refused", "late"])
def test_refused_input_does_not_consume_the_key(word):
    client, key = Client(), str(uuid4())
    assert send(word, key, client).status_code in (409, 422)
    assert send("a", key, client).status_code == 302
    assert done == ["a"]


def test_a_write_without_a_key_is_refused():
    assert send("a").status_code == 400
    assert done == []
    assert send("a", **{"Idempotency-Key": str(uuid4())}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_twin_that_arrives_while_the_first_runs_is_told_to_wait():
    client, key = Client(), str(uuid4())
    answers = []

    def first():
        answers.append(send("slow", key, client).status_code)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    for _ in range(200):
        if Attempt.objects.exists():
            break
        hold.wait(0.02)
    twin = send("slow", key)
    hold.set()
    thread.join()
    assert twin.status_code == 409
    assert twin["Retry-After"] == "1"
    assert answers == [302]
    assert done == ["slow"]


@override_settings(ALLOWED_HOSTS=["testserver"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 302),
        ({"Origin": "http://testserver"}, 302),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({}, 403),
    ],
)
def test_only_our_own_pages_may_write(headers, status):
    client = Client(enforce_csrf_checks=True)
    assert send("a", str(uuid4()), client, **headers).status_code == status
    assert done == (["a"] if status == 302 else [])
