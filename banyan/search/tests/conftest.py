from __future__ import annotations

from banyan.content.tests.conftest import product, write
from banyan.outreach.tests.conftest import answer, deliver

__all__ = ["answer", "deliver", "product", "write"]
