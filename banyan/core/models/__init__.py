from banyan.core.hub.models import *  # noqa: F403
from banyan.core.jobs.models import *  # noqa: F403

from .activity import Activity
from .attempt import Attempt
from .base import Scoped, ScopedQuerySet, Thing
from .naming import NamedTwice
from .picture import Picture

__all__ = ["Activity", "Attempt", "NamedTwice", "Picture", "Scoped", "ScopedQuerySet", "Thing"]
