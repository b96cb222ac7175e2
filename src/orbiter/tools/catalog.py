"""The built-in tools, found by one walk of `tools/builtin/`."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from orbiter.tools import builtin
from orbiter.tools.base import Tool, ToolRegistry


def builtin_tools(package: ModuleType = builtin) -> ToolRegistry:
    """A new registry of every tool below `package`.

    Raises whatever a broken module raises, and RuntimeError for one that defines no tool: a tool that silently is not
    there is worse than a server that does not start.
    """
    registry = ToolRegistry()
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        tools = _tools_of(importlib.import_module(module.name))
        if not tools:
            raise RuntimeError(f"{module.name} defines no tool. Remove it or decorate a function with @tool.")
        for tool in tools:
            registry.register(tool)
    return registry


def _tools_of(module: ModuleType) -> list[Tool]:
    return [value for value in vars(module).values() if isinstance(value, Tool)]
