from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every

from .standing import muting, reminding, striking


@every(seconds=300)
def sweep_standing() -> int:
    """Mutes and strikes that are over are called so; late appeals are told of. May run twice."""
    now = timezone.now()
    return muting.sweep(now) + striking.sweep(now) + reminding.late_appeals(now)
