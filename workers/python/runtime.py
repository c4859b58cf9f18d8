"""The REPL: one namespace, cells that run in it, and the names the model finds there."""

import ast
import asyncio
import builtins
import gc
import inspect
import json
import linecache
import os
import random
import signal
import sys
import tempfile

from sonde import answer as answers
from sonde import calls, conversation, documents, figures, imports, names, packages, saving, threads, tools
from sonde.describe import describe, echo
from sonde.output import Output

_FILE = "<string>"
_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_MAX_VARIABLES = 500
_MAX_NAME = 200

_namespace = names.namespace
_verdict = answers.Verdict()
_answer = answers.Answer(on_ready=_verdict.ready)
_stdout = Output()
_stderr = Output(limit=200_000)
_unheard = Output(limit=2)  # what code prints where nobody reads it


# ---- names -----------------------------------------------------------------------------------------------------------


def SHOW_VARS():
    """Names and types of the variables that earlier cells made."""
    if not names.shown():
        return "No variables created yet. Use ```repl``` blocks to create variables."
    return f"Available variables: {names.shown()}"


def FINAL(value=""):
    """Ends the run with this answer, once the cell is done."""
    return _verdict.given(value)


def FINAL_VAR(variable):
    """Ends the run with the value of a variable, given by its name, once the cell is done."""
    if isinstance(variable, str):
        name = variable.strip().strip("\"'")
        if name in _namespace and not name.startswith("__"):
            value = _namespace[name]
            return _verdict.given(value.get("content", "") if name == "answer" else value)
        if not any(value is variable for value in list(_namespace.values())):
            _verdict.refusal = _no_such_variable(name)
            return f"Error: {_verdict.refusal}"
    return _verdict.given(variable)


def _no_such_variable(name):
    known = names.own()
    there = f"Available variables: {known[:50]}. " if known else "No variables have been created yet. "
    return (
        f"Variable {name[:200]!r} not found. {there}"
        "You must create and assign a variable BEFORE calling FINAL_VAR on it."
    )


def _input(prompt="", /):
    raise RuntimeError("input() is not available: nobody can type here. Everything to read is in context.")


def _restore_names():
    """Puts the reserved names back. A plain dict bound to `answer` is taken for the answer."""
    global _answer
    current = _namespace.get("answer", _answer)
    if current is not _answer and not isinstance(current, dict):
        _verdict.rebound(current)
    elif current is not _answer:
        _answer = answers.Answer(current, _verdict.ready)
        names.reserve("answer", _answer)
    names.restore()


# ---- life ------------------------------------------------------------------------------------------------------------


def prepare():
    """Everything that can be done before the snapshot: shims, imports, names."""
    _namespace["__builtins__"] = builtins
    names.install()
    builtins.input = _input
    for name in ("exit", "quit", "help", "copyright", "credits", "license"):
        builtins.__dict__.pop(name, None)
    builtins.exit = builtins.quit = sys.exit
    imports.install()
    figures.install()
    for function in (
        calls.llm_query, calls.llm_query_batched, calls.rlm_query, calls.rlm_query_batched, calls.recursive_llm,
        FINAL, FINAL_VAR, SHOW_VARS,
    ):  # fmt: skip
        names.reserve(function.__name__, function)
    names.reserve("llm_call", calls.llm_query)
    names.reserve("llm_batch", calls.llm_query_batched)
    names.reserve("llm_query_batch", calls.llm_query_batched)
    names.reserve("answer", _answer)
    gc.collect()
    gc.freeze()  # nothing of this is garbage before the interpreter ends


def start(bridge):
    """Connects a fresh interpreter, restored or not, to its worker."""
    threads.attach(bridge)
    names.begin()
    imports.forget_javascript()
    figures.start()
    documents.shelf.room_bytes = bridge.room()
    random.seed()
    tempfile._name_sequence = None
    tempfile.tempdir = None
    directory = "/home/work"
    os.makedirs(directory, exist_ok=True)
    os.makedirs("/tmp", exist_ok=True)
    os.chdir(directory)
    _stdout._send = bridge.output


