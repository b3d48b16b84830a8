"""The cast is the same everywhere."""

from banyan.conftest import *  # noqa: F403
