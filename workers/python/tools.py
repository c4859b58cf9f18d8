"""The user's own functions and values: Python run once, in the namespace that cells run in."""

import ast
import json

from sonde import names

_MAX_MESSAGE = 500


class _Failed(Exception):
    """`line` is that of the tool's own Python, 1-based, or None."""

    def __init__(self, message, line=None):
        super().__init__(message)
        self.line = line


def install_tools(tools):
    """Loads tools from JSON, `[{"name", "python"}, …]`; stops at the first that fails.

    Returns None, or `{"tool", "line", "message"}` of that one.
    """
    there = set(names.namespace)
    for tool in json.loads(tools):
        name = tool["name"]
        try:
            names.reserve(name, _value(name, tool["python"]))
        except _Failed as failure:
            return {"tool": name, "line": failure.line, "message": str(failure)[:_MAX_MESSAGE]}
    for name in set(names.namespace) - there:  # what tools import and define for themselves
        names.offer(name, names.namespace.pop(name))
    names.settle()
    return None


def _value(name, source):
    """What the Python of a tool comes to: what it binds `name` to, else the value of its one expression."""
    file = f"<tool {name}>"
    before = names.namespace.pop(name, _Failed)
    try:
        expression = ast.parse(source.strip(), file, "eval")
    except SyntaxError:
        expression = None
    try:
        if expression is not None:
            return eval(compile(expression, file, "eval"), names.namespace)
        exec(compile(ast.parse(source, file), file, "exec"), names.namespace)
        if name not in names.namespace:
            raise _Failed(f"the Python does not define {name!r}; write def {name}(…): or {name} = …")
        return names.namespace[name]
    except _Failed:
        raise
    except SyntaxError as error:
        raise _Failed(f"SyntaxError: {error.msg}", error.lineno if error.filename == file else None) from None
    except (Exception, SystemExit) as error:
        raise _Failed(f"{type(error).__name__}: {error}", _line(error, file)) from None
    finally:
        if before is not _Failed and name not in names.namespace:
            names.namespace[name] = before


def _line(error, file):
    """The innermost line of the tool that was running."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
