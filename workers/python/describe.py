"""Short words about values: the variables table, and the echo of a last expression."""

import types

_ECHO = 20_000  # characters of an echoed value
_SIZED = (list, tuple, dict, set, frozenset, bytes, bytearray)


def describe(value):
    """`"list, 12 items"`: never runs code of the value's own class."""
    kind = type(value)
    name = kind.__name__[:60]
    if kind is bool or kind is int or kind is float or value is None:
        if kind is int and value.bit_length() > 200:
            return f"int, {value.bit_length():,} bits"
        return f"{name} = {value!r}"
    if isinstance(value, str):
        return f"{name}, {str.__len__(value):,} characters"
    for sized in _SIZED:
        if isinstance(value, sized):
            count = sized.__len__(value)
            unit = "byte" if sized in (bytes, bytearray) else "item"
            return f"{name}, {count:,} {unit}{'' if count == 1 else 's'}"
    if isinstance(value, types.ModuleType):
        return "module"
    if isinstance(value, type):
        return "class"
    return name


def echo(value):
    """`repr` of the value of a last expression, cut when long; None for None."""
    if value is None:
        return None
    text = repr(value)
    if len(text) > _ECHO:
        half = _ECHO // 2
        return f"{text[:half]}\n… {len(text) - _ECHO:,} of {len(text):,} characters not shown …\n{text[-half:]}"
    return text
