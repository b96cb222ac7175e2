"""Tools of agents: `tool` makes one of a typed function, `builtin_tools` finds those that come with Orbiter."""

from orbiter.tools.base import MAX_RESULT_BYTES, Tool, ToolContext, ToolRegistry
from orbiter.tools.catalog import builtin_tools
from orbiter.tools.function import FunctionTool, tool

__all__ = [
    "MAX_RESULT_BYTES",
    "FunctionTool",
    "Tool",
    "ToolContext",
    "ToolRegistry",
    "builtin_tools",
    "tool",
]
