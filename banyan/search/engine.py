"""The one place that knows how each database looks for words.

SQLite: an FTS5 table beside `search_words`, kept by triggers. PostgreSQL: a generated tsvector
(`simple`: the words are cut and coded already) with a GIN index.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

SQLITE = [
    "CREATE VIRTUAL TABLE search_fts USING fts5(title, body, content='search_words', "
    "content_rowid='id', prefix='3 5')",
    "CREATE TRIGGER search_fts_in AFTER INSERT ON search_words BEGIN INSERT INTO search_fts"
    "(rowid, title, body) VALUES (new.id, new.title, new.body); END",
    "CREATE TRIGGER search_fts_out AFTER DELETE ON search_words BEGIN INSERT INTO search_fts"
    "(search_fts, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); END",
    "CREATE TRIGGER search_fts_new AFTER UPDATE ON search_words BEGIN INSERT INTO search_fts"
    "(search_fts, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); "
    "INSERT INTO search_fts(rowid, title, body) VALUES (new.id, new.title, new.body); END",
]
SQLITE_BACK = [
    "DROP TRIGGER search_fts_in", "DROP TRIGGER search_fts_out", "DROP TRIGGER search_fts_new",
    "DROP TABLE search_fts",
]  # fmt: skip
POSTGRES = [
    "ALTER TABLE search_words ADD COLUMN vector tsvector GENERATED ALWAYS AS ("
    "setweight(to_tsvector('simple'::regconfig, title), 'A') || "
    "setweight(to_tsvector('simple'::regconfig, body), 'C')) STORED",
    "CREATE INDEX search_words_vector ON search_words USING gin(vector)",
]
POSTGRES_BACK = ["DROP INDEX search_words_vector", "ALTER TABLE search_words DROP COLUMN vector"]


def look(
    terms: Sequence[str], *, public_but: Sequence[int], own: Sequence[int],
    community: int | None = None, limit: int, offset: int = 0,
) -> list[tuple[str, int]]:  # fmt: skip
    """(kind, id) of what holds every term (or a word that begins so), the best first. One query.

    Only of public communities, without those in `public_but`, and of those in `own`. `terms` are
    codes: ASCII letters and digits.
    """
    if not terms:
        return []
    assert all(term.isalnum() and term.isascii() for term in terms)
    here = "(c.visibility = 'public' AND c.closed_at IS NULL"
    params: list[object] = []
    if public_but:
        here += f" AND c.id NOT IN ({_marks(public_but)})"
        params += public_but
    here += ")"
    if own:
        here = f"({here} OR c.id IN ({_marks(own)}))"
        params += own
    if community is not None:
        here += " AND c.id = %s"
        params.append(community)
    if connection.vendor == "sqlite":
        words = " ".join(f'"{term}"{"*" if _may_go_on(term) else ""}' for term in terms)
        sql = (  # `here` holds marks only, never a value
            "SELECT w.kind, w.object_id FROM search_fts f "  # noqa: S608
            "JOIN search_words w ON w.id = f.rowid "
            "JOIN communities_community c ON c.id = w.community_id "
            f"WHERE search_fts MATCH %s AND {here} "
            "ORDER BY bm25(search_fts, 6.0, 1.0), w.id DESC LIMIT %s OFFSET %s"
        )
        given = [words, *params, limit, offset]
    else:
        words = " & ".join(f"{term}{':*' if _may_go_on(term) else ''}" for term in terms)
        sql = (
            "SELECT w.kind, w.object_id FROM search_words w "  # noqa: S608
            "JOIN communities_community c ON c.id = w.community_id, "
            "to_tsquery('simple', %s) q "
            f"WHERE w.vector @@ q AND {here} "
            "ORDER BY ts_rank(w.vector, q) DESC, w.id DESC LIMIT %s OFFSET %s"
        )
        given = [words, *params, limit, offset]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [(kind, pk) for kind, pk in cursor.fetchall()]


def _may_go_on(term: str) -> bool:
    """Two letters and more may be the beginning of a word; one Han sign is five."""
    return len(term) > 1


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))
