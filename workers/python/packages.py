"""Packages by name: asked of the page, put in place by Pyodide's own installer, then imported like any other."""

import json
import re
import types

from sonde import threads

from pyodide.ffi import can_run_sync

LOADED, UNKNOWN, REFUSED = "loaded", "unknown", "refused"

_PIP = re.compile(
    r"^([ \t]*)[%!]{1,2}[ \t]*(?:python3?[ \t]+-m[ \t]+)?(?:uv[ \t]+)?(?:pip3?|micropip)[ \t]+install[ \t]+(.+?)[ \t]*$",
    re.M,
)
_MAGIC = re.compile(r"^([ \t]*)%[a-z]\w*\b.*$", re.M)
_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:[\[<>=!~;@,].*)?$", re.S)


def load(kind, name):
    """Has a package put in place, with what it depends on. Suspends the caller; its clock stands still.

    `kind` is "import" for the name of a module, "name" for that of a package. Returns LOADED, UNKNOWN or REFUSED,
    and why it was refused ("" when there is nothing to say).
    """
    bridge = threads.bridge
    if bridge is None or not bridge.active():
        return REFUSED, ""
    if not can_run_sync():
        return REFUSED, "it cannot be loaded from this place; import it at the start of a cell"
    reply = threads.suspend(bridge.package(kind, name))
    if reply is None:
        raise KeyboardInterrupt
    told = json.loads(reply)
    return told["status"], told["reason"]


class _Done:
    """What can be awaited, or left alone: the work was done before."""

    def __await__(self):
        return iter(())


def pip(line):
    """`%pip install …`: loads every package the line names."""
    install([word for word in line.split() if not word.startswith("-")])


def install(requirements, *_, **__):
    """`micropip.install`: packages by name, with or without a version; the version is the one pinned here."""
    from sonde import imports

    for requirement in [requirements] if isinstance(requirements, str) else list(requirements):
        match = _NAME.match(str(requirement))
        if match is None:
            raise ValueError(f"only packages of the built-in list can be loaded, by their name, not {requirement!r}")
        name = match[1]
        status, reason = load("name", name)
        if status != LOADED:
            raise ModuleNotFoundError(imports.explain(name, status, reason), name=name)
    return _Done()


def micropip():
    """A module in the place of `micropip`."""
    module = types.ModuleType("micropip", "Loads packages of the built-in list by name.")
    module.install = install
    return module


def without_magics(code):
    """The code with a notebook's `%pip install …` turned into a call, and its other `%` lines into nothing."""
    code = _PIP.sub(lambda match: f'{match[1]}__import__("sonde").packages.pip({match[2]!r})', code)
    return _MAGIC.sub(lambda match: f"{match[1]}pass", code)
