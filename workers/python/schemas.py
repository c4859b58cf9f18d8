"""What `schema=` takes, as JSON Schema: a schema as it is, a type, a dataclass, a TypedDict, a table of field types."""

import dataclasses
import enum
import json
import types
import typing

MAX_SCHEMA = 100_000  # characters of JSON
_MAX_DEPTH = 40
_KEYWORDS = {
    "type", "properties", "items", "prefixItems", "enum", "const", "anyOf", "oneOf", "allOf", "not", "$ref", "$defs",
    "definitions", "required", "additionalProperties",
}  # fmt: skip
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
_NAMES = {kind.__name__: kind for kind in (str, int, float, bool, list, dict)}
_HINT = 'pass a JSON Schema dict, e.g. {"type": "object", "properties": {"year": {"type": "integer"}}}, or a type, e.g. list[str]'


class Form:
    """A schema ready to be sent, and how to read the reply to it."""

    def __init__(self, schema):
        described = _describe(schema, ())
        # Servers and grammars want an object; anything else travels in one, and comes out of it again.
        self.wrapped = not _is_object(described)
        if self.wrapped:
            described = _wrap(described)
        try:
            self.text = json.dumps(described, ensure_ascii=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise TypeError(f"the schema is not JSON: {error}; {_HINT}") from None
        if len(self.text) > MAX_SCHEMA:
            raise ValueError(f"a schema of {len(self.text):,} characters is too large; {MAX_SCHEMA:,} are the most")

    def read(self, reply):
        """The JSON of a reply as Python; an "Error: …" text stays what it is."""
        if reply.startswith("Error: "):
            return reply
        value = json.loads(reply)
        return value["value"] if self.wrapped else value


def _is_object(schema):
    return schema.get("type") == "object" or ("type" not in schema and ("properties" in schema or "$ref" in schema))


def _wrap(schema):
    inner = dict(schema)
    shared = {name: inner.pop(name) for name in ("$defs", "definitions") if name in inner}
    return {
        "type": "object",
        "properties": {"value": inner},
        "required": ["value"],
        "additionalProperties": False,
        **shared,
    }


def _describe(hint, inside):
    """`inside`: what this is part of, from the outermost in."""
    if len(inside) > _MAX_DEPTH:
        raise TypeError("the schema is nested too deeply")
    if isinstance(hint, type) and any(hint is outer for outer in inside):
        raise TypeError(f"{hint.__name__} contains itself; write the schema as a dict with $defs and $ref")
    inside = (*inside, hint)
    if isinstance(hint, dict):
        return _from_dict(hint, inside)
    if hint is None:
        return {"type": "null"}
    if hint is typing.Any or hint is object:
        return {}
    if isinstance(hint, str) and hint in _NAMES:
        hint = _NAMES[hint]
    if isinstance(hint, type):
        known = _from_class(hint, inside)
        if known is not None:
            return known
    if isinstance(hint, list) and len(hint) == 1:  # [str], as models write it
        return {"type": "array", "items": _describe(hint[0], inside)}
    return _from_generic(hint, inside)


def _from_dict(given, inside):
    if any(not isinstance(key, str) for key in given):
        raise TypeError(f"a schema has texts as keys; {_HINT}")
    if not given or (_KEYWORDS & set(given) and not all(_is_hint(value) for value in given.values())):
        return given
    if all(_is_hint(value) or isinstance(value, (dict, list)) for value in given.values()):
        return _object({key: _describe(value, inside) for key, value in given.items()}, list(given))
    raise TypeError(f"this is no schema: {given!r:.200}; {_HINT}")


def _is_hint(value):
    """A type, or the name of one; `"object"` and other words of JSON Schema are not."""
    return isinstance(value, type) or typing.get_origin(value) is not None or (isinstance(value, str) and value in _NAMES)


def _from_class(kind, inside):
    if typing.get_origin(kind) is not None:
        return None
    if kind in _PLAIN:
        return {"type": _PLAIN[kind]}
    if kind in (list, tuple, set):
        return {"type": "array"}
    if kind is dict:
        return {"type": "object"}
    if issubclass(kind, enum.Enum):
        return {"enum": [member.value for member in kind]}
    if dataclasses.is_dataclass(kind):
        missing = dataclasses.MISSING
        fields = dataclasses.fields(kind)
        required = [one.name for one in fields if one.default is missing and one.default_factory is missing]
        return _fields(kind, required, inside)
    if typing.is_typeddict(kind):
        return _fields(kind, [name for name in kind.__annotations__ if name in kind.__required_keys__], inside)
    if callable(getattr(kind, "model_json_schema", None)):
        return kind.model_json_schema()
    if getattr(kind, "__annotations__", None):
        return _fields(kind, list(kind.__annotations__), inside)
    return None


def _fields(kind, required, inside):
    hints = typing.get_type_hints(kind)
    return _object({name: _describe(hint, inside) for name, hint in hints.items()}, required)


def _object(properties, required):
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _from_generic(hint, inside):
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Required, typing.NotRequired, typing.Annotated, typing.Final):
        return _describe(args[0], inside)
    if origin is typing.Literal:
        return {"enum": list(args)}
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_describe(arg, inside) for arg in args]}
    if origin is tuple and args and args[-1] is not Ellipsis:
        items = [_describe(arg, inside) for arg in args]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if isinstance(origin, type) and issubclass(origin, dict):
        return {"type": "object", "additionalProperties": _describe(args[1], inside)}
    if origin is not None and args:  # list[…], set[…], Sequence[…]
        return {"type": "array", "items": _describe(args[0], inside)}
    raise TypeError(f"{hint!r:.200} is no schema; {_HINT}")
