"""States, limits and what stars come to. Pure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PUBLISHED, HIDDEN, DELETED, REMOVED, ERASED = "published", "hidden", "deleted", "removed", "erased"
STATES = [
    (PUBLISHED, _("Shown")),
    (HIDDEN, _("Hidden by a moderator")),
    (DELETED, _("Taken back")),
    (REMOVED, _("Taken out by a moderator")),
    (ERASED, _("Erased with the account")),
]
MOVES = {
    PUBLISHED: (HIDDEN, DELETED, REMOVED),
    HIDDEN: (PUBLISHED, REMOVED),
    DELETED: (PUBLISHED,),
    REMOVED: (PUBLISHED,),
    ERASED: (),
}
JUDGED_AWAY = (HIDDEN, REMOVED)  # counted in public

STARS = (5, 4, 3, 2, 1)
WORDS_LENGTH = 3000
ANSWER_LENGTH = 2000
MOST_PHOTOS = 6
SHOWN_FIRST = 3  # below a product; all of them stand on a page of their own
PER_PAGE = 20
