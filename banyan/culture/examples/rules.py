from __future__ import annotations

from django.utils.translation import gettext_lazy as _

NOMINATED, ACCEPTED, DECLINED, WITHDRAWN = "nominated", "accepted", "declined", "withdrawn"
LIVE = [NOMINATED, ACCEPTED]
# An accepted example may be taken down again; what was declined may be looked at once more.
MOVES = {
    NOMINATED: (ACCEPTED, DECLINED, WITHDRAWN),
    ACCEPTED: (NOMINATED, WITHDRAWN),
    DECLINED: (NOMINATED,),
}
STATES = [
    (NOMINATED, _("Nominated")),
    (ACCEPTED, _("Accepted")),
    (DECLINED, _("Not taken")),
    (WITHDRAWN, _("Taken back")),
]
LONGEST_WHY = 200
PER_DAY = 5
