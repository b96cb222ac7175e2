"""The two agents that a new workspace starts with. They work on the demo model, so they answer without a key."""

from __future__ import annotations

from orbiter_api.domains.agents.schemas import AgentCreate, AgentModel, AgentTool

DEMO_MODEL = "orbiter-demo"


def first_agents(provider_id: str, project_id: str) -> list[AgentCreate]:
    model = AgentModel(provider_id=provider_id, name=DEMO_MODEL)
    return [
        AgentCreate(
            name="Data reader",
            description="Answers questions about JSON and web pages that you give it.",
            instructions=(
                "You read data for people. Look values up with json_query instead of guessing them, fetch a page when "
                "you are given its address, and say where each value stands."
            ),
            model=model,
            tools=[AgentTool(tool="json_query"), AgentTool(tool="web_fetch"), AgentTool(tool="calculator")],
            starters=[
                'call json_query {"json": {"items": [{"name": "Bolt"}, {"name": "Nut"}]}, "query": "$.items[*].name"}',
                "What can you do?",
            ],
            project_id=project_id,
        ),
        AgentCreate(
            name="Assistant",
            description="Calculates exactly, knows the time, and shows every step.",
            instructions=(
                "You are a helpful assistant. Use the calculator for every calculation and current_time for dates and "
                "times. Answer briefly and give the result first."
            ),
            model=model,
            tools=[AgentTool(tool="calculator"), AgentTool(tool="current_time")],
            starters=[
                "What is 12.5% of 8640? Use the calculator.",
                "What time is it in Tokyo?",
                "Say 200 words",
            ],
            project_id=project_id,
        ),
    ]
