"""The cast, and what every test stands on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from banyan.core import cards

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def flush_past_append_only() -> Iterator[None]:
    """Between tests SQLite is emptied with DELETE, which our append-only triggers refuse.

    For the length of a flush they step aside; PostgreSQL truncates, which they do not see.
    """
    # By way of `base`: on PostgreSQL nothing has imported it yet, and operations alone is circular.
    from django.db.backends.sqlite3.base import DatabaseOperations

    plain = DatabaseOperations.execute_sql_flush

    def flush(self: Any, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master "
                "WHERE type = 'trigger' AND sql LIKE '%is append-only%'"
            )
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
        try:
            plain(self, sql_list)
        finally:
            with self.connection.cursor() as cursor:
                for _, sql in triggers:
                    cursor.execute(sql)

    DatabaseOperations.execute_sql_flush = flush
    yield
    DatabaseOperations.execute_sql_flush = plain


@pytest.fixture(autouse=True)
def begin_afresh() -> None:
    """Nothing kept by an earlier test, nor the language of its last page."""
    cache.clear()
    cards.forget()
    translation.deactivate()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def know_sizes(db: Any) -> Callable[[], None]:
    """Once many rows were written: what PostgreSQL's own daemon does when such rows are committed.

    Without it a plan may be made for the few rows that it has last seen, and take minutes.
    """

    def look() -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    return look


@pytest.fixture
def new_person(db: Any) -> Callable[..., Any]:
    """A person with a verified address: new_person("Jonas")."""
    from allauth.account.models import EmailAddress

    from banyan.people.models import Person

    def make(name: str, **fields: Any) -> Any:
        email = fields.pop("email", f"{name.lower().replace(' ', '.')}@example.org")
        person = Person.objects.create_user(email, "a-long-password", name=name, **fields)
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
        return person

    return make


@pytest.fixture
def cast(new_person: Callable[..., Any]) -> SimpleNamespace:
    """Mei Lin runs Slow Kiln; the others join, buy, moderate; Rafe must never get in."""
    names = ["Mei Lin", "Jonas", "Lan", "Kenji", "Dara", "Yusuf", "Sol", "Rafe"]
    return SimpleNamespace(**{n.split()[0].lower(): new_person(n) for n in names})


@pytest.fixture
def kiln(cast: SimpleNamespace) -> Any:
    """Slow Kiln: Mei owns it, Kenji moderates, Jonas and Lan are members."""
    from banyan.communities import rules
    from banyan.communities.models import Member
    from banyan.culture import actions

    community = actions.found(
        founder=cast.mei, slug="kiln", name="Slow Kiln", lang="en", second_name="慢窑",
        second_lang="zh-Hans", purpose="People who would rather own one cup made by hand.",
        currency="CNY", interests=["ceramics"], zone="Asia/Shanghai", now=NOW,
        goal="Fewer things, kept longer.", values=["Make less, keep it longer."],
        conventions=["Seconds are sold as seconds, with the flaw in the photo."],
    )  # fmt: skip
    for person in (cast.kenji, cast.jonas, cast.lan):
        actions.join(community=community, person=person, version=1, now=NOW)
    Member.objects.filter(community=community, person=cast.kenji).update(role=rules.MODERATOR)
    community.refresh_from_db()
    return community


@pytest.fixture
def tea(cast: SimpleNamespace) -> Any:
    """Tea at Four, another community, run by Sol."""
    from banyan.culture import actions

    return actions.found(
        founder=cast.sol, slug="four", name="Tea at Four", lang="en", second_name="四点茶",
        second_lang="zh-Hans", purpose="Somebody to talk to at four o'clock.", currency="CNY",
        interests=["tea"], zone="Asia/Shanghai", now=NOW,
    )  # fmt: skip


@pytest.fixture
def member_of() -> Callable[..., Any]:
    """The membership of a person: member_of(kiln, cast.jonas)."""
    from banyan.communities.models import Member

    def find(community: Any, person: Any) -> Any:
        return Member.objects.select_related("community", "person").get(
            community=community, person=person
        )

    return find


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[Any]:
    """One payment sandbox for the whole run: a process of its own."""
    from banyan.payments.tests.sandbox_process import Inbox, SandboxProcess, running

    with running() as url:
        yield SandboxProcess(url, Inbox())


@pytest.fixture
def sandbox(sandbox_process: Any, settings: Any) -> Any:
    """The sandbox as this site's provider. `sandbox.decide(pay_url, "approve")` presses a button,
    `sandbox.relay(client)` brings its callbacks to our door. With a live server, let callbacks
    come by themselves: `settings.SITE_URL = live_server.url`.
    """
    sandbox_process.reset()
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    settings.SANDBOX_URL = sandbox_process.url
    settings.SANDBOX_SECRET = sandbox_process.secret
    settings.SITE_URL = sandbox_process.inbox.url
    targets = [*settings.SECURE_CSP["form-action"], sandbox_process.url]
    settings.SECURE_CSP = {**settings.SECURE_CSP, "form-action": targets}
    return sandbox_process
