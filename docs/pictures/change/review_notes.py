"""What a reviewer wrote about a submission."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class ReviewNote(Base):
    """One remark on one submission."""

    __tablename__ = "review_notes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    metrics_input_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("metrics_input.id"), index=True)
    note: Mapped[str]
