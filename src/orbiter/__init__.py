"""Orbiter's engine: agents, tools, models and durable runs, usable without a server.

from orbiter import Agent, tool

result = await Agent("Helper", tools=["calculator"]).run("What is 12.5% of 8640? Use the calculator.")
print(result.text)
"""

from orbiter.agent.agent import Agent, AgentResult
from orbiter.errors import OrbiterError, ProviderError, ToolError
from orbiter.tools import Tool, ToolContext, tool

__all__ = ["Agent", "AgentResult", "OrbiterError", "ProviderError", "Tool", "ToolContext", "ToolError", "tool"]
