"""Waivers: findings accepted on purpose, with a reason.

By a comment at the statement (`assay.waivers.comments`), or by an entry of governance.yaml
(`assay.config.PolicyWaiver`), which needs an owner and a last day too.
"""

from __future__ import annotations

from assay.waivers._apply import Waived, apply
from assay.waivers.comments import COMMENT, Waiver, read
from assay.waivers.policy import Policy

__all__ = ["COMMENT", "Policy", "Waived", "Waiver", "apply", "read"]