def renew():
    """The interpreter is another run's from here on, and its memory is as it was: what must differ is made anew."""
    random.seed()


def open_context(kind, slices, name):
    """Makes `context`, `context_0` and the helpers that look into it."""
    conversation.begin(0, kind, slices, name)


def wake():
    """An interrupt arrived while the cell awaits on the event loop: its tasks are cancelled."""
    for task in asyncio.all_tasks(asyncio.get_event_loop()):
        task.cancel()


# ---- cells -----------------------------------------------------------------------------------------------------------


def run_cell(code):
    """Runs one cell to its end and tells, as JSON, what it did."""
    bridge = threads.bridge
    bridge.enter()
    state = {"echo": None, "error": None, "codes": []}
    try:
        try:
            _begin()
            try:
                state["echo"] = _execute(code, state["codes"])
                _settle()
            except Exception:
                figures.finish()  # what it drew before it failed
                raise
            figures.finish()
        finally:
            bridge.disarm()
    except BaseException as error:  # whatever the cell raised, SystemExit and KeyboardInterrupt among them
        state["error"] = error
    try:
        return json.dumps(_outcome(state, bridge.reason()))
    finally:
        state.clear()
        if not gc.isenabled():
            gc.collect()  # threads that wait on into the next cell keep it off
        bridge.leave()


def _begin():
    threads.on_main()
    _verdict.reset()
    figures.reset()
    _stdout.reset()
    _stderr.reset()
    sys.stdout, sys.stderr = _stdout, _stderr
    signal.signal(signal.SIGINT, signal.default_int_handler)
    linecache.clearcache()


def _execute(code, codes):
    """Runs the statements; returns the `repr` of a last bare expression, or None."""
    try:
        tree = compile(code, _FILE, "exec", ast.PyCF_ONLY_AST | _AWAIT)
    except SyntaxError:
        plain = packages.without_magics(code)
        if plain == code:
            raise
        tree = compile(plain, _FILE, "exec", ast.PyCF_ONLY_AST | _AWAIT)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not code.rstrip().endswith(";"):
        last = ast.Expression(tree.body.pop().value)
    statements = compile(tree, _FILE, "exec", _AWAIT)
    expression = None if last is None else compile(last, _FILE, "eval", _AWAIT)
    codes += [statements, expression]
    before = saving.defining(tree)
    try:
        _evaluate(statements)
    finally:
        saving.note_sources(tree, code, before)
    if expression is None:
        return None
    return echo(_evaluate(expression))


def _evaluate(compiled):
    value = eval(compiled, _namespace)
    if compiled.co_flags & inspect.CO_COROUTINE:
        return asyncio.get_event_loop().run_until_complete(value)
    return value


def _settle():
    """Waits for calls that threads of the cell still have in flight: their replies belong to it."""
    bridge = threads.bridge
    while bridge.calling():
        if threads.suspend(bridge.drained()) is None:
            raise KeyboardInterrupt


def _outcome(state, reason):
    error = state["error"]
    told = _error(error, reason, state["codes"])
    _restore_names()
    try:
        _verdict.settle(_answer)
        draft = str(_answer.get("content", "") or "")
    except Exception as problem:  # a content whose str() fails
        draft, _verdict.final = "", None
        _verdict.refusal = f'answer["content"] could not be turned into text: {problem}'
    names.settle()
    _stdout.flush()
    warnings = _stderr.text()
    stderr = warnings if told is None else f"{warnings}\n{told['type']}: {told['message']}"
    return {
        "stdout": _stdout.text(),
        "stdoutChars": _stdout.chars,
        "stderr": stderr,
        "echo": state["echo"],
        "error": told,
        "finalAnswer": _verdict.final,
        "draft": draft,
        "refusal": _verdict.refusal,
        "variables": variables(),
        "interrupted": reason,
    }


