"""Tool arguments that the provider encrypted, as the tools of the request declare them. Sans-IO.

Codex declares them by ``"encrypted": true`` in a tool's parameters; editing one makes it unreadable.
"""

from collections.abc import Mapping

from maskwire.wire.jsonspan import Kind, Node


def sealed_arguments(root: Node) -> Mapping[str, frozenset[str]]:
    """Return for each tool that a request declares which of its arguments are encrypted."""
    found: dict[str, frozenset[str]] = {}
    for owner in (root, *root.elements("input")):
        for tool in _tools(owner):
            if names := _encrypted(tool.get("parameters")):
                found[tool.string("name")] = names
    return found


def _tools(owner: Node) -> list[Node]:
    tools = owner.elements("tools")
    return [each for tool in tools for each in (tool, *tool.elements("tools"))]


def _encrypted(parameters: Node | None) -> frozenset[str]:
    properties = parameters.get("properties") if parameters is not None else None
    return frozenset(
        name.text for name, schema in (properties.members if properties is not None else ()) if _is_encrypted(schema)
    )


def _is_encrypted(schema: Node) -> bool:
    flag = schema.get("encrypted")
    return flag is not None and flag.kind is Kind.LITERAL and flag.text == "true"
