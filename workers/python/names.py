"""The namespace cells run in: the names that are ours, those that are the model's, and what becomes of either."""

import sys
import types

main = types.ModuleType("__main__")
namespace = main.__dict__
_reserved = {}  # found by every cell as it was, whatever the cell before did to it
_offered = {}  # there until a cell binds the name to something of its own
_shown = {}  # variables and their types as SHOW_VARS tells them: those of the cells before
_first = frozenset()  # what was there before any cell
_ENGINES_OWN = {"_pyodide_core"}  # what the engine puts there when it pleases


def reserve(name, value):
    """Gives the model a name that every cell finds as it was."""
    _offered.pop(name, None)
    _reserved[name] = namespace[name] = value


def offer(name, value):
    """Gives the model a name it may take for itself: what a cell binds it to stays."""
    if name not in _reserved and not _taken(name):
        _offered[name] = namespace[name] = value


def _taken(name):
    """Whether the model has made the name its own."""
    return name in namespace and (name not in _offered or namespace[name] is not _offered[name])


def is_reserved(name):
    return name in _reserved


def reserved(name):
    return _reserved.get(name)


def restore():
    """After a cell: reserved names are put back, offered ones only where they are gone."""
    namespace.update(_reserved)
    for name, value in _offered.items():
        namespace.setdefault(name, value)


def own():
    """Names of the model's own variables, the newest last."""
    return [name for name in list(namespace) if not name.startswith("_") and name not in _reserved and _taken(name)]


def kept():
    """The same with those it meant to be private: everything that a later question may need."""
    private = [name for name in list(namespace) if name.startswith("_") and name not in _first | _ENGINES_OWN]
    return [name for name in own() + private if not (name.startswith("__") and name.endswith("__"))]


def shown():
    return _shown


def settle():
    """The end of a cell: what SHOW_VARS tells from now on."""
    _shown.clear()
    _shown.update(_table())


def _table():
    """As the reference words it: what the model was given first, then its own, by type."""
    given = {
        name: type(value).__name__
        for name, value in _reserved.items()
        if not callable(value) and name != "answer" and not name.startswith("_")
    }
    return given | {name: type(namespace[name]).__name__ for name in own()}


def install():
    """Makes it the `__main__` that pickling and tracebacks look for."""
    sys.modules["__main__"] = main


def begin():
    """What is there by now is not the model's."""
    global _first
    _first = frozenset(namespace)
