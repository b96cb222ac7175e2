"""Tools from typed Python functions."""

from __future__ import annotations

import asyncio
import copy
import inspect
from collections.abc import Callable
from typing import Annotated, Any, cast, get_type_hints, overload

import msgspec

from orbiter.errors import OrbiterError, ToolError
from orbiter.models.base import JSON, ToolSpec
from orbiter.run.types import Effect
from orbiter.tools.base import Tool, ToolContext, invalid_arguments, json_result
from orbiter.tools.docstring import describe

Function = Callable[..., Any]

DEFAULT_EFFECT: Effect = "irreversible"
"""The only safe guess: a tool whose author did not say what it does is never repeated without asking a person."""


class FunctionTool(Tool):
    """A function as a tool; calling the object calls the function as it was written."""

    def __init__(
        self, function: Function, spec: ToolSpec, *, effect: Effect, label: str, parameters: Parameters
    ) -> None:
        super().__init__(spec, effect=effect, label=label)
        self._function = function
        self._parameters = parameters
        self.__doc__ = function.__doc__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._function(*args, **kwargs)

    async def call(self, arguments: dict[str, JSON], context: ToolContext) -> JSON:
        """Check the arguments, run the function (a plain one in a thread) and check its result.

        An exception that is not an `OrbiterError` reaches the model only by the name of its class, since its text may
        hold anything; raise `ToolError` to tell the model more.
        """
        values = self._parameters.read(self.name, arguments)
        if self._parameters.context:
            values[self._parameters.context] = context
        try:
            result = await self._run(values)
        except OrbiterError:
            raise
        except Exception as error:
            raise ToolError(f"{self.name} failed with {type(error).__name__}.") from error
        return json_result(self.name, result)

    async def _run(self, values: dict[str, Any]) -> Any:
        if inspect.iscoroutinefunction(self._function):
            return await self._function(**values)
        return await asyncio.to_thread(self._function, **values)


class Parameters:
    """A function's parameters: `schema` for the model, `read` for what the model sends."""

    def __init__(self, name: str, function: Function, descriptions: dict[str, str]) -> None:
        self.context = ""
        hints = _hints(function)
        fields: list[Any] = []
        for parameter in inspect.signature(function).parameters.values():
            hint = _checked(name, parameter, hints)
            if hint is ToolContext:
                self.context = parameter.name
            else:
                fields.append(_field(parameter, hint, descriptions.get(parameter.name, "")))
        self._struct = msgspec.defstruct(f"{name}_arguments", fields, kw_only=True, forbid_unknown_fields=True)
        self._names = self._struct.__struct_fields__

    def schema(self) -> dict[str, JSON]:
        (reference,), components = msgspec.json.schema_components((self._struct,), ref_template="#/$defs/{name}")
        schema = cast("dict[str, JSON]", components.pop(reference["$ref"].removeprefix("#/$defs/")))
        schema.pop("title", None)
        if components:
            schema["$defs"] = components
        return schema

    def read(self, tool: str, arguments: dict[str, JSON]) -> dict[str, Any]:
        """The typed values by parameter name. Raises `ToolError` that names the field which does not fit."""
        try:
            parsed = msgspec.convert(arguments, self._struct)
        except msgspec.ValidationError as error:
            raise invalid_arguments(tool, str(error)) from None
        except RecursionError:
            raise invalid_arguments(tool, "they are nested too deeply") from None
        return {name: getattr(parsed, name) for name in self._names}


def _hints(function: Function) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except NameError as error:
        raise TypeError(f"The annotations of {function.__qualname__} name an unknown type: {error}.") from None


def _checked(name: str, parameter: inspect.Parameter, hints: dict[str, Any]) -> Any:
    if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
        raise TypeError(f"Tool {name}: parameter {parameter.name} must be one that can be passed by name.")
    if parameter.name not in hints:
        raise TypeError(f"Tool {name}: parameter {parameter.name} needs a type annotation.")
    return hints[parameter.name]


def _field(parameter: inspect.Parameter, hint: Any, description: str) -> tuple[Any, ...]:
    typed: Any = Annotated[hint, msgspec.Meta(description=description)] if description else hint
    if parameter.default is parameter.empty:
        return (parameter.name, typed)
    default: Any = parameter.default
    if type(default) in (list, dict, set):
        return (parameter.name, typed, msgspec.field(default_factory=lambda: copy.deepcopy(default)))
    return (parameter.name, typed, default)


@overload
def tool(function: Function, /) -> FunctionTool: ...
@overload
def tool(
    *, name: str = "", effect: Effect = DEFAULT_EFFECT, description: str = "", label: str = ""
) -> Callable[[Function], FunctionTool]: ...
def tool(
    function: Function | None = None,
    /,
    *,
    name: str = "",
    effect: Effect = DEFAULT_EFFECT,
    description: str = "",
    label: str = "",
) -> FunctionTool | Callable[[Function], FunctionTool]:
    """Make a tool of a typed function, bare (`@tool`) or with settings (`@tool(effect="read")`).

    The schema comes from the annotations, the descriptions from the docstring and its `Args:` section. A parameter
    annotated `ToolContext` is filled in by the run and hidden from the model. Without `effect` the tool counts as
    irreversible. Raises TypeError when the signature has no JSON Schema.
    """

    def make(function: Function) -> FunctionTool:
        known = describe(function.__doc__)
        named = name or function.__name__
        parameters = Parameters(named, function, known.parameters)
        spec = ToolSpec(named, description or known.text, parameters.schema())
        return FunctionTool(function, spec, effect=effect, label=label, parameters=parameters)

    return make if function is None else make(function)
