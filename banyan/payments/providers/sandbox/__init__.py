"""The sandbox provider: a process of its own for development and demonstrations, over HTTP only."""

from .client import Sandbox

adapter = Sandbox()