def _error(error, reason, codes):
    """The uncaught exception as data, or None. An interrupt is told as what it was."""
    if error is None or (isinstance(error, SystemExit) and not error.code):
        return None
    kind, message = type(error).__name__, _message(error)
    if reason is not None and isinstance(error, (KeyboardInterrupt, asyncio.CancelledError)):
        if reason == "timeout":
            kind, message = "TimeoutError", "the cell computed for too long and was interrupted; variables are kept"
        else:
            kind, message = "KeyboardInterrupt", "stopped; variables are kept"
    return {"type": kind, "message": message, "line": _line(error, codes)}


def _message(error):
    try:
        return str(error)
    except Exception as problem:
        return f"<str() of the exception failed: {type(problem).__name__}>"


def _line(error, codes):
    """The line of the cell that was running; for a syntax error, where it is."""
    if isinstance(error, SyntaxError) and error.filename == _FILE and not error.__traceback__.tb_next.tb_next:
        return error.lineno
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code in codes:
            return trace.tb_lineno
        trace = trace.tb_next
    return None


def variables():
    """The model's own variables, the newest last, in short words."""
    short = [name for name in names.own() if len(name) <= _MAX_NAME]
    return {name: describe(_namespace[name]) for name in short[-_MAX_VARIABLES:]}


# ---- questions about the namespace -----------------------------------------------------------------------------------


def variable(name):
    """`str` of a variable as JSON, null when there is none."""
    threads.bridge.enter()
    value = None
    try:
        try:
            if name == "answer":
                value = str(_answer.get("content", ""))
            elif name in _namespace and not name.startswith("__"):
                value = str(_namespace[name])
        finally:
            threads.bridge.disarm()
    except BaseException as error:  # its own __str__ may do anything
        value = f"<{type(error).__name__}: {_message(error)}>"
    threads.bridge.leave()
    return json.dumps(value)


def parses(code):
    """Whether the text is Python, as JSON."""
    threads.bridge.disarm()
    try:
        compile(code, _FILE, "exec", ast.PyCF_ONLY_AST | _AWAIT)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return "false"
    return "true"


# ---- between cells ---------------------------------------------------------------------------------------------------


def between(kind, text):
    """A question of a conversation, tools, or variables to keep: what came of it, as JSON.

    `kind` is "follow", "tools", "save" or "restore". Code of the model's own may run in it, so it can be interrupted
    like a cell.
    """
    bridge = threads.bridge
    bridge.enter()
    try:
        try:
            threads.on_main()
            sys.stdout, sys.stderr = _unheard, _unheard
            return json.dumps({"value": _BETWEEN[kind](text)})
        finally:
            bridge.disarm()
            _unheard.reset()
    except BaseException as error:  # KeyboardInterrupt among them
        return json.dumps({"problem": f"{type(error).__name__}: {_message(error)}"})
    finally:
        _restore_names()
        bridge.leave()


def _follow(text):
    """The next question: `{"number", "same", "kind", "slices", "name", "history"}`."""
    global _answer
    turn = json.loads(text)
    if turn["history"] is not None:
        conversation.recall(turn["history"])
    if turn["same"] is not None:
        conversation.go_on(turn["same"], turn["name"])
    else:
        conversation.begin(turn["number"], turn["kind"], turn["slices"], turn["name"])
    _verdict.reset()
    _answer = answers.Answer(on_ready=_verdict.ready)
    names.reserve("answer", _answer)


def _restore(size):
    """Variables saved before, `size` bytes of them."""
    return saving.restore(documents.Source(threads.bridge, -1).read(0, int(size)))


_BETWEEN = {
    "follow": _follow,
    "tools": tools.install_tools,
    "save": lambda _: saving.save(),
    "restore": _restore,
}
