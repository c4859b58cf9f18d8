"""Variables as bytes and back, one by one, so that a value that cannot be kept costs one name.

Functions and classes that cells define are kept as source and defined anew; documents and contexts as references to
what the next interpreter has too. Objects that two variables share are no longer shared afterwards.
"""

import ast
import gc
import io
import pickle
import sys
import time
import types

from sonde import conversation, documents, names, threads

_MAX_BYTES = 30_000_000  # of everything
_MAX_NAMES = 500  # kept
_MAX_TOLD = 2000  # kept or left
_MAX_NAME = 200
_MAX_REASON = 200
_SECONDS = 4.0  # for everything
_DEPTH = 300  # levels of a value; the pickler recurses, and deeper ones would end the interpreter
_ROUNDS = 4  # definitions may need values, and values definitions

_sources = {}  # name → source of the statement at the top of a cell that defined it

_TOO_LONG = "saving took too long"


def defining(tree):
    """What a cell is about to define at its top: each name with what it is now."""
    return {node.name: names.namespace.get(node.name) for node in _definitions(tree)}


def note_sources(tree, code, before):
    """After the cell: remembers the source of what it has defined anew."""
    lines = code.split("\n")
    for node in _definitions(tree):
        if names.namespace.get(node.name) is not before.get(node.name):
            start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            _sources[node.name] = "\n".join(lines[start - 1 : node.end_lineno])


def _definitions(tree):
    return [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]


class _Unsaved(Exception):
    """Why a value is not kept, in words for the user."""


class _Sink(io.RawIOBase):
    """Takes bytes up to a bound."""

    def __init__(self, room):
        super().__init__()
        self._room = room
        self.parts = []

    def writable(self):
        return True

    def write(self, data):
        self._room -= len(data)
        if self._room < 0:
            raise _Unsaved("it is too large to be kept")
        self.parts.append(bytes(data))
        return len(data)


class _Pickler(pickle.Pickler):
    def __init__(self, sink, room, until):
        super().__init__(sink, 5)
        self._room, self._until = room, until

    def persistent_id(self, value):
        if time.monotonic() > self._until:
            raise _Unsaved(_TOO_LONG)
        kind = type(value)
        if kind is types.ModuleType:
            if sys.modules.get(value.__name__) is not value:
                raise _Unsaved("it holds a module that cannot be imported by name")
            return "module", value.__name__
        if isinstance(value, (str, list, dict)):
            number = _context_of(value)
            if number is not None:
                return "context", number
        if isinstance(value, documents.Document):
            return _document_of(value)
        if kind in (str, bytes, bytearray) and len(value) > self._room:
            raise _Unsaved("it is too large to be kept")
        if isinstance(value, (type, types.FunctionType)) and value.__module__ == "__main__":
            _check_source(value)
        return None


def _context_of(value):
    for number, context in enumerate(conversation.contexts):
        if value is context and value != "":
            return number
    return None


def _document_of(value):
    """Where a document is found again; None when it is not one of the contexts' own."""
    origin = value._origin
    if origin is None or documents.origin_at(origin.number, origin.index) is not origin:
        return None
    return "document", origin.number, origin.index


def _check_source(value):
    """A class or function of a cell is kept by its name, so it must be what its source defines."""
    name = value.__qualname__
    if names.namespace.get(name) is not value or name not in _sources:
        raise _Unsaved(f"it needs {name}, which was not defined at the top of a cell")


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, reference):
        match reference:
            case ("module", str(name)):
                return __import__(name, fromlist=["_"])
            case ("context", int(number)):
                return conversation.contexts[number]
            case ("document", int(number), int(index)):
                return documents.origin_at(number, index).document()
        raise pickle.UnpicklingError(f"unknown reference {reference!r}")


# ---- saving ----------------------------------------------------------------------------------------------------------


def save():
    """Hands the bytes to the worker. Returns the names in them, and those left with why."""
    until = time.monotonic() + _SECONDS
    room = _MAX_BYTES
    values, defined, left, wanted = {}, {}, {}, _wanted()
    for at, name in enumerate(wanted):
        try:
            if at >= _MAX_NAMES:
                raise _Unsaved(f"only {_MAX_NAMES} variables are kept")
            data = _pickled(names.namespace[name], room, until)
            values[name] = data
            room -= len(data)
        except KeyboardInterrupt:
            threads.bridge.disarm()  # it would be raised again, and what has been saved is to be handed over
            left.update(dict.fromkeys(wanted[at:], _TOO_LONG))
            break
        except BaseException as error:  # whatever its own methods raise
            left[name] = _reason(error)
    defined = {name: source for name, source in _sources.items() if _is_defined(name)}
    threads.bridge.save(pickle.dumps({"values": values, "sources": defined}, 5))
    return {"names": [name for name in wanted if name in values], "left": left}


def _wanted():
    return [name for name in names.kept() if isinstance(name, str) and len(name) <= _MAX_NAME][:_MAX_TOLD]


def _pickled(value, room, until):
    _check_depth(value, until)
    sink = _Sink(room)
    try:
        _Pickler(sink, room, until).dump(value)
    except RecursionError:
        raise _Unsaved("it is nested too deeply") from None
    return b"".join(sink.parts)


def _check_depth(value, until):
    """Walks a value as the pickler would, without recursion."""
    seen, stack = set(), [(value, 0)]
    while stack:
        one, depth = stack.pop()
        if id(one) in seen or isinstance(one, _BY_NAME) or _context_of(one) is not None:
            continue
        if depth > _DEPTH:
            raise _Unsaved("it is nested too deeply")
        if time.monotonic() > until:
            raise _Unsaved(_TOO_LONG)
        seen.add(id(one))
        stack += [(part, depth + 1) for part in reversed(gc.get_referents(one)) if gc.is_tracked(part)]


_BY_NAME = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.FrameType)


def _is_defined(name):
    value = names.namespace.get(name)
    return getattr(value, "__module__", None) == "__main__" and getattr(value, "__qualname__", None) == name


def _reason(error):
    if isinstance(error, _Unsaved):
        return str(error)[:_MAX_REASON]
    try:
        return f"it cannot be saved: {error}"[:_MAX_REASON]
    except BaseException:
        return f"it cannot be saved ({type(error).__name__})"[:_MAX_REASON]


# ---- restoring -------------------------------------------------------------------------------------------------------


def restore(data):
    """Sets the variables of `data` where the namespace has none of its own. Returns the names that failed."""
    table = pickle.loads(data)
    failed = _rounds(dict(table["sources"]), dict(table["values"]))
    return [name for name in table["values"] if name in failed or name not in names.namespace]


def _rounds(sources, values):
    """Defines and sets what it can, again while anything is left that another may have waited for."""
    for _ in range(_ROUNDS):
        before = len(sources) + len(values)
        for name, source in list(sources.items()):
            if _define(name, source):
                del sources[name]
        for name, data in list(values.items()):
            if _set(name, data):
                del values[name]
        if not sources and not values or len(sources) + len(values) == before:
            break
    return set(values)


def _define(name, source):
    try:
        exec(compile(source, "<string>", "exec"), names.namespace)
        _sources[name] = source
        return True
    except Exception:
        return False  # it may need a value that comes later; told in the end


def _set(name, data):
    if names.is_reserved(name):
        return False
    try:
        names.namespace[name] = _Unpickler(io.BytesIO(data)).load()
        return True
    except Exception:
        return False  # it may need a definition that comes later; told in the end
