"""Only the kit's own addresses, so that its tests stand on nothing above it."""

from banyan.core.ui.urls import urlpatterns

__all__ = ["urlpatterns"]
