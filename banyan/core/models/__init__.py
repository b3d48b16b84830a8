from banyan.core.hub.models import *  # noqa: F403
from banyan.core.jobs.models import *  # noqa: F403

from .activity import Activity
from .attempt import Attempt
from .base import Scoped, ScopedQuerySet, Thing
from .picture import Picture

__all__ = ["Activity", "Attempt", "Picture", "Scoped", "ScopedQuerySet", "Thing"]
