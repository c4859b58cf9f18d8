"""What a question brings: `context` and all contexts so far, what was said before, and the helpers that look around."""

import copy
import json

from sonde import documents, finds, library, names, search, threads

contexts = []  # the values of context_0, context_1, …


def helpers(context, name, number):
    """The functions that look into the context of that number and work on texts, by name."""
    explorer = search.Explorer(context, name, finds.Index(number))
    own = {helper.__name__: helper for helper in (explorer.peek, explorer.grep, explorer.search)}
    return own | library.Library(context, name, explorer).names()


def begin(number, kind, slices, name):
    """Makes `context` and `context_N` of bytes the worker holds under that number."""
    value = documents.open_context(documents.Source(threads.bridge, number), kind, slices)
    _turn(value, name)


def go_on(number, name):
    """The next question has the context of an earlier one: no second copy."""
    _turn(contexts[number], name)


def _turn(value, name):
    for helper, function in helpers(value, name, len(contexts)).items():
        names.offer(helper, function)
    names.reserve(f"context_{len(contexts)}", value)
    names.reserve("context", value)
    names.offer("history", [])  # until there is one: code that looks at it finds nothing rather than no name
    contexts.append(value)
    names.settle()


def recall(messages):
    """The messages of the question before, as JSON: `history_N`, and `history` until the next ones."""
    value = json.loads(messages)
    count = sum(1 for name in names.namespace if name.startswith("history_") and names.is_reserved(name))
    names.reserve(f"history_{count}", value)
    names.reserve("history", copy.deepcopy(value))
    names.settle()


def remember(entries):
    """Adds messages that a summary replaced, and the summary, to `history`."""
    names.reserve("history", [*(names.reserved("history") or []), *entries])
