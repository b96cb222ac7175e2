"""The table of agents."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id, JsonOf, JsonText, Micros
from orbiter_api.domains.agents.parts import AgentModel, AgentParams, AgentTool


class AgentRow(Base):
    __tablename__ = "agents"
    __table_args__ = (Index("ix_agents_project_id_id", "project_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(String(2000))
    instructions: Mapped[str] = mapped_column(Text)
    provider_id: Mapped[str | None] = mapped_column(Id, ForeignKey("providers.id", ondelete="SET NULL"))
    model_name: Mapped[str | None] = mapped_column(String(200))
    fallbacks: Mapped[list[AgentModel]] = mapped_column(JsonOf(list[AgentModel]), server_default="[]")
    """Asked in their order when the model fails for good."""
    params: Mapped[AgentParams] = mapped_column(JsonOf(AgentParams))
    max_steps: Mapped[int] = mapped_column(Integer)
    tools: Mapped[list[AgentTool]] = mapped_column(JsonOf(list[AgentTool]))
    output_schema: Mapped[Any] = mapped_column(JsonText, nullable=True)
    starters: Mapped[list[str]] = mapped_column(JsonOf(list[str]))
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("projects.id"))
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    created_at: Mapped[int] = mapped_column(Micros)
    updated_at: Mapped[int] = mapped_column(Micros)
    deleted_at: Mapped[int | None] = mapped_column(Micros)
    revision: Mapped[int] = mapped_column(Integer)
