"""Lanes: who may join, what is heard, what is brought to whoever was away, who is put out."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from websockets.exceptions import ConnectionClosed, InvalidStatus

from banyan.communities import actions as communities
from banyan.communities import rules
from banyan.communities.models import Community
from banyan.core import hub
from banyan.core.hub import hop, lane_kind
from banyan.core.hub.models import KeptNote
from banyan.core.hub.tasks import forget
from banyan.server.hub.hub import Limits

from .live import Site, site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    """Lanes for a test: `open` for all, `mine` for the person named, `room` with presence."""
    before = dict(hub.kinds)
    lane_kind("open", numbered=True)(lambda person, key: True)
    lane_kind("mine")(lambda person, key: person is not None and person.name == key)
    lane_kind("room", presence=True, relay=lambda who, said: {"by": who.name, **said})(
        lambda person, key: person is not None
    )
    lane_kind("busy", numbered=True)(lambda person, key: True)
    yield
    hub.kinds.clear()
    hub.kinds.update(before)


@pytest.fixture
def live(settings: Any) -> Iterator[Site]:
    with site() as running:
        yield running
    connections.close_all()


@pytest.fixture
def signed_in(client: Any, cast: Any) -> Any:
    from django.test import Client

    def make(person: Any) -> Any:
        one = Client()
        one.force_login(person, backend="banyan.people.backends.PasswordBackend")
        return one

    return make


def record(lane: str, **body: Any) -> int:
    from django.utils import timezone

    with transaction.atomic():
        return hub.record(lane, "news", body, now=timezone.now())


def test_what_is_recorded_is_heard_by_all_who_listen(live: Site) -> None:
    ears = [live.connect() for _ in range(3)]
    for ear in ears:
        assert ear.join("open:a") == {"lane": "open:a", "do": "joined", "n": 0}
    record("open:a", what="榕树")
    for ear in ears:
        assert ear.hear() == {"lane": "open:a", "do": "news", "n": 1, "b": {"what": "榕树"}}


def test_what_is_rolled_back_is_never_heard_and_leaves_no_gap(live: Site) -> None:
    ear = live.connect()
    ear.join("open:a")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        hub.record("open:a", "news", {}, now=time_now())
        raise ZeroDivisionError
    assert record("open:a") == 1
    assert ear.hear()["n"] == 1


def time_now() -> Any:
    from django.utils import timezone

    return timezone.now()


def test_whoever_comes_back_hears_what_was_missed_in_order_once(live: Site) -> None:
    for _ in range(5):
        record("open:a")
    ear = live.connect()
    ear.tell(join={"open:a": 2})
    assert [ear.hear().get("n") for _ in range(4)] == [3, 4, 5, 5]  # then the word "joined"
    record("open:a")
    assert ear.hear()["n"] == 6
    assert ear.hears_nothing()


def test_a_word_that_was_lost_on_the_way_is_read_in_the_database(
    live: Site, monkeypatch: Any
) -> None:
    ear = live.connect()
    ear.join("open:a")
    with monkeypatch.context() as deaf:
        deaf.setattr(hop, "ring", lambda word: None)
        record("open:a")
        record("open:a")
    record("open:a")  # its number tells that two are missing
    assert [ear.hear()["n"] for _ in range(3)] == [1, 2, 3]
    with monkeypatch.context() as deaf:
        deaf.setattr(hop, "ring", lambda word: None)
        record("open:a")  # nothing follows: found by looking, every two seconds
    assert ear.hear(6)["n"] == 4


def test_words_that_overtake_each_other_are_heard_in_their_order(live: Site) -> None:
    ear = live.connect()
    ear.join("busy:a")
    texts = {n: hub.text_of("busy:a", "news", {}, n) for n in range(1, 6)}
    for number in (2, 3, 1, 5, 4, 4, 2):
        live.hub.hear(hop.Word("note", "busy:a", texts[number], number))
    assert [ear.hear()["n"] for _ in range(5)] == [1, 2, 3, 4, 5]
    assert ear.hears_nothing()


def test_who_was_away_for_more_than_is_kept_is_told_to_load_anew(live: Site) -> None:
    for _ in range(3):
        record("open:a")
    KeptNote.objects.filter(number__lte=2).update(at=time_now() - timedelta(days=2))
    assert forget(now=time_now()) == 2
    ear = live.connect()
    ear.tell(join={"open:a": 1})
    assert ear.hear() == {"lane": "open:a", "do": "resync", "n": 3}
    assert ear.hear()["do"] == "joined"
    other = live.connect()
    other.tell(join={"open:a": 2})
    assert other.hear()["n"] == 3


def test_a_number_from_the_future_is_told_to_load_anew(live: Site) -> None:
    record("open:a")
    ear = live.connect()
    ear.tell(join={"open:a": 99})
    assert ear.hear()["do"] == "resync"


def test_only_who_may_join_hears(live: Site, cast: Any, signed_in: Any) -> None:
    ears = [live.connect(signed_in(person)) for person in (cast.jonas, cast.rafe)]
    stranger = live.connect()
    assert ears[0].join("mine:Jonas")["do"] == "joined"
    assert ears[1].join("mine:Jonas")["do"] == "refused"
    assert stranger.join("mine:Jonas")["do"] == "refused"
    hub.say("mine:Jonas", "letter", {})
    assert ears[0].hear()["do"] == "letter"
    assert ears[1].hears_nothing()
    assert stranger.hears_nothing()


def test_a_lane_of_no_kind_is_refused(live: Site) -> None:
    ear = live.connect()
    for lane in ("", "nothing", "nothing:1", "open" * 99):
        assert ear.join(lane)["do"] == "refused"


def test_a_banned_member_is_put_out_of_the_feed_at_once(
    live: Site, kiln: Any, cast: Any, signed_in: Any, member_of: Any, now: Any
) -> None:
    Community.objects.filter(pk=kiln.pk).update(visibility=rules.MEMBERS_ONLY)
    lane = f"feed:{kiln.oid}"
    jonas, lan = live.connect(signed_in(cast.jonas)), live.connect(signed_in(cast.lan))
    assert jonas.join(lane)["do"] == lan.join(lane)["do"] == "joined"
    communities.ban(member=member_of(kiln, cast.lan), by=member_of(kiln, cast.mei), now=now)
    assert lan.hear() == {"lane": lane, "do": "out", "b": {}}
    hub.say(lane, "counts", {})
    assert jonas.hear()["do"] == "counts"
    assert lan.hears_nothing()


def test_a_community_that_closes_to_strangers_puts_them_out_of_its_feed(
    live: Site, kiln: Any, cast: Any, now: Any
) -> None:
    ear = live.connect()
    assert ear.join(f"feed:{kiln.oid}")["do"] == "joined"
    communities.change_settings(community=kiln, by=cast.mei, now=now, visibility=rules.MEMBERS_ONLY)
    assert ear.hear()["do"] == "out"


def test_a_session_that_has_ended_closes_its_sockets(live: Site, cast: Any, signed_in: Any) -> None:
    browser = signed_in(cast.jonas)
    ear = live.connect(browser)
    ear.join("mine:Jonas")
    browser.logout()
    hub.ask_again(cast.jonas.pk)
    assert ear.hear()["do"] == "out"
    with pytest.raises(ConnectionClosed) as closed:
        ear.hear()
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4001


def test_a_forged_session_is_a_stranger(live: Site) -> None:
    ear = live.connect(additional_headers={"Cookie": "sessionid=abcdefghijklmnopqrstuvwx"})
    assert ear.join("room:1")["do"] == "refused"


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1", "null", None])
def test_another_origin_or_none_is_refused_before_joining(live: Site, origin: Any) -> None:
    with pytest.raises(InvalidStatus) as refused:
        live.connect(origin=origin)
    assert refused.value.response.status_code == 403


def test_a_host_that_is_not_ours_is_refused(live: Site) -> None:
    sock = live.raw()
    assert b" 101 " in sock.recv(1000)
    head = (
        "GET /ws HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with live.raw() as opened:
        opened.recv(1000)
    import socket

    with socket.create_connection(("127.0.0.1", live.port), 5) as bare:
        bare.sendall(head.encode())
        assert b" 400 " in bare.recv(1000)


def test_other_paths_are_not_found(live: Site) -> None:
    with pytest.raises(InvalidStatus) as refused:
        live.connect(path="/elsewhere")
    assert refused.value.response.status_code == 404


def test_who_is_here_is_told_and_changes_when_somebody_goes(
    live: Site, cast: Any, signed_in: Any
) -> None:
    jonas, lan = live.connect(signed_in(cast.jonas)), live.connect(signed_in(cast.lan))
    twice = live.connect(signed_in(cast.jonas))
    for ear in (jonas, lan, twice):
        ear.tell(join={"room:1": None})
        ear.until("joined")
    told = jonas.until("presence")
    while told["b"]["count"] != 2:
        told = jonas.until("presence")
    assert sorted(name for _, name in told["b"]["names"]) == ["Jonas", "Lan"]
    lan.close()
    while told["b"]["count"] != 1:
        told = jonas.until("presence")


def test_what_a_listener_says_goes_through_the_kind(live: Site, cast: Any, signed_in: Any) -> None:
    jonas, lan = live.connect(signed_in(cast.jonas)), live.connect(signed_in(cast.lan))
    rafe = live.connect()
    for ear in (jonas, lan):
        ear.tell(join={"room:1": None})
        ear.until("joined")
    jonas.tell(lane="room:1", say={"typing": True})
    assert lan.until("said")["b"] == {"by": "Jonas", "typing": True}
    rafe.tell(lane="room:1", say={"typing": True})
    lan.tell(lane="room:1", say={"typing": False})
    assert jonas.until("said")["b"]["by"] == "Jonas"
    assert jonas.until("said")["b"]["by"] == "Lan"


def test_a_flood_from_one_person_ends_its_sockets(cast: Any, signed_in: Any) -> None:
    """The second socket says less than one may: what one person may say counts over all."""
    with site(Limits(burst=20, per_second=1)) as live:
        browser = signed_in(cast.jonas)
        one, two = live.connect(browser), live.connect(browser)
        for ear, words in ((one, 40), (two, 19)):
            with pytest.raises(ConnectionClosed) as closed:
                for _ in range(words):
                    ear.tell(leave=[])
                ear.hear(20)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1008
    connections.close_all()


def test_one_person_has_so_many_sockets(cast: Any, signed_in: Any) -> None:
    with site(Limits(of_person=2)) as live:
        browser = signed_in(cast.jonas)
        first = live.connect(browser)
        live.connect(browser)
        with pytest.raises(InvalidStatus) as refused:
            live.connect(browser)
        assert refused.value.response.status_code == 429
        first.close()
        time.sleep(0.2)
        live.connect(browser)
    connections.close_all()


@pytest.mark.parametrize("words", ["", "[]", "hello", '{"join": 5}', '{"join": {"open:a": -1}}',
                                   '{"join": {"open:a": 1e400}}', '{"join": {"open:a": true}}',
                                   "[" * 9000, '{"leave": {}}'])  # fmt: skip
def test_words_that_are_none_close_the_socket(live: Site, words: str) -> None:
    ear = live.connect()
    ear.wire.send(words)
    with pytest.raises(ConnectionClosed) as closed:
        ear.hear()
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1008


def test_a_slow_reader_is_cut_and_the_others_hear_all(live: Site) -> None:
    slow, quick = live.connect(), live.connect()
    slow.wire.socket.setsockopt(1, 8, 4096)
    for ear in (slow, quick):
        ear.join("open:a")
    slow.wire.recv_events_thread if hasattr(slow.wire, "recv_events_thread") else None
    big = "x" * 60_000
    numbers = []
    sock = live.raw()
    sock.setsockopt(1, 8, 4096)
    sock.recv(500)
    from banyan.server.hub.frames import TEXT

    join = json.dumps({"join": {"open:a": None}}).encode()
    sock.sendall(bytes((0x80 | TEXT, 0x80 | len(join))) + bytes(4) + join)
    time.sleep(0.3)
    for _ in range(150):  # nine megabytes that the bare socket never reads
        record("open:a", big=big)
        numbers.append(quick.hear()["n"])
    assert numbers == list(range(1, 151))
    assert live.hub.stats["cut"] >= 1
    sock.close()


def test_the_site_stops_quickly_with_open_sockets_and_streams(cast: Any, signed_in: Any) -> None:
    with site() as live:
        ears = [live.connect() for _ in range(100)]
        rude = live.raw()  # never answers a close
        rude.recv(500)
        stream = urllib.request.urlopen(f"http://127.0.0.1:{live.port}/ws/events?lane=open:a")
        stream.readline()
        assert live.stop() < 2
        with pytest.raises(ConnectionClosed) as closed:
            ears[50].hear()
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1012
    connections.close_all()


def events(stream: Any) -> Iterator[dict[str, Any]]:
    for line in stream:
        if line.startswith(b"data: "):
            yield json.loads(line[6:])


def test_plain_http_hears_the_same_with_numbers(live: Site) -> None:
    for _ in range(3):
        record("open:a", what="杯")
    address = f"http://127.0.0.1:{live.port}/ws/events?lane=open:a~1"
    with urllib.request.urlopen(address, timeout=5) as stream:
        found = events(stream)
        assert [next(found).get("n") for _ in range(3)] == [2, 3, 3]
        record("open:a")
        assert next(found)["n"] == 4


def test_plain_http_is_asked_the_same_questions(live: Site, cast: Any, signed_in: Any) -> None:
    address = f"http://127.0.0.1:{live.port}/ws/events?lane=mine:Jonas"
    cookie = signed_in(cast.jonas).cookies["sessionid"].value
    for headers, do in (({}, "refused"), ({"Cookie": f"sessionid={cookie}"}, "joined")):
        request = urllib.request.Request(address, headers=headers)
        with urllib.request.urlopen(request, timeout=5) as stream:
            assert next(events(stream))["do"] == do
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5)
        assert refused.value.code in (400, 403)
