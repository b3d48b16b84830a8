"""All that listens in this process, and the clock of it. Runs in uvicorn's loop."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.conf import settings

from banyan.core import hub as core
from banyan.core.hub import Missed, Who, hop
from banyan.core.hub.hop import Word

from . import asking, frames, hearing
from .frames import frame
from .handshake import Request
from .lane import Lane
from .wire import OPEN, SIGNED_OUT, Connection

logger = logging.getLogger("banyan.hub")

PATH = "/ws"
PRESENCE_SECONDS = 2.0
BEAT_SECONDS = 25.0
WATCH_SECONDS = 1.0
SLOW_SECONDS = 10.0  # so long a reader may stay behind
ASK_AGAIN_SECONDS = 600.0
HERE_SECONDS = 10.0  # another process's word of who is there stands so long
MOST_LANES = 50  # of one listener
_BEAT = frame(b"", frames.PING) + frame(b"{}")


@dataclass(frozen=True)
class Limits:
    """`sockets` of one process, of one person, of one stranger's address; words inward in a burst
    and a second, per person."""

    sockets: int = 20_000
    of_person: int = 20
    of_address: int = 200
    arriving: int = 2_000
    burst: float = 60.0
    per_second: float = 20.0


class Hub:
    """Made before the loop runs; `start` and `stop` are called in it."""

    loop: asyncio.AbstractEventLoop

    def __init__(self, limits: Limits | None = None, proxies: Sequence[str] = ()) -> None:
        self.limits = limits or Limits()
        self.proxies = proxies
        self.session_cookie = settings.SESSION_COOKIE_NAME
        self.name = uuid4().hex
        self.pool = ThreadPoolExecutor(2, "hub")
        self.lanes: dict[str, Lane] = {}
        self.arriving: set[Connection] = set()
        self.listeners: set[Any] = set()
        self.slow: dict[Connection, float] = {}
        self.by_whom: dict[Any, int] = {}
        self.patience: dict[Any, tuple[float, float]] = {}
        self.is_stopping = False
        self.hearer: hearing.Hearer | None = None
        self.timers: list[asyncio.TimerHandle] = []
        self.stats = {"cut": 0, "dropped": 0}
        self.told_elsewhere = ""
        self.told_at = 0.0

    # Living

    def start(self) -> None:
        self.loop = asyncio.get_running_loop()
        hop.listen(self.hear, self.name)
        self.hearer = hearing.of_this_site(self)
        for seconds, call in (
            (PRESENCE_SECONDS, self.look),
            (BEAT_SECONDS, self.beat),
            (WATCH_SECONDS, self.see_slow),
            (ASK_AGAIN_SECONDS / 10, self.ask_some_again),
        ):
            self.repeat(seconds, call)

    def stop(self) -> None:
        """Say to all that the site restarts; they come back by themselves."""
        if self.is_stopping:
            return
        self.is_stopping = True
        hop.listen(None)
        if self.hearer is not None:
            self.hearer.close()
        for timer in self.timers:
            timer.cancel()
        for listener in [*self.arriving, *self.listeners]:
            listener.shutdown()
        self.pool.shutdown(wait=False, cancel_futures=True)

    def repeat(self, seconds: float, call: Callable[[], None]) -> None:
        slot = len(self.timers)

        def again() -> None:
            if self.is_stopping:
                return
            try:
                call()
            except Exception:
                logger.exception("the hub's %s", call.__name__)
            self.timers[slot] = self.loop.call_later(seconds, again)

        self.timers.append(self.loop.call_later(seconds, again))

    def later[R](
        self, call: Callable[..., R], *args: Any, then: Callable[[R | None], None]
    ) -> None:
        """Run `call` in a thread, `then` in the loop; it gets None when the call failed."""

        def done(result: R | None) -> None:
            if not self.is_stopping:
                then(result)

        def work() -> None:
            result: R | None = None
            try:
                result = call(*args)
            except Exception:
                logger.warning("the hub could not ask", exc_info=True)
            self.soon(done, result)

        if not self.is_stopping:
            self.pool.submit(work)

    def soon(self, call: Callable[..., None], *args: Any) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self.loop.call_soon_threadsafe(call, *args)

    # Words from all processes

    def hear(self, word: Word) -> None:
        """From any thread."""
        self.soon(self.take, word)

    def take(self, word: Word) -> None:
        if word.kind == "note":
            if lane := self.lanes.get(word.about):
                lane.hear(word.text, word.number)
        elif word.kind == "again":
            person_id = int(word.about)
            self.ask_listeners([one for one in self.listeners if one.who.person_id == person_id])
        elif word.kind == "all-again":
            if lane := self.lanes.get(word.about):
                self.ask_listeners([*lane.members, *lane.streams])
        elif word.kind == "here":
            self.hear_of_elsewhere(word)

    # Arriving and leaving

    def socket(self, config: Any = None, server_state: Any = None, **rest: Any) -> Connection:
        """What uvicorn calls for an upgraded request."""
        return Connection(self, server_state.connections if server_state is not None else None)

    def arrived(self, connection: Connection) -> None:
        self.arriving.add(connection)

    def admit(self, connection: Connection, request: Request) -> None:
        """Open it if page and host are ours. Who it is, is asked in a thread."""
        status = 0
        if request.path != PATH:
            status = 404
        elif self.is_stopping or len(self.listeners) >= self.limits.sockets or (
            len(self.arriving) > self.limits.arriving
        ):  # fmt: skip
            status = 503
        elif not asking.is_our_host(request.host):
            status = 400
        elif not request.is_of_this_site:
            status = 403
        if status:
            self.arriving.discard(connection)
            connection.refuse(status)
            return
        session = request.cookie_named(self.session_cookie)

        def open_it(who: Who | None) -> None:
            self.arriving.discard(connection)
            if connection.transport.is_closing():
                return
            if who is None:
                connection.refuse(503)
            elif not self.has_room(who, request.address):
                connection.refuse(429)
            else:
                connection.open(request.key, who, session if who.person_id else "")
                self.settle(connection, request.address)

        if session:
            self.later(asking.who_has, session, then=open_it)
        else:
            open_it(Who())

    def has_room(self, who: Who, address: str) -> bool:
        if who.person_id is None:
            return self.by_whom.get(address, 0) < self.limits.of_address
        return self.by_whom.get(who.person_id, 0) < self.limits.of_person

    def settle(self, listener: Any, address: str) -> None:
        self.listeners.add(listener)
        whom = listener.who.person_id or address
        listener.whom, listener.asked_at = whom, self.loop.time()
        self.by_whom[whom] = self.by_whom.get(whom, 0) + 1

    def unlist(self, listener: Any) -> None:
        """It hears no more; harmless twice."""
        for lane in listener.lanes:
            self.take_out(listener, lane)
        listener.lanes = ()
        self.slow.pop(listener, None)
        if listener in self.listeners:
            self.listeners.discard(listener)
            left = self.by_whom[listener.whom] - 1
            if left:
                self.by_whom[listener.whom] = left
            else:
                del self.by_whom[listener.whom]
                self.patience.pop(listener.who.person_id, None)
            self.patience.pop(listener, None)

    def left(self, connection: Connection) -> None:
        self.arriving.discard(connection)
        self.unlist(connection)

    def take_out(self, listener: Any, lane: Lane) -> None:
        lane.members.discard(listener)
        lane.streams.discard(listener)
        lane.is_restless = True
        self.drop_if_empty(lane)

    def drop_if_empty(self, lane: Lane) -> None:
        if lane.is_empty and self.lanes.get(lane.name) is lane:
            del self.lanes[lane.name]

    # Words from listeners

    def has_patience_with(self, listener: Any) -> bool:
        """A burst of words, then so many a second: a person's over all sockets, a stranger's over
        one (an address may stand for a whole house)."""
        now = self.loop.time()
        whose = listener.who.person_id or listener
        left, at = self.patience.get(whose, (self.limits.burst, now))
        left = min(self.limits.burst, left + (now - at) * self.limits.per_second) - 1
        self.patience[whose] = (left, now)
        return left >= 0

    def heard(self, listener: Any, said: Mapping[str, Any]) -> bool:
        """{"join": {lane: number or null}}, {"leave": [lane]}, {"lane": …, "say": {…}}."""
        joined, left = said.get("join", {}), said.get("leave", [])
        if not isinstance(joined, dict) or not isinstance(left, list):
            return False
        for after in joined.values():
            if after is not None and not (type(after) is int and 0 <= after < 1 << 53):
                return False
        for lane in [lane for lane in listener.lanes if lane.name in left]:
            self.take_out(listener, lane)
            listener.lanes = tuple(one for one in listener.lanes if one is not lane)
        if joined:
            self.join(listener, joined)
        if "say" in said:
            return self.relay(listener, said)
        return True

    def relay(self, listener: Any, said: Mapping[str, Any]) -> bool:
        """Let the others of a lane hear it, as far as its kind says so."""
        lane = next((one for one in listener.lanes if one.name == said.get("lane")), None)
        if lane is None or lane.kind.relay is None:
            return True  # put out meanwhile, or nothing to say here
        if not isinstance(said["say"], dict):
            return False
        body = lane.kind.relay(listener.who, said["say"])
        if body is not None:
            text = core.text_of(lane.name, "said", body)
            lane.hear(text, None)
            if self.hearer is not None and self.hearer.has_others:
                self.later(hop.away, Word("note", lane.name, text), then=lambda _: None)
        return True

    # Joining

    def join(self, listener: Any, wanted: Mapping[str, int | None]) -> None:
        """Ask in a thread what may be joined and what was missed, then let in."""
        kept = {}
        for name, after in wanted.items():
            kind = core.kind_of(name)
            if kind is None or len(listener.lanes) + len(kept) >= MOST_LANES:
                listener.send(core.text_of(name[: core.LONGEST_LANE], "refused", {}))
                continue
            kept[name] = after
            lane = self.lanes.get(name) or self.lanes.setdefault(name, Lane(self, name, kind))
            lane.joining += 1
            if lane in listener.lanes:  # it comes back for what it missed
                self.take_out(listener, lane)
        if not kept:
            return
        reached = {name: last for name in kept if (last := self.lanes[name].last) is not None}

        def answered(answers: list[asking.Answer] | None) -> None:
            for name in kept:
                self.lanes[name].joining -= 1
            for answer in answers or [asking.Answer(name, False) for name in kept]:
                self.let_in(listener, answer, kept[answer.lane], was_asked=answers is not None)

        self.later(asking.ask, listener.who, kept, reached, then=answered)

    def let_in(
        self, listener: Any, answer: asking.Answer, after: int | None, *, was_asked: bool
    ) -> None:
        lane = self.lanes[answer.lane]
        if not listener.is_open:
            self.drop_if_empty(lane)
            return
        if not answer.may:
            self.take_out(listener, lane)
            listener.lanes = tuple(one for one in listener.lanes if one is not lane)
            listener.send(core.text_of(lane.name, "refused" if was_asked else "busy", {}))
            return
        if answer.missed is not None:
            missed = answer.missed
            if lane.last is None or missed.is_whole:
                lane.catch_up(missed)
            elif missed.head > lane.last:
                lane.fetch_soon()
            lane.flush()
            if after is not None and not self.bring(listener, lane, missed, after):
                return
        elif lane.pending:
            lane.flush()
        (lane.members if listener.is_socket else lane.streams).add(listener)
        if lane not in listener.lanes:
            listener.lanes = (*listener.lanes, lane)
        lane.is_restless = True
        listener.send(f'{{"lane":"{lane.name}","do":"joined","n":{lane.last or 0}}}')
        if lane.kind.presence and lane.shown:
            listener.send(lane.shown)

    def bring(self, listener: Any, lane: Lane, missed: Missed, after: int) -> bool:
        """Send what the listener missed; False when it has to be asked for once more."""
        head = missed.head
        if not missed.is_whole or after > max(head, lane.last or 0):
            listener.send(f'{{"lane":"{lane.name}","do":"resync","n":{lane.last or 0}}}')
            return True
        newer = lane.since(max(head, after))
        if newer is None:
            self.join(listener, {lane.name: after})
            return False
        texts = [text for number, text in missed.notes if number > after] + newer
        listener.send_all(texts)
        return True

    def fetch(self, lane: Lane, after: int) -> None:
        self.later(asking.missed, lane.name, after, then=lane.fetched)

    # Being asked again

    def ask_listeners(self, listeners: list[Any]) -> None:
        for listener in listeners:
            self.ask_again(listener)

    def ask_again(self, listener: Any) -> None:
        listener.asked_at = self.loop.time()
        names = [lane.name for lane in listener.lanes]

        def answered(found: tuple[bool, list[str]] | None) -> None:
            if found is None or not listener.is_open:
                return
            is_signed_in, lost = found
            for lane in [lane for lane in listener.lanes if lane.name in lost]:
                self.take_out(listener, lane)
                listener.lanes = tuple(one for one in listener.lanes if one is not lane)
                listener.send(core.text_of(lane.name, "out", {}))
            if not is_signed_in:
                listener.close(SIGNED_OUT, "signed out")

        self.later(asking.ask_again, listener.who, listener.session, names, then=answered)

    def ask_some_again(self) -> None:
        """Sessions pass away unheard: now and then everybody's is looked at."""
        before = self.loop.time() - ASK_AGAIN_SECONDS
        due = [one for one in self.listeners if one.who.person_id and one.asked_at < before]
        self.ask_listeners(due[: max(20, len(self.listeners) // 5)])

    # The clock

    def look(self) -> None:
        """Every two seconds: tell who is here, and look for numbers whose word was lost."""
        now = self.loop.time()
        away = {}
        for lane in list(self.lanes.values()):
            if not lane.kind.presence or not (lane.members or lane.streams):
                continue
            if self.hearer is not None and self.hearer.has_others:
                away[lane.name] = lane.names()
            elif not lane.is_restless:
                continue
            lane.is_restless = False
            count, named = lane.presence(now)
            shown = core.text_of(lane.name, "presence", {"count": count, "names": named})
            if shown != lane.shown:
                lane.shown = shown
                lane.pend(shown)
        self.tell_elsewhere(away, now)
        numbered = [lane.name for lane in self.lanes.values() if lane.kind.numbered]
        if numbered:
            self.later(asking.heads, numbered, then=self.compare)

    def compare(self, heads: dict[str, int] | None) -> None:
        for name, head in (heads or {}).items():
            lane = self.lanes.get(name)
            if lane is not None and lane.last is not None and head > lane.last:
                lane.fetch_soon()

    def tell_elsewhere(self, here: dict[str, Any], now: float) -> None:
        text = json.dumps(here, ensure_ascii=False)
        if text == self.told_elsewhere and now - self.told_at < HERE_SECONDS / 2:
            return
        if here or self.told_elsewhere not in ("", "{}"):
            self.told_elsewhere, self.told_at = text, now
            self.later(hop.away, Word("here", text=text), then=lambda _: None)

    def hear_of_elsewhere(self, word: Word) -> None:
        until = self.loop.time() + HERE_SECONDS
        for name, (count, named) in json.loads(word.text or "{}").items():
            if lane := self.lanes.get(name):
                lane.elsewhere[word.origin] = (until, count, named)
                lane.is_restless = True

    def beat(self) -> None:
        """A sign of life both ways; who leaves two unanswered is gone."""
        for listener in list(self.listeners):
            if not listener.is_socket:
                listener.put(b": \n\n")
            elif listener.unanswered >= 2:
                listener.abort()
            else:
                listener.unanswered += 1
                listener.write(_BEAT)

    def watch(self, connection: Connection) -> None:
        self.slow.setdefault(connection, self.loop.time())

    def see_slow(self) -> None:
        """Slow readers either have caught up, or are asked to come back and load anew."""
        now = self.loop.time()
        for connection, since in list(self.slow.items()):
            if connection.state != OPEN or not connection.is_backed_up:
                self.slow.pop(connection, None)
            elif now - since > SLOW_SECONDS:
                self.stats["cut"] += 1
                connection.close(frames.TRY_LATER, "too slow")
