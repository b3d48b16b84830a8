from .amendment import Amendment, AmendmentComment, Ballot, CharterPolicy
from .charter import Acceptance, Charter, Said
from .chronicle import Bookmark, Page
from .example import Example
from .experiment import Experiment
from .goal import Goal
from .kept import Kept
from .pulse import PulseAnswer, PulseAsked
from .ritual import Ritual, Turn, Volunteer

__all__ = [
    "Acceptance", "Amendment", "AmendmentComment", "Ballot", "Bookmark", "Charter",
    "CharterPolicy", "Example", "Experiment", "Goal", "Kept", "Page", "PulseAnswer", "PulseAsked",
    "Ritual", "Said", "Turn", "Volunteer",
]  # fmt: skip
