from .amendment import Amendment, AmendmentComment, Ballot, CharterPolicy
from .charter import Acceptance, Charter, Said
from .kept import Kept

__all__ = [
    "Acceptance", "Amendment", "AmendmentComment", "Ballot", "Charter", "CharterPolicy", "Kept",
    "Said",
]  # fmt: skip
